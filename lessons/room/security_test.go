package room

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// raw is a connection with the rights of a participant and the manners of none.
func raw(t *testing.T, r *Room, who Identity) (*nats.Conn, <-chan error) {
	t.Helper()
	kp, err := nkeys.FromSeed([]byte(who.Secret()))
	if err != nil {
		t.Fatal(err)
	}
	public, err := kp.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	refused := make(chan error, 1000)
	nc, err := nats.Connect("nats://"+r.Addr().String(), nats.UserInfo("v"+protocol+"."+who.ID(), r.Code()), nats.Nkey(public, kp.Sign),
		nats.CustomInboxPrefix(inboxOf(who.ID())), nats.ReconnectWait(50*time.Millisecond),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			select {
			case refused <- err:
			default:
			}
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc, refused
}

// What a participant may not do, tried on a real server: each is refused by the
// server itself, and nothing of the room has moved.
func TestWhatAParticipantCannotDo(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	victim, attacker := joining(t, r), joining(t, r)
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Qui répond ?", Options: []string{"Le noyau", "Le serveur"}}); err != nil {
		t.Fatal(err)
	}
	until(t, victim, "the wall asks", func() bool { return victim.Wall().Open() })
	if err := victim.Vote(ctx, "b1", 1, 1); err != nil {
		t.Fatal(err)
	}
	nc, refused := raw(t, r, attacker.Identity())
	me, other := attacker.Identity().ID(), victim.Identity().ID()
	wall, _ := json.Marshal(Wall{Rev: 99, Ballot: &Ballot{ID: "faux", Question: "Faux ?", Options: []string{"a", "b"}}})
	paper, _ := json.Marshal(ballotPaper{Ballot: "b1", Round: 1, Vote: Vote{Option: 2}})
	stream := streamOf(r.key)
	for what, subject := range map[string]string{
		"move the wall": wallOf(r.key), "write the wall that is kept": r.keeps("wall"), "write another's vote": r.keeps("vote", "b1", "1", other),
		"vote for another": inOf(r.key, other, verbVote), "write its own vote past labo": r.keeps("vote", "b1", "1", me),
		"talk to another": "labo." + r.key + ".x." + other + "." + me + ".offre", "answer another": inboxOf(other) + ".x", "delete the stream": "$JS.API.STREAM.DELETE." + stream,
		"read the stream": "$JS.API.DIRECT.GET." + stream + "." + r.keeps("vote", "b1", "1", other), "purge it": "$JS.API.STREAM.PURGE." + stream,
		"list streams": "$JS.API.STREAM.NAMES", "ask the system": "$SYS.REQ.SERVER.PING", "let others in": "$SYS.REQ.USER.AUTH", "reach another service": "autre.service",
	} {
		if err := nc.Publish(subject, wall); err != nil {
			t.Fatal(err)
		}
		if err := denied(ctx, nc, refused); err != nil {
			t.Errorf("may %s (%s): %v", what, subject, err)
		}
	}
	for what, subject := range map[string]string{
		"read everything": ">", "read what is kept": r.keeps(">"), "read votes": inOf(r.key, "*", "*"), "read another's answers": inboxOf(other) + ".>",
		"read every inbox": "_INBOX.>", "hear the system": "$SYS.>", "serve the room": inOf(r.key, "*", verbVote), "keep the door": doorSubject,
	} {
		if _, err := nc.Subscribe(subject, func(*nats.Msg) {}); err != nil {
			t.Fatal(err)
		}
		if err := denied(ctx, nc, refused); err != nil {
			t.Errorf("may %s (%s): %v", what, subject, err)
		}
	}
	// An answer may be asked for anywhere; labo answers its sender alone.
	for _, to := range []string{wallOf(r.key), r.keeps("wall"), r.keeps("vote", "b1", "1", other), inboxOf(other) + ".x"} {
		nc.PublishRequest(inOf(r.key, me, verbVote), to, paper)
		nc.PublishRequest(inOf(r.key, me, verbHello), to, []byte(`{}`))
	}
	nc.Flush()
	if err := attacker.Vote(ctx, "b1", 1, 2); err != nil { // and after those, the answer to this one
		t.Fatal(err)
	}
	if w := r.Wall(); w.Ballot.ID != "b1" || victim.Wall().Ballot.ID != "b1" {
		t.Errorf("the wall was moved: %+v", w)
	}
	c, err := closed(ctx, r, "b1")
	if err != nil || c.Options[0] != 1 || c.Options[1] != 1 {
		t.Errorf("votes %+v, %v", c, err)
	}
}

