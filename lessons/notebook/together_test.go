package notebook

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"labo/lessons/check"
	"labo/lessons/evidence"
	"labo/probe/files"
)

// together opens a session with the clock of this system: two plays that begin
// at the same microsecond are the same play.
func together(t *testing.T, home string, s *said) *Session {
	t.Helper()
	session := Open(Options{Getenv: in(home), Program: "test", Tell: s.tell})
	t.Cleanup(func() { session.Close() })
	return session
}

func TestTwoSessionsKeepTheWorkOfBoth(t *testing.T) {
	home := t.TempDir()
	var told said
	a, b := together(t, home, &told), together(t, home, &told)
	a.Begun(head("bind"))
	b.Begun(head("bind")) // the same scene, at the same time
	a.Measured("bind", titled("de a", 1))
	b.Measured("bind", titled("de b", 1))
	a.Answered("bind", "prediction", answer(0, 1))
	b.Answered("bind", "prediction", answer(1, 1))
	a.Wrote("bind", "reponse", nil, "de a")
	b.Wrote("bind", "reponse", nil, "de b")
	b.Done("bind")
	if got := reread(t, home).Step(1).Scene("bind").Run.Evidence[0].Title; got != "de b" {
		t.Errorf("once b has ended, the file has the play %s", got)
	}
	a.Done("bind")
	b.Begun(head("listen"))
	a.Judged("serveur.py", judgedAs(check.Server, check.Failed))
	b.Judged("serveur.py", judgedAs(check.Server, check.Passed))
	b.Traced("serveur.py", titled("de b", 1), nil)
	a.Traced("client.py", titled("de a", 1), nil)
	book := reread(t, home)
	sc := book.Step(1).Scene("bind")
	if len(sc.Predictions[0].Tries) != 2 || len(sc.Writings[0].Versions) != 2 || sc.Plays != 2 || sc.Run.Evidence[0].Title != "de a" {
		t.Errorf("of the scene both played: %+v", sc)
	}
	if book.Step(1).Last != "listen" || !book.Step(1).Scene("listen").IsBegun() {
		t.Errorf("of the step: %+v", book.Step(1))
	}
	if j := book.Judgements; len(j) != 1 || j[0].Tries != 2 || j[0].Checks[0].Verdict != "passed" || len(book.Traces) != 2 {
		t.Errorf("of the programs: %+v, %+v", j, book.Traces)
	}
	if len(told) > 0 {
		t.Errorf("told %q", told)
	}
}

func TestForgettingWhileAnotherPlays(t *testing.T) {
	for name, forget := range map[string]func(t *testing.T, home string){
		"a step": func(t *testing.T, home string) {
			if err := together(t, home, &said{}).Restart(1); err != nil {
				t.Error(err)
			}
		},
		"all": func(t *testing.T, home string) {
			if _, err := Erase(in(home), time.Now()); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			var told said
			s := together(t, home, &told)
			s.Begun(head("bind"))
			s.Answered("bind", "prediction", answer(0, 1))
			s.Done("bind")
			s.Begun(head("listen"))
			s.Answered("listen", "avant", answer(0, 1))
			forget(t, home)
			if reread(t, home).Step(1) != nil {
				t.Error("the step is still there")
			}
			s.Answered("listen", "apres", answer(0, 1))
			s.Done("listen")
			step := reread(t, home).Step(1)
			if step.Scene("bind") != nil {
				t.Error("what was forgotten has come back")
			}
			sc := step.Scene("listen")
			if !sc.IsDone() || sc.Begun.IsZero() || sc.Title == "" || len(sc.Predictions) != 1 || sc.Predictions[0].Part != "apres" || len(told) > 0 {
				t.Errorf("what came after: %+v, told %q", sc, told)
			}
		})
	}
}

// A newer release may save while an older one plays.
func TestANewerMajorThatComesMeanwhile(t *testing.T) {
	home := t.TempDir()
	var told said
	s := together(t, home, &told)
	s.Begun(head("bind"))
	newer := strings.Replace(newerMinor, "1.7", "2.0", 1)
	write(t, home, newer)
	s.Done("bind")
	if data, _ := os.ReadFile(filepath.Join(home, fileName)); string(data) != newer || len(told) != 1 {
		t.Errorf("told %q, the file has\n%s", told, data)
	}
	write(t, home, newerMinor)
	s.Close()
	if book := reread(t, home); !book.Step(1).Scene("bind").IsDone() || book.Step(9) == nil {
		t.Error("what could be saved at last is not")
	}
}

