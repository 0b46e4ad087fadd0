package etape4

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe"
	"labo/probe/files"
	"labo/probe/syscalls"
)

// tracedProgram is one of the sheet's programs, run under a trace.
type tracedProgram struct {
	name, path string
	reader     bool     // it is the reader's own
	source     []string // its lines
	facts      *trace.Facts
	err        error
}

// called returns the lines of the program that asked the kernel for something.
func (t *tracedProgram) called() []string {
	var lines []string
	for _, l := range t.own() {
		lines = append(lines, l.Code)
	}
	return lines
}

// silent returns the lines that ran and asked for nothing.
func (t *tracedProgram) silent() []string {
	var lines []string
	for _, n := range t.silentLines() {
		lines = append(lines, text.Visible(t.source[n-1]))
	}
	return lines
}

// silentLines returns their numbers.
func (t *tracedProgram) silentLines() []int {
	return slices.DeleteFunc(slices.Clone(t.facts.Silent), func(n int) bool { return n < 1 || n > len(t.source) })
}

// own returns the facts about the lines of the program itself.
func (t *tracedProgram) own() []trace.LineFact {
	var own []trace.LineFact
	for _, l := range t.facts.Lines {
		if filepath.Base(l.File) == t.name {
			own = append(own, l)
		}
	}
	return own
}

// longest returns the line of the program that the kernel kept for longest.
func (t *tracedProgram) longest() trace.LineFact {
	var longest trace.LineFact
	for _, l := range t.own() {
		if l.Kernel >= longest.Kernel {
			longest = l
		}
	}
	return longest
}

// ownProgram returns the reader's own program of that name, in the folder where
// labo was started, on another port than the sheet's; false where there is
// none, or one that does not name the sheet's port.
func ownProgram(name string, port uint16) (string, bool) {
	const largest = 64 << 10 // bytes
	own := fmt.Sprint(atelier.Port)
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > largest {
		return "", false
	}
	src, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(src), own) {
		return "", false
	}
	return strings.ReplaceAll(string(src), own, fmt.Sprint(port)), true
}

// tracedOwn traces the reader's own serveur.py and client.py where labo was
// started beside them, else those of the workbook; these as well where the
// reader's do not come to their end.
func tracedOwn(ctx context.Context, b *bench.Bench) [2]*tracedProgram {
	_, server := ownProgram("serveur.py", 1)
	_, client := ownProgram("client.py", 1)
	if server && client {
		both := traced(ctx, b, ownProgram)
		err := errors.Join(both[0].err, both[1].err)
		if err == nil {
			both[0].reader, both[1].reader = true, true
			return both
		}
		b.Event(evidence.Event{What: "suivre vos fichiers", Outcome: evidence.Failed, Detail: noTrace(err)})
	}
	return traced(ctx, b, func(name string, port uint16) (string, bool) {
		src, err := atelier.Source(name, port)
		b.Must(err, "retrouver "+name)
		return src, true
	})
}

// How long both programs may be followed, by the clock, and how often the scene
// says that it goes on.
const (
	followBound = 2 * time.Minute
	followWords = 10 * time.Second
)

