package room

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// A child of the tests is an instructor's labo: it opens the room of LABO_ROOM_DIR
// and holds it until its input ends, or it is killed.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("LABO_ROOM_DIR") != "":
		hold(os.Getenv("LABO_ROOM_DIR"))
	case os.Getenv("LABO_ROOM_NODE") != "":
		holdNode(os.Getenv("LABO_ROOM_NODE"))
	default:
		os.Exit(m.Run())
	}
}

func hold(dir string) {
	r, err := Open(context.Background(), Options{Name: "chaos", Addr: netip.MustParseAddrPort(os.Getenv("LABO_ROOM_ADDR")), Dir: dir})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ready", r.Addr(), r.Code())
	bufio.NewReader(os.Stdin).ReadString('\n')
	r.Abandon()
}

// child is a process of the tests' own program.
type child struct {
	cmd  *exec.Cmd
	said string // its first line
}

func start(t *testing.T, env ...string) *child {
	t.Helper()
	c := &child{cmd: exec.CommandContext(t.Context(), os.Args[0])}
	c.cmd.Env = append(os.Environ(), env...)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe() // open as long as the test lives
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); c.cmd.Process.Kill(); c.cmd.Wait() })
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.said, err = bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(c.said, "ready") {
		t.Fatalf("a child says %q, %v", c.said, err)
	}
	return c
}

func (c *child) kill() { c.cmd.Process.Kill(); c.cmd.Wait() }

// The instructor's labo and a third of the participants are killed at random,
// during a hundred votes. Every vote that a participant was told is kept is
// counted, once, as it was cast last.
func TestNoVoteIsLostOrDoubled(t *testing.T) {
	const voters = 12
	votes := 100
	if testing.Short() {
		votes = 10
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	dir := t.TempDir()
	env := []string{"LABO_ROOM_DIR=" + dir, "LABO_ROOM_ADDR=" + loopback().String()}
	labo := start(t, env...)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // a hang
	defer cancel()
	r, err := Attach(ctx, dir, "chaos")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	at, code := r.Addr(), r.Code()
	if at.Port() == 0 || code == "" {
		t.Fatalf("attached at %s with the code %q", at, code)
	}
	guests := make([]*Guest, voters)
	for i := range guests {
		if guests[i], err = Join(ctx, at, code, NewIdentity()); err != nil {
			t.Fatal(err)
		}
	}
	defer func() {
		for _, g := range guests {
			g.Close()
		}
	}()
	restarts, killed := 0, 0
	for n := range votes {
		id := fmt.Sprintf("b%d", n)
		if err := r.Ask(ctx, Ballot{ID: id, Question: "Laquelle ?", Options: []string{"a", "b", "c"}}); err != nil {
			t.Fatal(err)
		}
		want := make([]int, voters)
		dies := make([]bool, voters)
		for i := range want {
			want[i], dies[i] = 1+random.IntN(3), random.IntN(10) < 3
			if dies[i] {
				killed++
			}
		}
		var all sync.WaitGroup
		failures := make(chan error, voters)
		for i := range guests {
			first := 1 + random.IntN(3)
			all.Go(func() {
				failures <- castThrough(ctx, "nats://"+at.String(), code, &guests[i], id, first, want[i], dies[i])
			})
		}
		if random.IntN(8) == 0 {
			labo.kill()
			labo = start(t, env...)
			restarts++
		}
		all.Wait()
		close(failures)
		for err := range failures {
			if err != nil {
				t.Fatal(err)
			}
		}
		c, err := closed(ctx, r, id)
		if err != nil {
			t.Fatal(err)
		}
		got := r.Votes(id, 1)
		for i, g := range guests {
			if v := got[g.Identity().ID()]; v.Option != want[i] {
				t.Errorf("vote %d: participant %d voted %d, and %d is counted", n, i, want[i], v.Option)
			}
		}
		if c.Voters != voters || len(got) != voters {
			t.Errorf("vote %d: %d votes of %d participants (%d)", n, c.Voters, voters, len(got))
		}
	}
	t.Logf("%d votes of %d participants; the instructor's labo was killed %d times, a participant %d times", votes, voters, restarts, killed)

	// All of it is still there for a labo that opens the room anew.
	labo.kill()
	again, err := Open(ctx, Options{Name: "chaos", Addr: at, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Abandon()
	for n := range votes {
		if c := again.Counts(fmt.Sprintf("b%d", n), 1); c.Voters != voters {
			t.Errorf("after a restart, vote %d has %d votes", n, c.Voters)
		}
	}
}

// castThrough votes once, then again for what it wants, until the room has
// acknowledged that. One that dies is cut in the middle of its first vote,
// without a word, and another process of the same participant takes over.
func castThrough(ctx context.Context, at, code string, g **Guest, id string, first, want int, dies bool) error {
	if dies {
		cut := make(chan struct{})
		go func() {
			defer close(cut)
			one, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			(*g).Vote(one, id, 1, first) // acknowledged or not: nobody hears it
		}()
		(*g).nc.Close()
		(*g).stop()
		<-cut
		who := (*g).Identity()
		for {
			back, err := JoinURL(ctx, at, code, who)
			if err == nil {
				*g = back
				break
			}
			if ctx.Err() != nil {
				return err
			}
			time.Sleep(50 * time.Millisecond)
		}
	} else if err := (*g).Vote(ctx, id, 1, first); err != nil && err != ErrTooFast {
		return err
	}
	for {
		err := (*g).Vote(ctx, id, 1, want)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if err != ErrTooFast {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
