package screen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"

	"labo/lessons"
	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/emulator"
	"labo/probe"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// monkey presses keys at random while the scenes of a step are played for
// real. Its clock runs faster than the world's, so that keys that come soon
// after a wait began are not all taken for keys that came too soon.
type monkey struct {
	t      *testing.T
	rand   *rand.Rand
	stage  *Stage
	model  *model
	term   *emulator.Terminal
	typing *os.File // what is written here is pressed
	begun  chan struct{}
	marks  chan rune    // the keys that end a burst, as the model has them
	mark   int          // how many bursts were ended
	read   atomic.Int64 // keys that the model has had

	mu    sync.Mutex
	waits int             // how many the model has shown
	seen  map[string]bool // scenes
}

// marks end the bursts in turn: one that was pressed again, and comes late, is
// not taken for that of the next burst.
var marks = []struct {
	code  rune
	typed string
}{{tea.KeyF11, "\x1b[23~"}, {tea.KeyF12, "\x1b[24~"}}

// faster is how much the monkey's clock is.
const faster = 40

// patrol is what a monkey is let loose on.
type patrol struct {
	step   int
	keys   int
	budget time.Duration // for following the scenes; the keys left over are pressed at once
	o      Options
	end    func(m *monkey, cancel context.CancelFunc)
}

// Random keys, in any order and on any terminal: nothing panics, nothing hangs,
// nothing is left.
func TestRandomKeys(t *testing.T) {
	keys, budget := 5000, 5*time.Second
	if testing.Short() || racing { // .ci/run presses them all without the race detector
		keys, budget = 500, 2*time.Second
	}
	for _, step := range lessons.Steps() {
		t.Run(fmt.Sprintf("%d", step.Number), func(t *testing.T) {
			letLoose(t, patrol{step: step.Number, keys: keys, budget: budget, end: endings[step.Number%len(endings)]})
		})
	}
}

// The same before a class, at its pace and by itself.
func TestRandomKeysInProjection(t *testing.T) {
	keys, budget := 1500, 2*time.Second
	if testing.Short() || racing {
		keys, budget = 300, time.Second
	}
	for _, p := range []patrol{
		{step: 1, o: Options{Projection: true}},
		{step: 2, o: Options{Projection: true, Auto: 50 * time.Millisecond}},
		{step: 3, o: Options{Projection: true, Auto: time.Hour}},
		{step: 4, o: Options{Projection: true}},
	} {
		p.keys, p.budget, p.end = keys, budget, endings[p.step%len(endings)]
		t.Run(fmt.Sprintf("%d auto=%v", p.step, p.o.Auto), func(t *testing.T) { letLoose(t, p) })
	}
}

// endings are the ways in which a lesson ends.
var endings = []func(m *monkey, cancel context.CancelFunc){
	func(_ *monkey, cancel context.CancelFunc) { cancel() },
	func(m *monkey, _ context.CancelFunc) { m.presses(marks[0].typed + "\x03") }, // Ctrl+C, no Alt before it
}

