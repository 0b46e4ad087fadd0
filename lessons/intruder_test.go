//go:build unix

package lessons

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/lessons/bench"
	"labo/lessons/check/pace"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/lessontest"
	"labo/lessons/text"
	"labo/probe"
)

// The words by which the test program is started again as another one: labo
// that plays a scene, and a foreign program beside it. Neither descends from the
// other, as with two terminals.
const (
	playsScene = "joue"
	intrudes   = "intrus"
)

// intrusions are what a foreign program does to the port of a scene.
var intrusions = map[string]func(at string){
	"takes the port before":      func(at string) { hold(listened(at)) },
	"takes the port when it can": func(at string) { hold(listened(at)) },
	"connects and stays": func(at string) {
		for {
			if c, err := net.Dial("tcp4", at); err == nil {
				io.Copy(io.Discard, c) // until it is closed
				c.Close()
			}
			time.Sleep(time.Millisecond)
		}
	},
	"floods": func(at string) {
		var held []net.Conn
		for {
			c, err := net.DialTimeout("tcp4", at, 200*time.Millisecond)
			if err != nil {
				time.Sleep(time.Millisecond)
				continue
			}
			if held = append(held, c); len(held) > 64 {
				held[0].Close()
				held = held[1:]
			}
		}
	},
	"resets": func(at string) {
		for {
			if c, err := net.DialTimeout("tcp4", at, 200*time.Millisecond); err == nil {
				demo.Abort(c)
			}
			time.Sleep(time.Millisecond)
		}
	},
}

// listened listens as soon as the port is free.
func listened(at string) net.Listener {
	for {
		if l, err := net.Listen("tcp4", at); err == nil {
			return l
		}
		time.Sleep(time.Millisecond)
	}
}

func hold(l net.Listener) {
	time.Sleep(time.Hour)
	l.Close()
}

// asAnother runs what another program does where the arguments name one, and
// reports whether they do.
func asAnother(args []string) bool {
	switch {
	case len(args) == 3 && args[0] == intrudes:
		go func() { io.Copy(io.Discard, os.Stdin); os.Exit(0) }() // whoever started it is gone
		if args[1] == "takes the port before" {
			l := listened(args[2])
			fmt.Println("là")
			hold(l)
		}
		fmt.Println("là")
		intrusions[args[1]](args[2])
	case len(args) == 4 && args[0] == playsScene:
		playAsAnother(args[1], args[2], args[3])
	default:
		return false
	}
	return true
}

// outcome is what became of a scene that was played.
type outcome struct {
	Failed bool
	Asked  int
	Right  []string // of each answer, "" where no option fits
	Left   string   // what it left running
	Page   string   // all that a reader saw
	Widest int      // cells, of a line of it; a command to copy is never cut
	False  []string // what was said against the rows then on screen
}

// playAsAnother plays one scene on a port, and writes its outcome.
func playAsAnother(step, scene, port string) {
	number, _ := strconv.Atoi(step)
	n, _ := strconv.ParseUint(port, 10, 16)
	s, _ := StepByNumber(number)
	at := slices.IndexFunc(s.Scenes, func(sc bench.Scene) bool { return sc.ID == scene })
	self := []string{os.Getenv(lostSelf)}
	if self[0] == "" {
		exe, err := os.Executable()
		if err != nil {
			panic(err)
		}
		self = []string{exe, "enfant"}
	}
	var page bytes.Buffer
	width, err := strconv.Atoi(os.Getenv(narrow))
	if err != nil {
		width = 80
	}
	tp := lessontest.NewTape(&page, width)
	watch := &contradictions{}
	tp.At, tp.Said, tp.Settled = watch.shown, watch.said, watch.settled
	ctx, cancel := pace.WithTimeout(context.Background(), 150*time.Second) // a scene may wait for a minute of TIME-WAIT
	p := bench.Player{Step: bench.Step{Number: number, Scenes: s.Scenes[at : at+1]}, Stage: tp, Port: uint16(n), Self: self, Alone: true, System: failingSystem()}
	err = p.Play(ctx)
	o := outcome{Failed: err != nil, Asked: len(tp.Asked), Page: strings.Join(strings.Fields(page.String()), " "), False: watch.found}
	for line := range strings.Lines(page.String()) {
		command := slices.ContainsFunc(tp.Shown, func(e evidence.Evidence) bool {
			return slices.ContainsFunc(e.Checks, func(c string) bool { return strings.Contains(line, c) })
		})
		if !command {
			o.Widest = max(o.Widest, text.Width(strings.TrimRight(line, "\n")))
		}
	}
	if ctx.Err() != nil {
		o.Left = "it did not end"
	}
	cancel()
	if leak := goleak.Find(); leak != nil {
		o.Left += leak.Error()
	}
	if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err != syscall.ECHILD {
		o.Left += fmt.Sprintf(" a child: %d, %v", pid, err)
	}
	for _, a := range tp.Answers {
		right := ""
		if a.Right >= 0 {
			right = a.Question.Options[a.Right].ID
		}
		o.Right = append(o.Right, right)
	}
	json.NewEncoder(os.Stdout).Encode(o)
}