// traced runs serveur.py and client.py on a port of their own, each under a
// trace, and has them say "bonjour" and "exit". The server is left to wait a
// while for its client. Each stop of a traced program waits for its turn: on a
// machine that is busy without end, both are given up after followBound.
func traced(ctx context.Context, b *bench.Bench, source func(name string, port uint16) (string, bool)) [2]*tracedProgram {
	const words = "serveur.py et client.py, appel par appel"
	b.Measuring(words, 1, 1)
	begun := time.Now()
	ctx, cancel := context.WithTimeout(ctx, followBound)
	defer cancel()
	temp, err := files.NewTemp()
	b.Must(err, "créer un dossier")
	defer temp.Close()
	port := sparePort(b)
	server, client := tracedSource(b, temp.Dir, "serveur.py", port, source), tracedSource(b, temp.Dir, "client.py", port, source)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	b.Must(err, "ouvrir "+os.DevNull)
	defer null.Close()
	keys, typing, err := os.Pipe()
	b.Must(err, "ouvrir un tube")
	defer keys.Close()
	defer typing.Close()

	var calls atomic.Int64
	again := time.NewTicker(followWords)
	defer again.Stop()
	await := func(awaited, over <-chan struct{}) bool { // false: over came before, or no time is left
		for {
			select {
			case <-awaited:
				return true
			case <-over:
				return false
			case <-ctx.Done():
				return false
			case <-again.C:
				b.Measuring(words+" : "+text.Plural(int(calls.Load()), "appel")+" en "+text.Duration(time.Since(begun).Round(time.Second)), 1, 1)
			}
		}
	}
	python := follower(ctx, b)
	listens, accepted := newFlag("listen", nil), newFlag("accept", nil)
	heard := newFlag("recv", accepted) // before, what translates a name may receive too
	run := func(t *tracedProgram, in *os.File, flags ...*flag) <-chan struct{} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			t.facts, t.err = trace.ForStep(ctx, append(python, t.path), in, func(e *syscalls.Event) {
				calls.Add(1)
				for _, f := range flags {
					f.see(e)
				}
			})
			if errors.Is(t.err, context.DeadlineExceeded) {
				t.err = fault.Failed("serveur.py et client.py n'étaient pas à leur terme après "+text.Duration(time.Since(begun).Round(time.Second)), "", nil)
			}
		}()
		return done
	}
	serverDone := run(server, null, listens, accepted, heard)
	defer func() { cancel(); <-serverDone }()
	both := [2]*tracedProgram{server, client}
	if !await(listens.seen, serverDone) {
		b.Stop(b.Context().Err())
		cancel()
		if <-serverDone; server.err == nil {
			server.err = fault.Failed("serveur.py n'a pas écouté", "", nil)
		}
		return both
	}
	b.Sleep(300 * time.Millisecond) // so that accept() has something to wait for
	clientDone := run(client, keys)
	defer func() { cancel(); <-clientDone }()
	typing.WriteString("bonjour\n")
	await(heard.seen, clientDone)
	typing.WriteString("exit\n")
	typing.Close()
	await(clientDone, nil)
	await(serverDone, nil)
	<-clientDone // they end with ctx
	<-serverDone
	b.Stop(b.Context().Err())
	return both
}

// follower is the Python that runs a program to be followed: itself, and not what
// starts it under its name. A shim (pyenv) makes thousands of calls before, each
// of which would be waited for.
func follower(ctx context.Context, b *bench.Bench) []string {
	if python, ok := b.Python(ctx); ok {
		return []string{python.Path}
	}
	return nil // why it is missing is said by the trace
}

// flag is raised when a call has returned whose name begins so, once another is
// raised.
type flag struct {
	call  string
	after *flag // nil: at once
	up    bool
	seen  chan struct{} // closed when it is up
}

func newFlag(call string, after *flag) *flag {
	return &flag{call: call, after: after, seen: make(chan struct{})}
}

// see is told every event of one program, in order.
func (f *flag) see(e *syscalls.Event) {
	if f.up || f.after != nil && !f.after.up || e.Kind != syscalls.Return || e.Call == nil || e.Call.Err != "" || !strings.HasPrefix(e.Call.Name, f.call) {
		return
	}
	f.up = true
	close(f.seen)
}

// sparePort returns a port that is free now, and that nobody is given before
// serveur.py binds it: the kernel does not lend it, where there is such a one.
func sparePort(b *bench.Bench) uint16 {
	const low, many, tries = 14000, 6000, 50 // not the port of the sheet
	lent, err := probe.EphemeralPorts(b.Context())
	for try := 0; err == nil && try < tries; try++ {
		port := uint16(low + rand.IntN(many))
		if lent.Has(port) {
			continue
		}
		named, err := b.Look(b.Context(), probe.Filter{Ports: []uint16{port}})
		if err == nil && len(named.Sockets) == 0 && bench.CheckPort(b.Context(), port) == nil {
			return port
		}
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	b.Must(err, "trouver un port libre")
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}

func tracedSource(b *bench.Bench, dir, name string, port uint16, source func(string, uint16) (string, bool)) *tracedProgram {
	src, ok := source(name, port)
	if !ok {
		b.Fail(name + " n'est plus là")
	}
	path := filepath.Join(dir, name)
	b.Must(os.WriteFile(path, []byte(src), 0o600), "écrire "+name)
	return &tracedProgram{name: name, path: path, source: strings.Split(src, "\n")}
}