// denied waits for a refusal; that the server has answered without one is an error.
func denied(ctx context.Context, nc *nats.Conn, refused <-chan error) error {
	if err := nc.FlushWithContext(ctx); err != nil {
		return err
	}
	select {
	case err := <-refused:
		if !errors.Is(err, nats.ErrPermissionViolation) {
			return err
		}
		return nil
	case <-time.After(5 * time.Second): // handlers run apart from Flush
		return errors.New("not refused")
	}
}

// Nobody is another participant without its secret.
func TestNobodyIsAnother(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	victim, thief := joining(t, r), NewIdentity()
	thief.id = victim.Identity().ID()
	if _, err := Join(ctx, r.Addr(), r.Code(), thief); !errors.Is(err, errSignature) {
		t.Errorf("joined as another: %v", err)
	}
	kp, _ := nkeys.FromSeed([]byte(NewIdentity().Secret()))
	mine, _ := nkeys.FromSeed([]byte(victim.Identity().Secret()))
	public, _ := mine.PublicKey()
	_, err := nats.Connect("nats://"+r.Addr().String(), nats.UserInfo("v"+protocol+"."+victim.Identity().ID(), r.Code()), nats.Nkey(public, kp.Sign))
	if !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("signed by another: %v", err)
	}
	for _, user := range []string{laboUser, ""} {
		if nc, err := nats.Connect("nats://"+r.Addr().String(), nats.UserInfo(user, r.Code())); err == nil {
			nc.Close()
			t.Errorf("came in as %q with the code", user)
		}
	}
}

// A flood from one participant, of messages and of subjects, keeps no other from
// voting, and leaves nothing behind.
func TestAFloodKeepsNobodyOut(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	voter, flooder := joining(t, r), joining(t, r)
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Qui répond ?", Options: []string{"Le noyau", "Le serveur"}}); err != nil {
		t.Fatal(err)
	}
	nc, _ := raw(t, r, flooder.Identity())
	id := flooder.Identity().ID()
	if err := nc.Publish(inOf(r.key, id, verbVote), make([]byte, r.limits.Payload+1)); !errors.Is(err, nats.ErrMaxPayload) {
		t.Errorf("a payload over the limit: %v", err)
	}
	flood, stop := context.WithCancel(ctx)
	done := make(chan int)
	go func() {
		n := 0
		for flood.Err() == nil {
			p, _ := json.Marshal(ballotPaper{Ballot: "b1", Round: 1 + n%50, Vote: Vote{Option: 1 + n%2}})
			nc.Publish(inOf(r.key, id, verbVote), p)
			nc.Publish(inOf(r.key, id, "verbe"+string(rune('a'+n%26))), p)
			n += 2
		}
		done <- n
	}()
	for range 20 {
		if err := voter.Vote(ctx, "b1", 1, 2); err != nil && !errors.Is(err, ErrTooFast) {
			t.Fatal(err)
		}
	}
	stop()
	t.Logf("%d messages of a flood", <-done)
	info, err := r.js.Stream(ctx, streamOf(r.key))
	if err != nil {
		t.Fatal(err)
	}
	if n := info.CachedInfo().State.Msgs; n > 12 {
		t.Errorf("%d messages are kept", n)
	}
	if err := voter.Vote(ctx, "b1", 1, 1); err != nil && !errors.Is(err, ErrTooFast) {
		t.Errorf("after the flood: %v", err)
	}
	if _, err := Join(ctx, r.Addr(), r.Code(), NewIdentity()); err != nil {
		t.Errorf("after the flood nobody joins: %v", err)
	}
}