// What stands in the way for longer than a save takes is told once, and what
// was recorded meanwhile is saved as soon as it can be.
func TestALaboThatDoesNotLetGo(t *testing.T) {
	defer func(was time.Duration) { patience = was }(patience)
	patience = 20 * time.Millisecond
	home := t.TempDir()
	var told said
	s := together(t, home, &told)
	s.Begun(head("bind"))
	lock, err := files.Take(filepath.Join(home, lockName), time.Now())
	if err != nil || lock == nil {
		t.Fatal(lock, err)
	}
	s.Answered("bind", "prediction", answer(0, 1))
	s.Judged("serveur.py", judgedAs(check.Server, check.Passed))
	s.Done("bind")
	if len(told) != 1 || !strings.Contains(told[0], "un autre labo (processus "+strconv.Itoa(os.Getpid())+") y écrit") || s.Err() == nil {
		t.Errorf("told %q, %v", told, s.Err())
	}
	if _, err := Erase(in(home), time.Now()); err == nil {
		t.Error("Erase while another writes succeeded")
	}
	if sc := s.Notebook().Step(1).Scene("bind"); !sc.IsDone() || sc.Plays != 1 {
		t.Errorf("the session does not know what it recorded: %+v", sc)
	}
	lock.Close()
	if err := s.Close(); err != nil || len(told) != 2 || !strings.Contains(told[1], "de nouveau") {
		t.Errorf("%v, told %q", err, told)
	}
	book := reread(t, home)
	if sc := book.Step(1).Scene("bind"); sc.Plays != 1 || len(sc.Predictions) != 1 || len(book.Judgements) != 1 || book.Judgements[0].Tries != 1 {
		t.Errorf("the file has %+v, %+v", sc, book.Judgements)
	}
}

// A save that fails after it has replaced the file is not done again.
func TestASaveThatHadWrittenIsNotDoneTwice(t *testing.T) {
	home := t.TempDir()
	s := together(t, home, &said{})
	s.Begun(head("bind"))
	for _, landed := range []bool{true, false} {
		before, err := os.ReadFile(filepath.Join(home, fileName))
		if err != nil {
			t.Fatal(err)
		}
		var recorded []func(*Notebook)
		s.Done("bind")
		recorded = append(recorded, func(n *Notebook) { n.Step(1).Scene("bind").Plays++ })
		if s.attempt, err = os.ReadFile(filepath.Join(home, fileName)); err != nil {
			t.Fatal(err)
		}
		s.pending = recorded
		if !landed {
			write(t, home, string(before))
		}
		if _, err := s.Repair(); err != nil {
			t.Fatal(err)
		}
	}
	if n := reread(t, home).Step(1).Scene("bind").Plays; n != 2 {
		t.Errorf("%d plays of 2", n)
	}
}

func TestTheCopyOfTheSaveBefore(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	before, err := os.ReadFile(filepath.Join(home, fileName))
	if err != nil {
		t.Fatal(err)
	}
	s.Done("bind")
	if past, err := os.ReadFile(filepath.Join(home, pastName)); err != nil || string(past) != string(before) {
		t.Errorf("the copy has %s, %v", past, err)
	}
}

func TestEraseLeavesNothingButWhatWasSetAside(t *testing.T) {
	home := t.TempDir()
	write(t, home, "abîmé")
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	s.Done("bind")
	s.Close()
	left, err := Erase(in(home), clock()())
	if err != nil || len(left) != 1 {
		t.Errorf("Erase = %q, %v", left, err)
	}
	entries, _ := os.ReadDir(home)
	for _, e := range entries {
		if e.Name() != lockName && e.Name() != filepath.Base(left[0]) {
			t.Errorf("%s is still there", e.Name())
		}
	}
	if left, err := Erase(in(filepath.Join(home, "absent")), clock()()); err != nil || left != nil {
		t.Errorf("Erase of nothing = %q, %v", left, err)
	}
}

// writerName names in the environment one of several writers.
const writerName = "LABO_TEST_WRITER"

func init() { roles["together"] = writeTogether }