func letLoose(t *testing.T, p patrol) {
	t.Helper()
	t.Setenv("LABO_HOME", t.TempDir()) // the key e writes the reader's program, and opens it
	t.Setenv("VISUAL", "")
	t.Setenv("EDITOR", "")
	theirs := t.TempDir()
	if _, err := atelier.Write(theirs, false); err != nil {
		t.Fatal(err)
	}
	atelier.Remember(os.Getenv, theirs)
	port := uint16(freeport.Get(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := newMonkey(t, p, port, cancel)
	step, _ := lessons.StepByNumber(p.step)
	played := make(chan error, 1)
	go func() { played <- m.play(ctx, step, port, p.o.Auto > 0) }()
	t.Cleanup(func() { // after a failure, for the tests that follow
		cancel()
		go m.stage.program.Kill()
		select {
		case <-m.stage.ended:
		case <-time.After(patience):
		}
		m.term.Close()
	})

	m.roam(p.keys, p.budget)

	p.end(m, cancel)
	select {
	case err := <-played:
		if _, broken := errors.AsType[*bench.SceneError](err); err != nil && !broken && !errors.Is(err, context.Canceled) {
			t.Errorf("the step ended with %v", err)
		}
	case <-time.After(patience):
		m.stuck("the step does not end")
	}
	m.leave()
	t.Logf("%d scenes, %d waits", len(m.seen), m.waits)
	if m.waits == 0 {
		t.Error("no wait was shown: the keys met nothing")
	}
	leavesNothing(t, port)
}

// newMonkey starts a stage on an emulated terminal.
func newMonkey(t *testing.T, p patrol, port uint16, interrupted func()) *monkey {
	t.Helper()
	keys, typing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	m := &monkey{
		t: t, rand: rand.New(rand.NewPCG(1, uint64(p.step))), typing: typing, marks: make(chan rune, 1), begun: make(chan struct{}),
		term: emulator.New(80, 24, nil), seen: map[string]bool{},
	}
	t.Cleanup(func() { keys.Close(); typing.Close() })
	step, _ := lessons.StepByNumber(p.step)
	heads, err := step.Heads()
	if err != nil {
		t.Fatal(err)
	}
	o := p.o
	o.Palette, o.In, o.Out, o.Env = plainOptions().Palette, keys, newlines{m.term}, []string{"TERM=xterm-256color"}
	o.Port, o.Heads, o.Interrupted = port, heads, interrupted
	m.model = newModel(o)
	if o.Auto == 0 {
		began := time.Now()
		m.model.now = func() time.Time { return began.Add(faster * time.Since(began)) }
	}
	m.stage = start(o, m.model, &followed{watched: watched{model: m.model}, monkey: m})
	select {
	case <-m.begun:
	case <-time.After(patience):
		t.Fatal("the view does not begin")
	}
	m.resize(80, 24)
	return m
}

// newlines is a terminal whose driver turns line feeds into new lines.
type newlines struct{ term *emulator.Terminal }

func (n newlines) Write(p []byte) (int, error) {
	if _, err := n.term.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// followed tells the monkey what its keys come to.
type followed struct {
	watched
	monkey *monkey
}

func (f *followed) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width == 0 { // bubbletea has found no size by itself
			close(f.monkey.begun)
			return f, nil
		}
	case tea.KeyPressMsg:
		f.monkey.read.Add(1)
		if msg.Code == tea.KeyF11 || msg.Code == tea.KeyF12 { // the end of a burst
			select {
			case <-f.monkey.marks: // pressed twice: the last one tells
			default:
			}
			f.monkey.marks <- msg.Code
			return f, nil
		}
		if msg.Code == 'z' && msg.Mod&tea.ModCtrl != 0 {
			return f, nil // it would stop the tests
		}
	case waitMsg:
		f.monkey.mu.Lock()
		if msg.wait != nil {
			f.monkey.waits++
		}
		f.monkey.mu.Unlock()
	case beginMsg:
		f.monkey.mu.Lock()
		f.monkey.seen[msg.ID] = true
		f.monkey.mu.Unlock()
	}
	_, cmd := f.watched.Update(msg)
	return f, cmd
}

// play plays the step again whenever the monkey has left it, until the stage
// or ctx ends.
func (m *monkey) play(ctx context.Context, step bench.Step, port uint16, alone bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(2, uint64(step.Number))) // the other one is the keys'
	for {
		p := bench.Player{Step: step, Stage: m.stage, Port: port, Self: []string{self, "enfant"}, Alone: alone,
			Start: step.Scenes[random.IntN(len(step.Scenes))].ID}
		err := p.Play(ctx)
		select {
		case <-m.stage.ended:
			return err
		case <-ctx.Done():
			return err
		default:
		}
	}
}

