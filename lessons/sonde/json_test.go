package sonde

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/lessontest/sockets"
	"labo/lessons/measured"
	"labo/lessons/record"
	"labo/probe"
)

// The document as docs/json.md describes it, for encoding/json: the reference
// that the encoder is held against.
type (
	jsonDocument struct {
		Version   int           `json:"version"`
		TakenAt   time.Time     `json:"taken_at"`
		Source    string        `json:"source"`
		Port      *jsonPort     `json:"port,omitempty"`
		Ports     []jsonPort    `json:"ports,omitempty"`
		Sockets   []jsonSocket  `json:"sockets"`
		Processes []jsonProcess `json:"processes"`
		Notes     []string      `json:"notes"`
	}
	jsonSocket struct {
		record.Socket
		Owner jsonOwner `json:"owner"`
	}
	jsonPort struct {
		Number uint16 `json:"number"`
		Bind   struct {
			OK      *bool        `json:"ok"`
			Errno   *string      `json:"errno"`
			Because []jsonReason `json:"because"`
			Until   *int64       `json:"until_ms"`
			Tried   *jsonTried   `json:"tried,omitempty"`
		} `json:"bind"`
		Connect struct {
			OK      *bool        `json:"ok"`
			Errno   *string      `json:"errno"`
			Because []jsonReason `json:"because"`
		} `json:"connect"`
	}
	jsonTried struct {
		OK    bool    `json:"ok"`
		Errno *string `json:"errno"`
	}
	jsonReason struct {
		Kind      string         `json:"kind"`
		Count     int            `json:"count"`
		Socket    *jsonSocket    `json:"socket"`
		Elsewhere *jsonElsewhere `json:"elsewhere,omitempty"`
	}
	jsonElsewhere struct {
		Network string `json:"network"`
		PID     int    `json:"pid"`
		Name    string `json:"name"`
	}
	jsonOwner struct {
		record.Owner
		Processes []jsonHolder `json:"processes"`
	}
	jsonHolder struct {
		record.Holder
		Command string `json:"command"`
	}
	jsonProcess struct {
		PID     int    `json:"pid"`
		Name    string `json:"name"`
		Threads *int   `json:"threads"`
		FDs     *int   `json:"fds"`
		jsonWho
	}
	jsonWho struct {
		Program   *string     `json:"program"`
		State     *string     `json:"state"`
		Start     *time.Time  `json:"start"`
		Parent    *jsonParent `json:"parent"`
		Terminal  *string     `json:"terminal"`
		UID       *int        `json:"uid"`
		User      *string     `json:"user"`
		Elsewhere struct {
			Network *bool `json:"network"`
			PID     *bool `json:"pid"`
			User    *bool `json:"user"`
		} `json:"elsewhere"`
	}
	jsonParent struct {
		PID     int    `json:"pid"`
		Program string `json:"program"`
	}
)

func referenceWho(w *probe.Who) (j jsonWho) {
	if w == nil {
		return j
	}
	j.Program, j.Start, j.Terminal, j.UID, j.User = &w.Program, pointer(w.StartedAt), pointer(w.Terminal), pointer(w.UID), pointer(w.User)
	if state := w.Life.String(); state != "" {
		j.State = &state
	}
	if len(w.Ancestors) > 0 {
		j.Parent = &jsonParent{w.Ancestors[0].PID, w.Ancestors[0].Program}
	}
	j.Elsewhere.Network, j.Elsewhere.PID, j.Elsewhere.User = pointer(w.OtherNetwork), pointer(w.OtherPIDs), pointer(w.OtherUsers)
	return j
}

func pointer[T any](m probe.Maybe[T]) *T {
	if !m.Known {
		return nil
	}
	return &m.Value
}

func reference(s *probe.Snapshot, answers []Answer) jsonDocument {
	d := jsonDocument{
		Version: 2, TakenAt: s.TakenAt, Source: s.Source.String(),
		Sockets: []jsonSocket{}, Processes: []jsonProcess{}, Notes: append([]string{}, measured.Notes(s)...),
	}
	for i := range answers {
		d.Ports = append(d.Ports, referencePort(&answers[i]))
	}
	if len(d.Ports) == 1 {
		d.Port, d.Ports = &d.Ports[0], nil
	}
	for i := range s.Sockets {
		d.Sockets = append(d.Sockets, referenceSocket(&s.Sockets[i]))
	}
	for _, h := range s.Holders {
		d.Processes = append(d.Processes, jsonProcess{h.PID, h.Name, pointer(h.Threads), pointer(h.FDs), referenceWho(h.Who)})
	}
	return d
}