// writeTogether is a child that plays a scene of its own and one that all play,
// and has a program judged, again and again, and says each time that all of it
// was told to be saved. Each session is one of a labo that comes and goes.
func writeTogether() {
	patience = time.Minute // ten that save without end, on a machine that may be busy
	name, n := os.Getenv(writerName), 0
	if sc := Open(Options{Getenv: os.Getenv}).Notebook().Step(1).Scene(name); sc != nil {
		n = sc.Plays
	}
	for {
		s := Open(Options{Getenv: os.Getenv})
		for range 1 + rand.N(3) {
			n++
			for _, id := range []string{name, "commune"} {
				s.Begun(head(id))
				s.Measured(id, evidence.Evidence{Title: "T"})
				s.Answered(id, name+strconv.Itoa(n%maxTries), answer(n%2, 1))
				s.Wrote(id, "reponse", nil, name+" "+strconv.Itoa(n))
			}
			s.Judged(name+".py", judgedAs(check.Server, check.Passed))
			s.Begun(head(name))
			s.Done(name)
			if s.Err() == nil {
				fmt.Println(n)
			}
		}
		if err := s.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// writer is a child in that role, and what it has said.
type writer struct {
	name  string
	cmd   *exec.Cmd
	in    io.ReadCloser
	acked int
}

func (w *writer) start(t *testing.T, home string) {
	t.Helper()
	w.cmd = child(t, "together", home)
	w.cmd.Env = append(w.cmd.Env, writerName+"="+w.name)
	var err error
	if w.in, err = w.cmd.StdoutPipe(); err == nil {
		err = w.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Ten labo write one notebook, and are killed at any moment. All that each was
// told to be saved is there, and the file can be read at each moment.
func TestTenWritersAndRandomKills(t *testing.T) {
	kills := 60
	if testing.Short() {
		kills = 15
	}
	home := t.TempDir()
	writers := make([]*writer, 10)
	for i := range writers {
		writers[i] = &writer{name: fmt.Sprint("w", i)}
		writers[i].start(t, home)
	}
	stop, read := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		defer func() { read <- n }()
		for ; ; n++ {
			if _, err := Read(in(home)); err != nil {
				t.Errorf("read while ten write: %v", err)
				return
			}
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	for i := range kills {
		time.Sleep(rand.N(200 * time.Millisecond)) // to scatter the kills, not to wait for anything
		w := writers[i%len(writers)]
		w.kill(t, i >= len(writers)) // each is left to save something once
		if i < kills-len(writers) {
			w.start(t, home)
		}
	}
	close(stop)
	reads := <-read
	book, total := reread(t, home), 0
	for _, w := range writers {
		total += w.acked
		w.check(t, book)
	}
	t.Logf("%d kills, %d rounds saved by ten writers, read %d times meanwhile", kills, total, reads)
	if total < len(writers) || reads < kills {
		t.Error("too little was saved or read: nothing was proved")
	}
	if found := asides(home); len(found) > 0 {
		t.Errorf("a kill damaged the notebook: %q", found)
	}
}

// kill ends the child, at once or once it has said something, and notes what it
// had said.
func (w *writer) kill(t *testing.T, atOnce bool) {
	t.Helper()
	lines := bufio.NewScanner(w.in)
	note := func() { w.acked, _ = strconv.Atoi(lines.Text()) }
	if !atOnce {
		if !lines.Scan() {
			t.Fatalf("%s ended by itself: %v", w.name, w.cmd.Wait())
		}
		note()
	}
	if err := w.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		note()
	}
	w.cmd.Wait()
}

// check looks for all that a writer was told to be saved.
func (w *writer) check(t *testing.T, book *Notebook) {
	t.Helper()
	own := book.Step(1).Scene(w.name)
	if own == nil || own.Plays < w.acked || book.Judgements[book.judgement(w.name+".py", "serveur")].Tries < w.acked {
		t.Errorf("%s saved %d rounds; the file has %+v", w.name, w.acked, own)
		return
	}
	for _, sc := range []*Scene{own, book.Step(1).Scene("commune")} {
		has := func(text string) bool {
			return slices.ContainsFunc(sc.Writings[0].Versions, func(v Version) bool { return v.Text == text })
		}
		answers := 0
		for _, p := range sc.Predictions {
			if strings.HasPrefix(p.Part, w.name) {
				answers += len(p.Tries)
			}
		}
		for n := 1; n <= w.acked; n++ {
			if !has(w.name + " " + strconv.Itoa(n)) {
				t.Errorf("%s: answer %d, which was saved, is not in scene %s", w.name, n, sc.ID)
			}
		}
		if answers < min(w.acked, maxTries*maxTries) {
			t.Errorf("%s: %d predictions saved, %d in scene %s", w.name, w.acked, answers, sc.ID)
		}
	}
}
