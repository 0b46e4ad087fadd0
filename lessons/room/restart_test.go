package room

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"
)

// A labo that is killed and opened again is the same room: its code, its port,
// what was asked and answered; and its guests find it again by themselves.
func TestARoomGoesOnAfterARestart(t *testing.T) {
	ctx, dir := within(t), t.TempDir()
	r := opening(t, dir)
	g, gone := joining(t, r), joining(t, r)
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Qui répond ?", Options: []string{"Le noyau", "Le serveur"}}); err != nil {
		t.Fatal(err)
	}
	for i, g := range []*Guest{g, gone} {
		if err := g.Vote(ctx, "b1", 1, i+1); err != nil {
			t.Fatal(err)
		}
	}
	code, at, page := r.Code(), r.Addr(), Page{Port: 8181, Key: "CLE"}
	if err := r.KeepPage(page); err != nil {
		t.Fatal(err)
	}
	r.Abandon()
	until(t, g, "the room is lost", func() bool { return !g.Lost().IsZero() })

	again := opening(t, dir)
	if again.Code() != code || again.Addr() != at {
		t.Fatalf("code %s at %s became %s at %s", code, at, again.Code(), again.Addr())
	}
	if kept, err := again.Page(); kept != page {
		t.Errorf("the instructor's page became %+v, %v", kept, err)
	}
	if w := again.Wall(); w.Ballot == nil || w.Ballot.ID != "b1" || !w.Open() {
		t.Fatalf("the wall: %+v", w)
	}
	until(t, g, "the room is found again", func() bool { return g.Lost().IsZero() })
	if err := g.Vote(ctx, "b1", 1, 2); err != nil {
		t.Fatal(err)
	}
	c, err := closed(ctx, again, "b1")
	if err != nil || c.Voters != 2 || c.Options[0] != 0 || c.Options[1] != 2 {
		t.Fatalf("counts %+v, %v", c, err)
	}
	if v, voted := g.Mine(1); !voted || v.Option != 2 {
		t.Errorf("what the guest voted: %+v %v", v, voted)
	}
	lost, err := Join(ctx, at, code, gone.Identity()) // another process of the same participant
	if err != nil {
		t.Fatal(err)
	}
	defer lost.Close()
	if v, voted := lost.Mine(1); !voted || v.Option != 2 {
		t.Errorf("a lost student comes back without its vote: %+v %v", v, voted)
	}
	if n := len(again.Members()); n != 2 {
		t.Errorf("%d members", n)
	}
}

func TestASecondLaboFollowsTheSameRoom(t *testing.T) {
	ctx, dir := within(t), t.TempDir()
	r := opening(t, dir)
	p, err := Attach(ctx, dir, "2nde 4")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close(ctx)
	g := joining(t, r)
	if err := p.Ask(ctx, Ballot{ID: "b1", Question: "Un mot ?"}); err != nil {
		t.Fatal(err)
	}
	until(t, g, "the wall asks", func() bool { return g.Wall().Open() })
	if err := g.Word(ctx, "b1", 1, " le  noyau "); err != nil {
		t.Fatal(err)
	}
	c, err := closed(ctx, p, "b1")
	if err != nil || c.Words["le noyau"] != 1 {
		t.Fatalf("%+v %v", c, err)
	}
	if _, err := Attach(ctx, dir, "une autre"); !errors.Is(err, ErrNotOpen) {
		t.Errorf("attached to a room that is not open: %v", err)
	}
	until(t, r, "the first one knows", func() bool { return r.Counts("b1", 1).Voters == 1 })
	phone, err := r.Guest(ctx, netip.MustParseAddr("127.0.0.1"), r.Code(), NewIdentity()) // the first one serves it
	if err != nil {
		t.Fatal(err)
	}
	here := func() (n int) {
		for _, m := range p.Members() {
			if m.Here {
				n++
			}
		}
		return n
	}
	until(t, p, "the second one knows of a phone", func() bool {
		phone.Here() // as its page does, again and again
		return here() == 2
	})
	phone.Close()
	until(t, p, "the second one knows that it has left", func() bool { return here() == 1 })
	r.Abandon()
	until(t, p, "the second one knows that the room is not reached", func() bool { return !p.Reached() })
}

