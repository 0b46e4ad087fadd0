package probe

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"syscall"
	"testing"
)

// fixed is a source that always answers the same.
type fixed struct {
	snap *Snapshot
	err  error
}

func (f fixed) sockets(context.Context, *Filter) (*Snapshot, error) {
	if f.err != nil {
		return nil, f.err
	}
	snap := *f.snap
	return &snap, nil
}

// withSources replaces the sources of this system; nil for none.
func withSources(t *testing.T, kernel, other source) {
	t.Helper()
	oldKernel, oldOther := newSockDiag, newGopsutil
	t.Cleanup(func() { newSockDiag, newGopsutil = oldKernel, oldOther })
	constructor := func(s source) func() source {
		if s == nil {
			return nil
		}
		return func() source { return s }
	}
	newSockDiag, newGopsutil = constructor(kernel), constructor(other)
}

func TestSocketsChoosesSource(t *testing.T) {
	kernel := fixed{snap: &Snapshot{Source: SockDiag}}
	other := fixed{snap: &Snapshot{Source: Gopsutil, Notes: []Note{{Kind: NoteNoQueues}}}}
	refused := fixed{err: &SourceError{Source: SockDiag, Err: syscall.EACCES}}
	broken := fixed{err: &SourceError{Source: Gopsutil, Err: syscall.EIO}}
	noProcess := fixed{err: &NoSuchProcessError{PID: 4}}
	for _, c := range []struct {
		name          string
		kernel, other source
		ask, answer   Source
		fallback      error   // in a NoteFallback
		errs          []error // each is in the error
	}{
		{name: "sock_diag first", kernel: kernel, other: other, answer: SockDiag},
		{name: "gopsutil where there is no sock_diag", other: other, answer: Gopsutil},
		{name: "gopsutil where sock_diag is refused", kernel: refused, other: other, answer: Gopsutil, fallback: syscall.EACCES},
		{name: "what was asked for", kernel: kernel, other: other, ask: Gopsutil, answer: Gopsutil},
		{name: "an explicit source is not replaced", kernel: refused, other: other, ask: SockDiag, errs: []error{syscall.EACCES}},
		{name: "an explicit source that is not there", other: other, ask: SockDiag, errs: []error{ErrNoSource}},
		{name: "both refuse", kernel: refused, other: broken, errs: []error{syscall.EACCES, syscall.EIO}},
		{name: "a missing process is no refusal", kernel: noProcess, other: other, errs: []error{noProcess.err}},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSources(t, c.kernel, c.other)
			snap, err := Sockets(t.Context(), Filter{Source: c.ask})
			for _, want := range c.errs {
				if !errors.Is(err, want) {
					t.Errorf("error %v is not %v", err, want)
				}
			}
			if len(c.errs) > 0 {
				var typed *SourceError
				if _, missing := c.kernel.(fixed); missing && c.kernel == source(noProcess) {
					return
				}
				if !errors.As(err, &typed) {
					t.Errorf("error %v is no SourceError", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if snap.Source != c.answer {
				t.Errorf("answer of %s, want %s", snap.Source, c.answer)
			}
			if snap.TakenAt.IsZero() || snap.Took <= 0 {
				t.Errorf("taken at %v in %v", snap.TakenAt, snap.Took)
			}
			fell := len(snap.Notes) > 0 && snap.Notes[0].Kind == NoteFallback
			if fell != (c.fallback != nil) || fell && !errors.Is(snap.Notes[0].Err, c.fallback) {
				t.Errorf("notes %+v", snap.Notes)
			}
		})
	}
}

func TestSocketsEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, source := range []Source{Auto, SockDiag, Gopsutil} {
		if _, err := Sockets(ctx, Filter{Source: source}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// The keys that sortSockets sorts by give the order of compareSockets.
func TestSortSockets(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	pick := func(of ...string) netip.Addr { return netip.MustParseAddr(of[rng.IntN(len(of))]) }
	socks := make([]Socket, 2000)
	for i := range socks {
		s := &socks[i]
		s.Family, s.State = TCP4, State(1+rng.IntN(int(Bound)))
		local, remote := pick("0.0.0.0", "127.0.0.1", "255.255.255.255"), pick("127.0.0.1", "10.0.0.1", "10.0.0.2")
		if rng.IntN(2) == 0 {
			s.Family = TCP6
			local, remote = pick("::", "::1", "::ffff:127.0.0.1", "fe80::1%b", "fe80::1%a"), pick("::1", "ffff::", "ff::")
		}
		s.Local = netip.AddrPortFrom(local, uint16(rng.IntN(3)*32767))
		if rng.IntN(3) > 0 {
			s.Remote = netip.AddrPortFrom(remote, uint16(rng.IntN(3)*32767))
		}
		s.Inode = Known(uint32(i))
	}
	want := slices.Clone(socks)
	slices.SortFunc(want, func(a, b Socket) int { return compareSockets(&a, &b) })
	sortSockets(socks)
	for i := range socks {
		if socks[i].Inode != want[i].Inode {
			t.Fatalf("at %d: %+v, want %+v", i, socks[i], want[i])
		}
	}
	for i := range socks[1:] {
		if rank(socks[i].State) > rank(socks[i+1].State) {
			t.Fatalf("%s after %s", socks[i+1].State, socks[i].State)
		}
	}
	sortSockets(socks[:0])
	sortSockets(socks[:1])
}

func TestCollectHolders(t *testing.T) {
	a, b, c := &Holder{PID: 3}, &Holder{PID: 1}, &Holder{PID: 2}
	socks := []Socket{
		{Owner: Owner{Holders: []*Holder{a, b}}},
		{},
		{Owner: Owner{Holders: []*Holder{b}}},
		{Owner: Owner{Holders: []*Holder{c, a}}},
	}
	if got := collectHolders(socks); !slices.Equal(got, []*Holder{b, c, a}) {
		t.Errorf("holders %v", got)
	}
}