// long reports whether all is to be tried, and not a part in turn.
func long() bool { return os.Getenv("LABO_LONG") == "1" }

func freePort(t *testing.T) string { return strconv.Itoa(int(lessontest.FreePort(t))) }

// judgeIntruded holds what a scene said while somebody else was there against
// what it says when nobody is.
func judgeIntruded(t *testing.T, got outcome, quiet func() outcome, way string, pid int) {
	t.Helper()
	if got.Left != "" {
		t.Errorf("it left %s", got.Left)
	}
	if word := englishIn(got.Page); word != "" {
		t.Errorf("%q was shown:\n%s", word, got.Page)
	}
	named := strings.Contains(got.Page, fmt.Sprintf("(%d)", pid)) || strings.Contains(got.Page, fmt.Sprintf("(processus %d)", pid))
	silent := got.Failed || len(got.Right) < got.Asked && !isBusy(got.Page)
	// Who comes and goes within a millisecond is in no table that is read then.
	if silent && !named && way != "resets" && way != "floods" {
		t.Errorf("it does not say who was there (%d):\n%s", pid, got.Page)
	}
	if silent && named && !strings.Contains(got.Page, "r pour rejouer") {
		t.Errorf("it does not say what to do:\n%s", got.Page)
	}
	for _, said := range disturbance.FindAllString(got.Page, -1) {
		t.Log(said)
	}
	if got.Asked > len(got.Right) || got.Asked == 0 {
		return // which question an answer is of is not known
	}
	alone := quiet().Right
	for i, right := range got.Right {
		if right != "" && i < len(alone) && right != alone[i] && alone[i] != "" {
			t.Errorf("answer %d is %q, and %q with nobody there:\n%s", i+1, right, alone[i], got.Page)
		}
	}
}

// disturbance are the sentences by which a scene says that it was disturbed.
var disturbance = regexp.MustCompile(`(La scène s'arrête ici|Cette question reste sans réponse mesurée|labo laisse de côté les lignes).{0,300}`)

// play plays a scene in a process of its own, changed by changes.
func play(t *testing.T, step int, scene, port string, changes ...func(*exec.Cmd)) outcome {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), lessontest.Self(t)[0], playsScene, strconv.Itoa(step), scene, port)
	for _, change := range changes {
		change(cmd)
	}
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	var o outcome
	if err == nil {
		err = json.Unmarshal(out, &o)
	}
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, complaint.String())
	}
	awaitPort(t, port)
	return o
}

// awaitPort waits until nothing of the scene is on the port: what is left has
// no owner but a stranger, or is only remembered.
func awaitPort(t *testing.T, port string) {
	t.Helper()
	n, _ := strconv.ParseUint(port, 10, 16)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		s, err := probe.Sockets(t.Context(), probe.Filter{Ports: []uint16{uint16(n)}})
		if err != nil {
			t.Fatal(err)
		}
		left := slices.DeleteFunc(s.Sockets, func(s probe.Socket) bool {
			return s.State == probe.TimeWait || s.Owner.Kind == probe.OwnerProcess || s.Owner.Kind == probe.OwnerGone || s.State == probe.FinWait2
		})
		if len(left) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("left on the port: %+v", left)
		}
	}
}

// intruder starts a foreign program, which is there when it returns.
func intruder(t *testing.T, way, port string) (pid int, end func()) {
	t.Helper()
	cmd := exec.Command(lessontest.Self(t)[0], intrudes, way, "127.0.0.1:"+port)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid, func() { cmd.Process.Kill(); in.Close(); cmd.Wait() }
}

// englishIn returns words of Go or of the system that a page holds, "" for none.
func englishIn(page string) string {
	page = strings.ToLower(strings.Join(strings.Fields(page), " "))
	for _, words := range english() {
		if strings.Contains(page, words) {
			return words
		}
	}
	return goWords.FindString(page)
}

// goWords begin the errors of Go, and those that demonstrations used to have.
var goWords = regexp.MustCompile(`dial tcp|(read|write|accept|listen) tcp|exit status|i/o timeout|deadline exceeded|context cancel|use of closed|executable file|signal: |the child|panic:|goroutine \d|%!|<nil>|injected|not found|failed|unexpected eof|\bEOF\b|lookup `)

// english returns the texts of the system's errors that have several words.
var english = sync.OnceValue(func() []string {
	var all []string
	for number := syscall.Errno(1); number < 200; number++ {
		if words := strings.ToLower(number.Error()); strings.Contains(words, " ") {
			all = append(all, words)
		}
	}
	return all
})
