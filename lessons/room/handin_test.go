package room

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/netip"
	"testing"
)

// A document arrives whole, the last one of each, after a restart too; and what was
// cut is not taken for one.
func TestDocumentsAreHandedIn(t *testing.T) {
	dir := t.TempDir()
	at := netip.MustParseAddrPort("127.0.0.1:0")
	r, err := Open(within(t), Options{Name: "essai", Addr: at, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	who := NewIdentity()
	g, err := Join(within(t), r.Addr(), r.Code(), who)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	noise := make([]byte, 200<<10)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	for _, document := range [][]byte{noise, []byte("court"), nil, bytes.Repeat([]byte("x"), 2<<20)} {
		if err := g.HandIn(within(t), document); err != nil {
			t.Fatal(err)
		}
		if got, err := r.Handed(within(t), who.ID()); err != nil || !bytes.Equal(got, document) {
			t.Errorf("handed in %d bytes, got %d: %v", len(document), len(got), err)
		}
	}
	if err := g.HandIn(within(t), bytes.Repeat(noise, 2)); !errors.Is(err, ErrTooLong) {
		t.Errorf("a document without bounds: %v", err)
	}
	if all := r.Members(); len(all) != 1 || all[0].Handed.IsZero() {
		t.Errorf("members %+v", all)
	}
	if _, err := r.Handed(within(t), "personne"); !errors.Is(err, ErrNotWhole) {
		t.Errorf("of nobody: %v", err)
	}
	// The pieces of one document under the slip of another.
	if err := g.HandIn(within(t), noise); err != nil {
		t.Fatal(err)
	}
	if err := g.patiently(within(t), verbPiece, piece{N: 1, Data: "AAAA"}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Handed(within(t), who.ID()); !errors.Is(err, ErrNotWhole) {
		t.Errorf("a document of two: %v", err)
	}
	if err := g.HandIn(within(t), noise); err != nil {
		t.Fatal(err)
	}
	if err := r.Abandon(); err != nil {
		t.Fatal(err)
	}
	if r, err = Open(within(t), Options{Name: "essai", Addr: at, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer r.Abandon()
	if got, err := r.Handed(within(t), who.ID()); err != nil || !bytes.Equal(got, noise) {
		t.Errorf("after a restart: %d bytes, %v", len(got), err)
	}
}
