//go:build unix

package live

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.uber.org/goleak"
	"golang.org/x/term"

	"labo/lessons/stage/paint"
	"labo/lessons/stage/terminal"
	"labo/probe"
	"labo/probe/probetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// ptyView is a pseudo-terminal with a view on it.
type ptyView struct {
	t          *testing.T
	master     *os.File
	slave      *os.File
	before     *term.State
	updates    chan probe.Update
	ended      chan error
	mu         sync.Mutex
	written    bytes.Buffer
	news       chan struct{}
	readerDone chan struct{}
}

func start(t *testing.T, ctx context.Context, updates chan probe.Update) *ptyView {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		probetest.Missing(t, "no pseudo-terminal here: %v", err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	tt := &ptyView{t: t, master: master, slave: slave, before: before, updates: updates,
		ended: make(chan error, 1), news: make(chan struct{}, 1), readerDone: make(chan struct{})}
	go tt.read()
	ctx, cancel := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		tt.ended <- Run(ctx, Options{Title: "essai", Options: terminal.Options{Palette: paint.New(true), In: slave, Out: slave,
			Env: []string{"TERM=xterm-256color", "SSH_TTY=x"}}}, updates)
	}()
	t.Cleanup(func() {
		cancel()
		<-over
		slave.Close()
		master.Close()
		<-tt.readerDone
	})
	return tt
}

// read keeps what the view writes, and answers nothing.
func (tt *ptyView) read() {
	defer close(tt.readerDone)
	buf := make([]byte, 4096)
	for {
		n, err := tt.master.Read(buf)
		tt.mu.Lock()
		tt.written.Write(buf[:n])
		tt.mu.Unlock()
		select {
		case tt.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (tt *ptyView) all() string {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	return tt.written.String()
}

// shows waits until a text has been written after the first `after` bytes, and
// returns how much has been written by then.
func (tt *ptyView) shows(after int, want string) int {
	tt.t.Helper()
	limit := time.After(patience)
	for {
		all := tt.all()
		if strings.Contains(all[after:], want) {
			return len(all)
		}
		select {
		case <-tt.news:
		case <-limit:
			tt.t.Fatalf("%q was not shown; since then:\n%q", want, all[after:])
		}
	}
}

func (tt *ptyView) types(keys string) {
	tt.t.Helper()
	if _, err := tt.master.WriteString(keys); err != nil {
		tt.t.Fatal(err)
	}
}

// ends waits for Run and holds that the terminal is as before.
func (tt *ptyView) ends() error {
	tt.t.Helper()
	var err error
	select {
	case err = <-tt.ended:
	case <-time.After(patience):
		tt.t.Fatal("the view did not end")
	}
	tt.shows(0, "\x1b[?1049l") // the other screen is left
	if all := tt.all(); strings.LastIndex(all, "\x1b[?25h") < strings.LastIndex(all, "\x1b[?25l") {
		tt.t.Error("the cursor stays hidden")
	}
	after, stateErr := term.GetState(int(tt.slave.Fd()))
	if stateErr != nil || *after != *tt.before {
		tt.t.Errorf("the terminal's mode is not what it was (%v)", stateErr)
	}
	return err
}

func snapshotOf(sockets ...probe.Socket) probe.Update {
	return probe.Update{Snapshot: &probe.Snapshot{TakenAt: noon, Source: probe.SockDiag, Sockets: sockets}}
}

func TestTheTerminalIsGivenBack(t *testing.T) {
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	nothing := func(err error) bool { return err == nil }
	panicked := func(err error) bool {
		broken, ok := errors.AsType[*terminal.PanicError](err)
		return ok && bytes.Contains(broken.Stack, []byte("ownerRank"))
	}
	broken := serving
	broken.Owner = probe.Owner{Kind: probe.OwnerProcess} // no holder, which no probe gives: drawing it fails
	for name, c := range map[string]struct {
		end  func(tt *ptyView, cancel func())
		want func(error) bool
	}{
		"q":       {func(tt *ptyView, _ func()) { tt.types("q") }, nothing},
		"ctrl+c":  {func(tt *ptyView, _ func()) { tt.types("\x03") }, nothing},
		"context": {func(_ *ptyView, cancel func()) { cancel() }, is(context.Canceled)},
		"updates": {func(tt *ptyView, _ func()) { close(tt.updates) }, nothing},
		"panic": {func(tt *ptyView, _ func()) {
			tt.types("tt")                   // sorted by owner
			tt.shows(0, "ropriétaire  \x1b") // the p of "port" stayed
			tt.updates <- snapshotOf(listener, broken, calling)
		}, panicked},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			tt := start(t, ctx, make(chan probe.Update))
			tt.updates <- snapshotOf(listener)
			tt.shows(0, "LISTEN")
			c.end(tt, cancel)
			if err := tt.ends(); !c.want(err) {
				t.Errorf("Run returned %v", err)
			}
		})
	}
}

func TestTheScreenFollowsItsSize(t *testing.T) {
	tt := start(t, t.Context(), make(chan probe.Update))
	tt.updates <- snapshotOf(listener, serving)
	at := tt.shows(0, "ESTABLISHED")
	if err := pty.Setsize(tt.master, &pty.Winsize{Rows: 20, Cols: 60}); err != nil {
		t.Fatal(err)
	}
	// A pseudo-terminal that controls no process sends no SIGWINCH: do it.
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	tt.shows(at, "\x1b[20d") // the keys go to the 20th line now
	tt.types("q")
	if err := tt.ends(); err != nil {
		t.Error(err)
	}
}

// What really happens on a socket of our own is on the screen: the connection,
// its end, nothing left.
func TestARealConnectionIsSeen(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := uint16(l.Addr().(*net.TCPAddr).Port)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	updates := make(chan probe.Update)
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		for u := range probe.Watch(ctx, probe.Filter{Ports: []uint16{port}, Info: true}, probe.MinInterval) {
			select {
			case updates <- u:
			case <-ctx.Done():
			}
		}
	}()
	defer func() { cancel(); <-fed }()
	tt := start(t, ctx, updates)
	at := tt.shows(0, "LISTEN")
	client, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	at = tt.shows(at, "ESTABLISHED")
	if runtime.GOOS == "linux" {
		if _, err := client.Write(make([]byte, 4321)); err != nil {
			t.Fatal(err)
		}
		tt.shows(at, "4321") // bytes, of this process
	}
	client.Close()
	tt.shows(at, "CLOSE-WAIT")
	tt.types("q")
	if err := tt.ends(); err != nil {
		t.Error(err)
	}
}