func referencePort(a *Answer) (p jsonPort) {
	ok := func(v probe.Verdict) *bool {
		return pointer(probe.Maybe[bool]{Value: v.Outcome == probe.Granted, Known: v.Outcome != probe.OutcomeUnknown})
	}
	errno := func(s string) *string { return pointer(probe.Maybe[string]{Value: s, Known: s != ""}) }
	because := func(v probe.Verdict) []jsonReason {
		all := []jsonReason{}
		for _, r := range v.Because {
			j := jsonReason{Kind: r.Kind.String(), Count: r.Count}
			if r.Socket != nil {
				socket := referenceSocket(r.Socket)
				j.Socket = &socket
			}
			if e := r.Elsewhere; e != nil {
				j.Elsewhere = &jsonElsewhere{e.Network, e.PID, e.Name}
			}
			all = append(all, j)
		}
		return all
	}
	p.Number = a.Port
	p.Bind.OK, p.Bind.Errno, p.Bind.Because = ok(a.Bind), errno(a.Bind.Errno), because(a.Bind)
	if u := a.Bind.Until; u.Known {
		ms := int64(math.Ceil(float64(u.Value) / float64(time.Millisecond)))
		p.Bind.Until = &ms
	}
	if a.Tried.Known {
		p.Bind.Tried = &jsonTried{a.Tried.Value == "", errno(a.Tried.Value)}
	}
	p.Connect.OK, p.Connect.Errno, p.Connect.Because = ok(a.Connect), errno(a.Connect.Errno), because(a.Connect)
	return p
}

// referenceSocket is the form that notebooks and judgements have, with command
// lines, and texts as they are: they are escaped, not made visible.
func referenceSocket(x *probe.Socket) jsonSocket {
	j := jsonSocket{Socket: record.Of(x)}
	j.Owner = jsonOwner{Owner: j.Socket.Owner, Processes: []jsonHolder{}}
	for i, h := range x.Owner.Holders {
		holder := j.Socket.Owner.Processes[i]
		holder.Name = h.Name
		j.Owner.Processes = append(j.Owner.Processes, jsonHolder{holder, h.Command})
	}
	if x.Interface.Value != nil {
		j.Interface = &x.Interface.Value.Name
	}
	if x.Local.IsValid() {
		j.Local.Addr = x.Local.Addr().String()
	}
	if x.Remote.IsValid() {
		j.Remote.Addr = x.Remote.Addr().String()
	}
	return j
}

// same holds WriteJSON against encoding/json: decoded, both are the same, and
// the fields come in the same order.
func same(t *testing.T, s *probe.Snapshot, answers []Answer) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJSON(&out, s, answers); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out.Bytes()) {
		t.Fatalf("not JSON: %s", out.Bytes())
	}
	for _, r := range out.String() {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf) {
			t.Errorf("%U reaches the terminal", r)
		}
	}
	want, err := json.Marshal(reference(s, answers))
	if err != nil {
		t.Fatal(err)
	}
	got := out.Bytes()
	if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
		t.Errorf("-encoding/json +labo:\n%s", diff)
	}
	if diff := cmp.Diff(keys(t, want), keys(t, got)); diff != "" {
		t.Errorf("fields, -encoding/json +labo:\n%s", diff)
	}
}

func decoded(t *testing.T, b []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		t.Errorf("more than one document: %v", err)
	}
	return v
}

// keys returns the tokens of a document without the values: its shape, in order.
func keys(t *testing.T, b []byte) []string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(b))
	var all []string
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(tok))
	}
}

func TestJSONIsWhatEncodingJSONWrites(t *testing.T) {
	for name, s := range sockets.All() {
		t.Run(name, func(t *testing.T) {
			same(t, s, nil)
			answers := []Answer{{PortVerdict: sockets.Foreseen(s, sockets.Linux)}}
			same(t, s, answers)
			answers[0].Tried = probe.Known("EADDRINUSE")
			blind := sockets.Linux
			blind.BoundUnseen = true
			free := Answer{PortVerdict: sockets.Foreseen(&probe.Snapshot{}, blind), Tried: probe.Known("")}
			free.Connect.Because = append(free.Connect.Because,
				probe.Reason{Kind: probe.OtherNetwork, Elsewhere: &probe.Elsewhere{PID: 42, Name: "\x1b[2J", Network: "net:[1]"}})
			same(t, s, append(answers, free))
		})
	}
}

