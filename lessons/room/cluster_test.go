package room

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"labo/probe/probetest"
)

// holdNode is a nats-server of a cluster: the module's own, in a process of its
// own, with the file of docs/classe.md.
func holdNode(file string) {
	opts, err := server.ProcessConfigFile(file)
	if err == nil {
		opts.NoSigs, opts.NoLog = true, true
		var s *server.Server
		if s, err = server.NewServer(opts); err == nil {
			s.Start()
			fmt.Println("ready", s.Addr())
			s.WaitForShutdown()
		}
	}
	fmt.Println(err)
}

// nodes starts the three nodes of docs/classe.md, and returns their URLs and
// labo's credentials.
func nodes(t *testing.T) (all []*child, urls []string, creds Credentials) {
	t.Helper()
	doc, err := os.ReadFile("../../docs/classe.md")
	if err != nil {
		t.Fatal(err)
	}
	_, conf, found := strings.Cut(string(doc), "```\nserver_name: n1")
	conf, _, ended := strings.Cut(conf, "```")
	if !found || !ended {
		t.Fatal("docs/classe.md has no configuration")
	}
	kp, err := nkeys.CreateAccount()
	if err != nil {
		t.Fatal(err)
	}
	public, _ := kp.PublicKey()
	seed, _ := kp.Seed()
	user, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	labo, _ := user.PublicKey()
	userSeed, _ := user.Seed()
	creds = Credentials{User: string(userSeed), Issuer: string(seed), Account: account}
	client, route := ports(t), ports(t)
	for i := range 3 {
		dir := t.TempDir()
		own := strings.NewReplacer("10.0.0.1:4222", client[i], "10.0.0.1:6222", route[i], "/var/lib/nats", dir, "A…", public, "U…", labo)
		text := "server_name: n" + fmt.Sprint(i+1) + strings.Replace(conf, `"nats://10.0.0.1:6222", "nats://10.0.0.2:6222", "nats://10.0.0.3:6222"`,
			`"nats://`+strings.Join(route, `", "nats://`)+`"`, 1)
		file := filepath.Join(dir, "classe.conf")
		if err := os.WriteFile(file, []byte(own.Replace(text)), 0o600); err != nil {
			t.Fatal(err)
		}
		all = append(all, start(t, "LABO_ROOM_NODE="+file))
		urls = append(urls, "nats://"+client[i])
	}
	return all, urls, creds
}

// ports are three addresses that are free.
func ports(t *testing.T) (all []string) {
	t.Helper()
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		all = append(all, l.Addr().String())
	}
	return all
}

// Three nodes, configured as docs/classe.md says, one of which is killed in the
// middle of a vote: nothing is lost, and the class goes on.
func TestAClusterLosesANode(t *testing.T) {
	if testing.Short() {
		probetest.Missing(t, "three servers are started")
	}
	all, urls, creds := nodes(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // a hang
	defer cancel()
	o := Options{Name: "amphi", Dir: t.TempDir(), NATS: strings.Join(urls, ","), Creds: creds}
	var r *Room
	for r == nil { // the nodes elect a leader
		opened, err := Open(ctx, o)
		if err == nil {
			r = opened
		} else if ctx.Err() != nil {
			t.Fatal(err)
		} else {
			t.Log(err)
			time.Sleep(500 * time.Millisecond)
		}
	}
	defer r.Close(ctx)
	if info, err := r.js.Stream(ctx, streamOf(r.key)); err != nil || info.CachedInfo().Config.Replicas != 3 {
		t.Fatalf("kept %+v times, %v", info, err)
	}
	const voters = 30
	guests := make([]*Guest, voters)
	for i := range guests {
		var err error
		if guests[i], err = Join(ctx, netip.MustParseAddrPort(strings.TrimPrefix(urls[i%3], "nats://")), r.Code(), NewIdentity()); err != nil {
			t.Fatal(err)
		}
		defer guests[i].Close()
	}
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Laquelle ?", Options: []string{"a", "b"}}); err != nil {
		t.Fatal(err)
	}
	var voting sync.WaitGroup
	failed := make(chan error, voters)
	for i, g := range guests {
		voting.Go(func() {
			if i == voters/2 {
				all[2].kill()
			}
			failed <- g.Vote(ctx, "b1", 1, 1+i%2)
		})
	}
	voting.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			t.Fatal(err)
		}
	}
	c, err := closed(ctx, r, "b1")
	if err != nil || c.Voters != voters || c.Options[0] != voters/2 || c.Options[1] != voters/2 {
		t.Fatalf("%+v, %v", c, err)
	}
	other, err := Open(ctx, Options{Name: "autre", Dir: t.TempDir(), NATS: strings.Join(urls[:2], ","), Creds: creds})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Abandon()
	for i := range 4 { // whichever labo answers
		for _, in := range []*Room{r, other} {
			g, err := JoinURL(ctx, urls[i%2], in.Code(), NewIdentity())
			if err != nil {
				t.Fatal(err)
			}
			defer g.Close()
			if g.Wall().Room != in.Name() {
				t.Errorf("the code of %q leads to %q", in.Name(), g.Wall().Room)
			}
		}
	}
	if n := len(other.Members()); n != 4 {
		t.Errorf("%d participants in the other room", n)
	}
	second, err := Open(ctx, Options{Name: "amphi", Dir: t.TempDir(), NATS: strings.Join(urls[:2], ","), Creds: creds, Code: r.Code()})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Abandon()
	if c := second.Counts("b1", 1); c.Voters != voters {
		t.Errorf("a second labo counts %+v", c)
	}
}
