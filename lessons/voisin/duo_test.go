package voisin

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"labo/lessons/measured"
	"labo/lessons/record"
	"labo/lessons/text"
	"labo/lessons/voisin/link"
	"labo/probe"
)

// wire is a link whose other end is the test.
type wire struct {
	name string
	in   chan []byte
	sent chan []byte
}

func (w *wire) Peer() link.Peer {
	return link.Peer{Name: w.name, Here: netip.MustParseAddr("127.0.0.1"), There: netip.MustParseAddr("127.0.0.2")}
}

func (w *wire) Send(m []byte) {
	select {
	case w.sent <- m:
	default:
	}
}

func (w *wire) Receive() <-chan []byte { return w.in }
func (w *wire) Lost() error            { return nil }
func (w *wire) Close()                 { close(w.in) }

func newWire(t *testing.T, name string) (*Duo, *wire) {
	t.Helper()
	w := &wire{name: name, in: make(chan []byte), sent: make(chan []byte, 64)}
	d := New(w, 1) // a port of nobody
	t.Cleanup(d.Close)
	return d, w
}

// Whatever a neighbour says, it is short, visible, and theirs.
func TestWhatANeighbourSaysIsBoundedAndVisible(t *testing.T) {
	const evil = "\x1b[2J\x07\u202e"
	d, w := newWire(t, evil+strings.Repeat("n", 1000))
	hostile := state{
		Scene: evil, Title: evil, Play: "x", Said: map[string]string{}, Acts: make([]record.Event, 1000),
		Table: &table{At: time.Unix(0, 0), Source: evil, Rows: make([]record.Socket, 1000)},
	}
	for i := range 1000 {
		hostile.Said[fmt.Sprint(evil, i)] = strings.Repeat(evil, 1000)
		hostile.Acts[i] = record.Event{What: strings.Repeat(evil, 1000), Detail: evil, From: evil, Outcome: evil}
		hostile.Table.Rows[i] = record.Socket{State: evil, Protocol: evil, Local: &record.End{Addr: evil}, Owner: record.Owner{
			Kind: "process", Processes: []record.Holder{{PID: -1, Name: evil}}}}
	}
	said, err := json.Marshal(message{State: &hostile})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range [][]byte{[]byte("{"), []byte("null"), []byte(`{"state":5}`), {0xff}, said} {
		w.in <- raw
	}
	w.in <- []byte("{}") // what came before has been taken
	f := d.Facing()
	if !f.Known || len(f.Rows) != maxRows {
		t.Fatalf("%d rows, known %v", len(f.Rows), f.Known)
	}
	shown := f.Name + f.When() + f.Note()
	for i := range f.Rows {
		shown += measured.Address(f.Rows[i].Local) + measured.Owner(f.Rows[i].Owner, probe.Auto) + f.Rows[i].State.String()
	}
	d.mu.Lock()
	s := d.theirs
	d.mu.Unlock()
	if len(s.Acts) > maxActs || len(s.Said) > maxSaid {
		t.Errorf("%d acts, %d values", len(s.Acts), len(s.Said))
	}
	for i := range s.Acts {
		e := s.Acts[i].Shown()
		shown += e.What + e.Detail
		if len([]rune(e.What)) > 8*maxWords { // a character may become eight to be seen
			t.Errorf("%d characters", len([]rune(e.What)))
		}
	}
	for name, value := range s.Said {
		shown += name + value
	}
	if shown != text.Visible(shown) {
		t.Errorf("something of it would reach a terminal: %q", shown)
	}
}

// A time that nobody asked for changes no clock; one that was asked for does,
// once.
func TestAClockIsComparedOnQuestionOnly(t *testing.T) {
	d, w := newWire(t, "x")
	answer := func(asked time.Time) {
		there := time.Now().Add(time.Hour)
		m, err := json.Marshal(message{T1: &asked, T2: &there, T3: &there})
		if err != nil {
			t.Fatal(err)
		}
		w.in <- m
	}
	answer(time.Now())
	if best, n := d.compared(); n != 0 {
		t.Fatalf("%+v of %d", best, n)
	}
	var m message
	for m.T1 == nil || m.T2 != nil {
		m = message{}
		select {
		case raw := <-w.sent:
			if err := json.Unmarshal(raw, &m); err != nil {
				t.Fatal(err)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("nobody asks for a time")
		}
	}
	answer(*m.T1)
	answer(*m.T1)
	w.in <- []byte("{}")
	if best, n := d.compared(); n != 1 || best.Offset < time.Hour-time.Minute || best.Offset > time.Hour+time.Minute {
		t.Errorf("%+v of %d", best, n)
	}
}

func (d *Duo) compared() (link.Sample, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock.Best()
}

// A table says how old it is.
func TestAnOldTableSaysSo(t *testing.T) {
	f := Facing{Known: true, Age: 12 * time.Second, Lost: lostWords(link.ErrSilent)}
	if said := f.When() + " " + f.Note(); !strings.Contains(said, "il y a 12"+text.NBSP+"s") || !strings.Contains(said, "rien ne vient") {
		t.Error(said)
	}
}