// roam presses keys in bursts, and most of the time waits until the scene waits
// again, as long as there is time.
func (m *monkey) roam(keys int, budget time.Duration) {
	m.t.Helper()
	deadline := time.Now().Add(budget)
	for left := keys; left > 0; {
		most := 60
		if time.Now().After(deadline) {
			most = 400
		}
		burst := min(1+m.rand.IntN(most), left)
		left -= burst
		var pressed strings.Builder
		for range burst {
			pressed.WriteString(m.key())
		}
		m.presses(pressed.String())
		m.sync(pressed.String())
		if m.rand.IntN(8) == 0 {
			m.resize(sizesOfMonkeys[m.rand.IntN(len(sizesOfMonkeys))], 1+m.rand.IntN(50))
		}
		if time.Now().After(deadline) {
			continue
		}
		if m.rand.IntN(4) > 0 {
			m.untilWaiting()
		}
		if m.rand.IntN(20) == 0 {
			m.checkPicture()
		}
	}
}

// sizesOfMonkeys are widths.
var sizesOfMonkeys = []int{1, 2, 3, 7, 20, 40, 60, 79, 80, 99, 100, 101, 120, 240}

// common are keys that do something, the more often the more useful.
var common = strings.Fields(strings.ReplaceAll(`
	\r \r \r \r \r \r \r \r \r \r \r \r \r \r \r \r \x20 \x20 \x20
	1 2 3 4 1 2 3 9 0 5
	n n n p r s s ? h \t \t \t k j g G b l
	\e[A \e[A \e[B \e[B \e[C \e[C \e[D \e[5~ \e[6~ \e[H \e[F \e[3~
	\x7f \x7f \x15 \x17 \x0b \x01 \x05 \x06 \x02 \x0c \e \e \e`, `\e`, "\x1b"))

// rare are others.
var rare = []string{
	"q", "Q", "\x04", ":fin\r", ":q\r", ":r\r", ": \r", ":\r", "bonjour\r", "exit\r",
	"é", "日本", "👩", "e\u0301", "\u200b", "\u202e", "\x00", "\x1a", "\xff", "\xc3",
	"\x1b[200~collé\r\nà la fin\x1b]0;x\x07\x1b[201~", "\x1b[<0;10;10M", "\x1b[I", "\x1b[O", "\x1bOP", "\x1b[1;5D", "\x1b[Z",
	strings.Repeat("long ", 100), strings.Repeat("\r", 30), strings.Repeat("\x1b[6~", 20),
}

// key is one key, or what a hand does at once.
func (m *monkey) key() string {
	if m.rand.IntN(25) == 0 {
		return rare[m.rand.IntN(len(rare))]
	}
	if m.rand.IntN(8) == 0 {
		return string(rune('!' + m.rand.IntN('~'-'!')))
	}
	return unescaped.Replace(common[m.rand.IntN(len(common))])
}

var unescaped = strings.NewReplacer(`\r`, "\r", `\t`, "\t", `\x20`, " ", `\x7f`, "\x7f", `\x15`, "\x15", `\x17`, "\x17",
	`\x0b`, "\x0b", `\x01`, "\x01", `\x05`, "\x05", `\x06`, "\x06", `\x02`, "\x02", `\x0c`, "\x0c")

func (m *monkey) presses(keys string) {
	m.t.Helper()
	if _, err := m.typing.WriteString(keys); err != nil {
		m.t.Fatal(err)
	}
}

// sync waits until the model has had all the keys so far. It is stuck when it
// has none for too long: how long many keys take is the machine's affair.
func (m *monkey) sync(after string) {
	m.t.Helper()
	mark := marks[m.mark%len(marks)]
	m.mark++
	m.presses(mark.typed)
	again := time.NewTicker(60 * time.Millisecond) // what came before may have swallowed the mark: the reader gives up an escape after 50
	defer again.Stop()
	for read, since := m.read.Load(), time.Now(); ; {
		select {
		case code := <-m.marks:
			if code == mark.code {
				return
			}
		case <-again.C:
			if now := m.read.Load(); now != read {
				read, since = now, time.Now()
				continue
			}
			m.presses(mark.typed)
		case <-m.stage.ended:
			m.t.Fatalf("the stage has ended (%v) after %q", m.stage.err, after)
		}
		if time.Since(since) > patience {
			m.stuck(fmt.Sprintf("keys are no longer read, after %q", after))
		}
	}
}