// Whatever keeps a guest out is told by what was measured.
func TestWhyAGuestCannotJoin(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := netip.MustParseAddrPort(nobody.Addr().String())
	nobody.Close()
	_, err = Join(ctx, closed, r.Code(), NewIdentity())
	if _, ok := errors.AsType[*RefusedError](err); !ok {
		t.Errorf("nobody listens: %v", err)
	}
	for _, said := range []string{"SSH-2.0-OpenSSH_9.2\r\n", "", "INFO {}\r\n"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, err := l.Accept()
			if err == nil {
				c.Write([]byte(said))
				time.Sleep(infoFor / 2)
				c.Close()
			}
		}()
		_, err = Join(ctx, netip.MustParseAddrPort(l.Addr().String()), r.Code(), NewIdentity())
		if _, ok := errors.AsType[*NotRoomError](err); !ok {
			t.Errorf("another program that says %q: %v", said, err)
		}
		l.Close()
	}
	_, err = Join(ctx, r.Addr(), "ZZZZZZ", NewIdentity())
	if wrong, ok := errors.AsType[*CodeError](err); !ok || wrong.Wait != 0 {
		t.Errorf("a wrong code: %v", err)
	}
	was := r.gate.protocol
	r.gate.protocol = "2"
	_, err = Join(ctx, r.Addr(), r.Code(), NewIdentity())
	r.gate.protocol = was
	if _, ok := errors.AsType[*VersionError](err); !ok {
		t.Errorf("another version: %v", err)
	}
	if _, err := Join(ctx, r.Addr(), "  "+string(r.Code()[:3])+"-"+r.Code()[3:], NewIdentity()); err != nil {
		t.Errorf("a code typed with a dash: %v", err)
	}
}

// Wrong codes are waited for longer and longer; who had joined is not kept out.
func TestWrongCodesSlowDown(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	g := joining(t, r)
	var waited time.Duration
	for range freeTries + 1 {
		_, err := Join(ctx, r.Addr(), "ZZZZZZ", NewIdentity())
		wrong, ok := errors.AsType[*CodeError](err)
		if !ok {
			t.Fatalf("a wrong code: %v", err)
		}
		waited = wrong.Wait
	}
	if waited <= 0 {
		t.Fatal("wrong codes are not slowed down")
	}
	_, err := Join(ctx, r.Addr(), r.Code(), NewIdentity())
	if early, ok := errors.AsType[*CodeError](err); ok {
		if early.Wait <= 0 {
			t.Errorf("refused, and not told to wait: %v", err)
		}
	} else if err != nil {
		t.Errorf("before the wait is over: %v", err)
	}
	back, err := Join(ctx, r.Addr(), r.Code(), g.Identity())
	if err != nil {
		t.Fatalf("who had joined is kept out: %v", err)
	}
	back.Close()
	at := r.gate.at("192.0.2.9", time.Now())
	for range 30 {
		r.gate.wrong("192.0.2.9", time.Now())
	}
	if left := time.Until(at.until); left > longest || left < longest/2 {
		t.Errorf("thirty wrong codes make wait %v", left)
	}
}

// While a room opens, who calls is refused by the system, or told that the code
// is wrong: never turned away without a reason.
func TestNobodyIsRefusedWithoutAReasonWhileItOpens(t *testing.T) {
	ctx, dir := within(t), t.TempDir()
	at := opening(t, dir).kept(t)
	opened := make(chan *Room, 1)
	go func() {
		r, err := Open(ctx, Options{Name: "2nde 4", Addr: at, Dir: dir})
		if err != nil {
			t.Error(err)
		}
		opened <- r
	}()
	for told := 0; told < 2; {
		g, err := Join(ctx, at, "KARTUX", NewIdentity())
		refused, wrong := new(RefusedError), new(CodeError)
		switch {
		case err == nil:
			g.Close()
			t.Fatal("a wrong code opens")
		case errors.As(err, &wrong):
			told++
		case !errors.As(err, &refused):
			t.Fatal(err)
		}
	}
	if r := <-opened; r != nil {
		r.Abandon()
	}
}

// A call that is ended without a word is made once more: so it is while a room
// tries its address.
func TestACallEndedWithoutAWordIsMadeAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for _, said := range []string{"", "INFO {\"auth_required\":true}\r\n"} {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Write([]byte(said))
			c.Close()
		}
	}()
	if err := knock(within(t), netip.MustParseAddrPort(l.Addr().String())); err != nil {
		t.Error(err)
	}
}

// kept leaves the room, and returns where it listened.
func (r *Room) kept(t *testing.T) netip.AddrPort {
	t.Helper()
	if err := r.Abandon(); err != nil {
		t.Fatal(err)
	}
	return r.addr
}
