//go:build unix

package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"labo/lessons"
	"labo/lessons/notebook"
	"labo/lessons/scene"
	"labo/lessons/text"
)

// kill -9 in the middle of any scene loses that scene at most: those before it
// are kept, nothing is left running or in the way, and the step goes on with
// the scene that was lost.
func TestKillInTheMiddleOfEachScene(t *testing.T) {
	all, err := lessons.Contents()
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range all {
		for at, sc := range step.Scenes {
			t.Run(fmt.Sprintf("%d-%s", step.Number, sc.ID), func(t *testing.T) {
				t.Parallel()
				killInTheMiddle(t, step, at)
			})
		}
	}
}

// killInTheMiddle plays the scene at of a step up to its first answer, kills
// labo as soon as it goes on, and comes back.
func killInTheMiddle(t *testing.T, step notebook.StepContents, at int) {
	const answer = "1"
	home, port := playedUpTo(t, step, at), somePort(t)
	scene := step.Scenes[at]
	p := atTerminal(t, home, "etape", strconv.Itoa(step.Number), "--texte", "--port", port, "--scene", scene.ID)
	p.sees("· " + scene.ID)
	asks := !strings.HasPrefix(scene.ID, "ecrire-") && scene.ID != "votre-serveur"
	if asks {
		p.sees("›")
	} else {
		p.sees("p passe") // it waits for the reader's own program
	}
	if sc := keptOf(t, home, step.Number).Scene(scene.ID); !sc.IsBegun() || sc.IsDone() {
		t.Errorf("at its first question, the scene is kept as %+v", sc)
	}
	if asks {
		p.types(answer + "\n")
		p.sees(answer) // the terminal shows it
		p.goesOn()
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.cmd.Wait()
	awaitEmptySession(t, p.cmd.Process.Pid)
	awaitFree(t, port)

	book := keptBook(t, home)
	for _, sc := range step.Scenes[:at] {
		if !book.Step(step.Number).Scene(sc.ID).IsDone() {
			t.Errorf("scene %s, played before, is lost", sc.ID)
		}
	}
	kept := book.Step(step.Number).Scene(scene.ID)
	if !kept.IsBegun() {
		t.Errorf("the scene that was begun is lost: %+v", kept)
	}
	for _, w := range kept.Writings {
		if w.Latest() != answer {
			t.Errorf("the answer %q is kept as %q", answer, w.Latest())
		}
	}
	p = atTerminal(t, home, "etape", strconv.Itoa(step.Number), "--texte", "--port", port)
	p.sees(backAt(t, book, step))
	p.sees("›")
	p.types("\x04") // Ctrl+D leaves every question
	if exit := p.ends(); exit != 0 {
		t.Errorf("coming back, then leaving: exit %d", exit)
	}
}

// playedUpTo returns the home of a reader who has played the scenes before at.
func playedUpTo(t *testing.T, step notebook.StepContents, at int) string {
	t.Helper()
	home := t.TempDir()
	book := notebook.Open(notebook.Options{Getenv: homeIs(home)})
	defer book.Close()
	for i, sc := range step.Scenes[:at] {
		book.Begun(scene.Head{Step: step.Number, StepTitle: step.Title, Index: i, Total: len(step.Scenes), ID: sc.ID, Title: sc.Title})
		book.Done(sc.ID)
	}
	return home
}

func homeIs(home string) func(string) string {
	return func(name string) string { return map[string]string{"LABO_HOME": home}[name] }
}

func keptBook(t *testing.T, home string) *notebook.Notebook {
	t.Helper()
	book, err := notebook.Read(homeIs(home))
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func keptOf(t *testing.T, home string, step int) *notebook.Step {
	t.Helper()
	return keptBook(t, home).Step(step)
}

// backAt is what labo says first to a reader who comes back to a step.
func backAt(t *testing.T, book *notebook.Notebook, step notebook.StepContents) string {
	t.Helper()
	p := book.Progress(notebook.Contents{step})[0]
	if p.Next == nil { // the last scene had just been played
		return "scène 1/"
	}
	for i, sc := range step.Essential() { // on the main path
		if sc.ID == p.Next.ID && i > 0 {
			return "La suivante : " + strconv.Itoa(i+1)
		}
	}
	return "scène 1/"
}

// awaitFree waits until a server can have the port: what labo ran on it ends
// with labo, but takes the time that the system needs.
func awaitFree(t *testing.T, port string) {
	t.Helper()
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		l, err := net.Listen("tcp4", "127.0.0.1:"+port)
		if err == nil {
			l.Close()
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("ten seconds after labo was killed: %v", err)
		}
	}
}

// goesOn waits until something more is shown.
func (p *player) goesOn() {
	p.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		all := strings.ReplaceAll(p.all(), text.NBSP, " ")
		if strings.ContainsFunc(all[p.seen:], func(r rune) bool { return !unicode.IsSpace(r) }) {
			return
		}
		select {
		case <-p.news:
		case <-limit:
			p.t.Fatalf("nothing more was shown:\n%s", all)
		}
	}
}