// stuck fails with what everybody is doing.
func (m *monkey) stuck(what string) {
	m.t.Helper()
	stacks := make([]byte, 1<<20)
	m.t.Fatalf("%s:\n%s\n%s", what, m.term.Text(), stacks[:runtime.Stack(stacks, true)])
}

// look asks the model for what it shows.
func (m *monkey) look() look {
	m.t.Helper()
	reply := make(chan look, 1)
	m.stage.program.Send(lookMsg{reply})
	select {
	case l := <-reply:
		return l
	case <-time.After(patience):
		m.t.Fatal("the model does not answer")
		return look{}
	}
}

// untilWaiting waits until the scene waits for the reader.
func (m *monkey) untilWaiting() {
	m.t.Helper()
	const longest = 10 * time.Minute // of programs that are followed call by call, on a machine with other things to do
	for limit := time.Now().Add(longest); !m.look().waits; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			m.stuck("the scene neither waits nor ends")
		}
	}
}

// checkPicture holds that the terminal shows what the model wants, whatever
// comes meanwhile.
func (m *monkey) checkPicture() {
	m.t.Helper()
	var wanted, got []string
	for limit := time.Now().Add(patience); time.Now().Before(limit); {
		select {
		case <-m.stage.ended:
			m.t.Fatalf("the stage has ended: %v", m.stage.err)
		default:
		}
		wanted = m.look().lines
		const frame = 40 * time.Millisecond
		time.Sleep(frame)
		if got = m.term.Lines(); slices.Equal(got, wanted) {
			return
		}
	}
	m.t.Fatalf("the terminal shows %d lines\n%s\nthe view is %d\n%s", len(got), strings.Join(got, "\n"), len(wanted), strings.Join(wanted, "\n"))
}

func (m *monkey) resize(width, height int) {
	m.term.Resize(width, height)
	m.stage.program.Send(tea.WindowSizeMsg{Width: width, Height: height})
}

// leave gives the terminal back.
func (m *monkey) leave() {
	m.t.Helper()
	closed := make(chan error, 1)
	go func() { closed <- m.stage.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			m.t.Errorf("the stage ended with %v", err)
		}
	case <-time.After(patience):
		m.stuck("the stage does not close")
	}
	if m.term.Full() || m.term.CursorHidden() {
		m.t.Error("the terminal is not given back")
	}
	if odd := m.term.Odd(); len(odd) > 0 {
		m.t.Errorf("sent to the terminal: %q", odd)
	}
	m.term.Close()
}

// unreadKeys are left to the reader of ultraviolet when keys came after the end:
// it waits for somebody to take them (bubbletea waits for it 500 ms).
var unreadKeys = []goleak.Option{
	goleak.IgnoreAnyFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).StreamEvents"),
	goleak.IgnoreAnyFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).StreamEvents.func1"),
}

// leavesNothing waits until this process has no socket, no goroutine of labo
// and no child.
func leavesNothing(t *testing.T, port uint16) {
	t.Helper()
	goleak.VerifyNone(t, unreadKeys...)
	limit := time.Now().Add(patience)
	for {
		own, err := probe.Sockets(context.Background(), probe.Filter{PIDs: []int{os.Getpid()}})
		if err != nil {
			t.Fatal(err)
		}
		onPort, err := probe.Sockets(context.Background(), probe.Filter{Ports: []uint16{port}})
		if err != nil {
			t.Fatal(err)
		}
		left := slices.DeleteFunc(slices.Concat(own.Sockets, onPort.Sockets), func(s probe.Socket) bool {
			return s.Owner.Kind == probe.OwnerKernel // a memory: TIME-WAIT, FIN-WAIT-2
		})
		kids := probetest.Children(t)
		if len(left) == 0 && len(kids) == 0 {
			return
		}
		if time.Now().After(limit) {
			for i, pid := range kids {
				row, _ := os.ReadFile("/proc/" + pid + "/stat")
				command, _ := os.ReadFile("/proc/" + pid + "/cmdline")
				kids[i] = fmt.Sprintf("%.60s %q", row, command)
			}
			t.Fatalf("left: sockets %+v, children %v", left, kids)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

var _ dialogue.Stage = (*Stage)(nil)