// What participants choose is shown harmlessly, whatever it is.
func TestHostileNamesAreHarmless(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	if err := r.Ask(ctx, Ballot{ID: "mot", Question: "Un mot ?"}); err != nil {
		t.Fatal(err)
	}
	for _, hostile := range []string{"\x1b[2J\x1b]0;pwn\a", "\u202egnp.exe", strings.Repeat("é", 10<<10), "a\nb\r\nc", "\xff\xfe", "z" + strings.Repeat("\u0301", 500), "", "\u200b\u200b", "<script>alert(1)</script>"} {
		who := NewIdentity()
		who.Pseudonym = hostile
		g, err := Join(ctx, r.Addr(), r.Code(), who)
		if err != nil {
			t.Fatalf("%.20q: %v", hostile, err)
		}
		if len(hostile) < 1000 {
			if err := g.Word(ctx, "mot", 1, hostile); err != nil && !errors.Is(err, ErrAnswer) {
				t.Errorf("%.20q: %v", hostile, err)
			}
		}
		g.Progress(ctx, Where{Step: 1, Scene: hostile[:min(len(hostile), 2000)], Title: hostile[:min(len(hostile), 2000)]})
		g.Close()
	}
	harmless := func(what, s string, most int) {
		if s != Clean(s, most) || strings.ContainsAny(s, "\x1b\n\r\u202e\u200b") {
			t.Errorf("%s: %q", what, s)
		}
	}
	for _, m := range r.Members() {
		harmless("a pseudonym", m.Pseudonym, maxName)
		harmless("a scene", m.Where.Title, maxText)
		if m.Pseudonym == "" {
			t.Error("a participant without a name")
		}
	}
	for w := range r.Counts("mot", 1).Words {
		harmless("a word", w, maxWord)
	}
}

// A phone is bounded as any participant, by its own address.
func TestAPhoneVotes(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	from := netip.MustParseAddr("192.0.2.7")
	for range freeTries + 1 {
		_, err := r.Guest(ctx, from, "ZZZZZZ", NewIdentity())
		if _, wrong := errors.AsType[*CodeError](err); !wrong {
			t.Fatal(err)
		}
	}
	if _, err := r.Guest(ctx, from, r.Code(), NewIdentity()); err == nil {
		t.Error("wrong codes from a phone are not slowed down")
	}
	g, err := r.Guest(ctx, netip.MustParseAddr("192.0.2.8"), r.Code(), NewIdentity())
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Qui répond ?", Options: []string{"Le noyau", "Le serveur"}}); err != nil {
		t.Fatal(err)
	}
	until(t, g, "the wall asks", func() bool { return g.Wall().Open() })
	if err := g.Vote(ctx, "b1", 1, 2); err != nil {
		t.Fatal(err)
	}
	if m := r.Members(); len(m) != 1 || m[0].Kind != KindPhone || !m[0].Here {
		t.Errorf("%+v", m)
	}
	many := 0
	for range r.limits.Burst + 10 {
		if errors.Is(g.Vote(ctx, "b1", 1, 2), ErrTooFast) {
			many++
		}
	}
	if many == 0 {
		t.Error("a phone that floods is not slowed down")
	}
	c, err := closed(ctx, r, "b1")
	if err != nil || c.Options[1] != 1 {
		t.Errorf("%+v %v", c, err)
	}
}

func TestErasingLeavesWhatIsNotLabos(t *testing.T) {
	ctx, dir := within(t), t.TempDir()
	r, err := Open(ctx, Options{Name: "2nde 4", Addr: loopback(), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	joining(t, r).Close()
	if err := Erase(dir, "2nde 4"); err == nil {
		t.Error("an open room was erased")
	}
	r.Abandon()
	mine := folder(dir, "2nde 4") + "/notes.txt"
	if err := os.WriteFile(mine, []byte("à moi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if k, err := Kept(dir, "2nde 4"); err != nil || k.Bytes == 0 {
		t.Errorf("%+v %v", k, err)
	}
	if err := Erase(dir, "2nde 4"); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(folder(dir, "2nde 4"))
	if err != nil || len(left) != 1 || left[0].Name() != "notes.txt" {
		t.Errorf("left: %v %v", left, err)
	}
}