func FuzzJSON(f *testing.F) {
	f.Add("python3", "python3 serveur.py", "eth0", uint8(1), uint8(3), int64(57_000), 3, true)
	f.Add("\x1b]0;x\x07", "\u202e\u009b \xff\xfe \"\\\u2028 <&>", "e\"\n", uint8(10), uint8(9), int64(-1), -1, false)
	f.Add("👩‍🚀\U000e0001", "", "", uint8(200), uint8(0), int64(0), 0, true)
	f.Fuzz(func(t *testing.T, name, command, zone string, state, timer uint8, ms int64, n int, known bool) {
		ms %= 1 << 40
		h := &probe.Holder{PID: n, Name: name, Command: command, Threads: probe.Maybe[int]{Value: n, Known: known}}
		a := netip.AddrPortFrom(netip.MustParseAddr("fe80::1").WithZone(zone), uint16(n))
		same(t, &probe.Snapshot{
			TakenAt: time.UnixMilli(ms).UTC(), Source: probe.Source(state % 3), Holders: []*probe.Holder{h},
			Sockets: []probe.Socket{{
				Family: probe.TCP6, State: probe.State(state), Local: a,
				RecvQueue: probe.Maybe[uint32]{Value: uint32(n), Known: known},
				V6Only:    probe.Maybe[bool]{Value: n%2 == 0, Known: known},
				Interface: probe.Known(&probe.Interface{Name: zone}),
				Info: &probe.Info{Sent: probe.Maybe[uint64]{Value: uint64(ms), Known: known},
					RoundTrip: probe.Maybe[time.Duration]{Value: time.Duration(n) * time.Microsecond, Known: n > 0}, Resent: uint32(timer)},
				Timer: probe.Maybe[probe.Timer]{Known: known,
					Value: probe.Timer{Kind: probe.TimerKind(timer), Remaining: time.Duration(ms) * time.Millisecond}},
				Owner: probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{h, h}, UID: probe.Maybe[int]{Value: n, Known: known},
					Open: []probe.OpenFD{{PID: n, FD: int(timer)}, {PID: n, FD: n}, {PID: n + 1}}},
			}},
			Notes: []probe.Note{{Kind: probe.NoteKind(timer), N: n, Err: errors.New(name)}},
		}, nil)
	})
}

// A document is not gathered whole: ten thousand sockets go out in pieces, and
// a reader who leaves ends the work with an error.
func TestJSONGoesOutInFewPiecesAndStopsAtAnError(t *testing.T) {
	s := sockets.Crowd(10_000)
	var w countingWriter
	if err := WriteJSON(&w, s, nil); err != nil {
		t.Fatal(err)
	}
	if w.writes < 10 || w.writes > 100 {
		t.Errorf("%d writes for %d bytes", w.writes, w.bytes)
	}
	closed := errors.New("closed")
	w = countingWriter{err: closed}
	if err := WriteJSON(&w, s, nil); !errors.Is(err, closed) || w.writes != 1 {
		t.Errorf("error %v after %d writes", err, w.writes)
	}
}

type countingWriter struct {
	writes, bytes int
	err           error
}

func (w *countingWriter) Write(p []byte) (int, error) {
	w.writes++
	w.bytes += len(p)
	return len(p), w.err
}

func TestQuotedKeepsTheText(t *testing.T) {
	for _, s := range []string{"", "é", "\x00\x1b\x7f\u009b\u200e\ufeff\u2028", "\U000e0001", strings.Repeat("x", 5000)} {
		var back string
		if err := json.Unmarshal(quoted(s), &back); err != nil || back != s {
			t.Errorf("%q became %q (%v)", s, back, err)
		}
	}
}

func BenchmarkJSON10000(b *testing.B) {
	s := sockets.Crowd(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteJSON(io.Discard, s, nil); err != nil {
			b.Fatal(err)
		}
	}
}
