//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"labo/lessons/stage/linear"
	"labo/lessons/text"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// player is labo on a pseudo-terminal, with a notebook of its own.
type player struct {
	*ptyScreen
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	seen   int // what was shown before was already waited for
}

func atTerminal(t *testing.T, home string, args ...string) *player {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return inTerminal(t, exec.CommandContext(t.Context(), self), home, args...)
}

// inTerminal starts labo with more environment than [atTerminal].
func inTerminal(t *testing.T, cmd *exec.Cmd, home string, args ...string) *player {
	t.Helper()
	cmd.Args = append([]string{"labo"}, args...)
	cmd.Env = append(append(os.Environ(), "PAGER=cat", "TERM=xterm-256color", "NO_COLOR=1", "GORACE=atexit_sleep_ms=0", "LABO_HOME="+home), cmd.Env...)
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		probetest.Missing(t, "no pseudo-terminal here: %v", err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); master.Close() })
	return &player{ptyScreen: newScreen(master), t: t, cmd: cmd, master: master}
}

// sees waits until words come that were not waited for before.
func (p *player) sees(words string) {
	p.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		all := strings.ReplaceAll(p.all(), text.NBSP, " ")
		if i := strings.Index(all[p.seen:], words); i >= 0 {
			p.seen += i + len(words)
			return
		}
		select {
		case <-p.news:
		case <-limit:
			p.t.Fatalf("%q was not shown:\n%s", words, all[p.seen:])
		}
	}
}

// readingTime is more than a person needs to read a question. labo counts from
// when it has written it: on a busy machine, a while after it is seen.
const readingTime = 4 * linear.Reaction

// types types as a person does, who reads before answering: what comes sooner
// is taken for a bounce.
func (p *player) types(s string) {
	p.t.Helper()
	<-time.After(readingTime)
	p.typesAhead(s)
}

// typesAhead types at once.
func (p *player) typesAhead(s string) {
	p.t.Helper()
	if _, err := io.WriteString(p.master, s); err != nil {
		p.t.Fatal(err)
	}
}

// ends waits for the end, and for all that was written, and returns the exit
// status.
func (p *player) ends() int {
	p.t.Helper()
	late := time.AfterFunc(20*time.Second, func() {
		p.t.Errorf("labo does not end:\n%s", p.all()[p.seen:])
		p.cmd.Process.Kill()
	})
	err := p.cmd.Wait()
	<-p.over
	late.Stop()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return e.ExitCode()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return 0
}

const (
	asks   = "Votre réponse [1-3, 1! sans hésiter, p pour passer, i pour les mots] ›"
	pauses = "quitter ›"
)

// somePort returns a port, in words, that is free now.
func somePort(t *testing.T) string {
	t.Helper()
	return fmt.Sprint(freeport.Get(t))
}

// A reader answers, leaves, comes back, and goes on where they were.
func TestAReaderComesBack(t *testing.T) {
	home, port, all := t.TempDir(), somePort(t), strconv.Itoa(len(heads(t, 1)))
	p := atTerminal(t, home, "etape", "1", "--texte", "--port", port)
	p.sees("scène " + nth(t, 1, 1))
	p.sees(asks)
	p.types("2\n")
	p.sees("Vous aviez prédit 2, la mesure dit 1")
	p.sees(pauses)
	p.types("\n")
	p.sees("scène " + nth(t, 1, 2))
	p.sees(asks)
	p.types("q\n")
	p.sees("Pour reprendre : labo etape 1")
	if exit := p.ends(); exit != 0 {
		t.Errorf("leaving with q: exit %d", exit)
	}

	p = atTerminal(t, home)
	p.sees("1 scène sur " + all)
	p.sees("À taper maintenant : labo etape 1")
	p.ends()

	p = atTerminal(t, home, "etape", "1", "--texte", "--port", port)
	p.sees("Vous avez déjà joué 1 scène sur " + all)
	p.sees("reprendre là")
	p.types("\n")
	p.sees("scène " + nth(t, 1, 2))
	p.sees(asks)
	p.types("\x04") // Ctrl+D
	if exit := p.ends(); exit != 0 {
		t.Errorf("leaving with Ctrl+D: exit %d", exit)
	}

	p = atTerminal(t, home, "etape", "1", "--texte", "--port", port, "--recommencer")
	p.sees("Effacer vos réponses et vos mesures de l'étape 1 (1 scène sur " + all + ") ? [o/N] ›")
	p.types("n\n")
	p.sees("rien n'est effacé")
	if exit := p.ends(); exit != 1 {
		t.Errorf("not erased: exit %d", exit)
	}
	p = atTerminal(t, home, "etape", "1", "--texte", "--port", port, "--recommencer")
	p.sees("[o/N] ›")
	p.types("o\n")
	p.sees("scène " + nth(t, 1, 1))
	p.types("q\n")
	p.ends()
	p = atTerminal(t, home)
	p.sees("0 scène sur " + all)
	p.ends()
}

// Enter, pressed again and again, passes no question and does not leave the last
// page; what is passed, by its own key, is told wherever the scene is.
func TestPassingIsAKeyOfItsOwn(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	p := atTerminal(t, home, "etape", "1", "--texte", "--port", port, "--scene", "ctrl-c")
	p.sees(asks)
	for range 3 {
		p.types("\n")
		p.sees("p pour passer la question")
		p.sees(asks)
	}
	p.types("p\n")
	p.sees("La mesure dit 2")
	p.sees(pauses)
	p.types("\n")
	p.sees("Fin de l'étape 1 : ce que vous savez")
	for range 3 {
		p.types("\n")
		p.sees("tapez q pour quitter")
	}
	p.types("s\n")
	p.sees("✓ faite, 1 question") // and its line may end there
	p.types("\n")                 // stays
	p.sees("finir")
	p.types("q\n")
	p.sees("Pour reprendre : labo etape 1")
	if exit := p.ends(); exit != 0 {
		t.Errorf("leaving with q: exit %d", exit)
	}
	p = atTerminal(t, home)
	p.sees("sur " + strconv.Itoa(len(heads(t, 1))) + ", 1 question passée")
	p.ends()
	p = atTerminal(t, home, "cahier")
	p.sees(", 1 question passée") // beside the scene
	p.sees("Vous avez passé une question")
	p.ends()
}

// What is typed before a question is there does not answer it: neither a
// prediction nor a question whose answer erases.
func TestKeysTypedAheadAnswerNothing(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	p := atTerminal(t, home, "etape", "1", "--texte", "--port", port)
	p.typesAhead("2\n\n\n") // while labo starts
	p.sees(asks)
	p.types("1\n")
	p.sees("Vous aviez prédit 1, et la mesure le confirme")
	p.sees(pauses)
	p.typesAhead("\n") // bounced
	p.types("\n")
	p.sees("scène " + nth(t, 1, 2))
	p.typesAhead("3\n") // before the question has been read
	p.sees(asks)
	p.types("q\n")
	p.sees("Pour reprendre : labo etape 1")
	p.ends()

	p = atTerminal(t, home, "etape", "1", "--texte", "--port", port, "--recommencer")
	p.typesAhead("o\n")
	p.sees("[o/N] ›")
	p.types("n\n")
	p.sees("rien n'est effacé")
	if exit := p.ends(); exit != 1 {
		t.Errorf("not erased: exit %d", exit)
	}

	p = atTerminal(t, home, "cahier", "--effacer")
	p.typesAhead("o\n")
	p.sees("[o/N] ›")
	p.types("\n")
	p.sees("Votre cahier est gardé")
	p.ends()
}

// kill -9 in the middle of a scene loses that scene at most.
func TestAKilledReaderComesBack(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	p := atTerminal(t, home, "etape", "1", "--texte", "--port", port)
	for scene := 1; scene <= 2; scene++ {
		p.sees("scène " + nth(t, 1, scene))
		p.sees(asks)
		p.types("1\n")
		p.sees(pauses)
		p.types("\n")
	}
	p.sees("scène " + nth(t, 1, 3))
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.cmd.Wait()
	p = atTerminal(t, home, "etape", "1", "--texte", "--port", port)
	p.sees(fmt.Sprintf("Vous avez déjà joué 2 scènes sur %d de cette étape. La suivante : 3", len(heads(t, 1))))
	p.types("q\n")
	p.ends()
}

// Ctrl+C at each wait ends at once, leaves the terminal as it was, and frees
// the port.
func TestCtrlCAtAnyWait(t *testing.T) {
	for _, at := range []struct{ scene, words string }{
		{"port-libre", asks},
		{"attendre-un-client", asks},
		{"octets-en-attente", asks},
		{"ctrl-c", asks},
		{"votre-navigateur", asks},
	} {
		t.Run(at.scene, func(t *testing.T) {
			port := somePort(t)
			p := atTerminal(t, t.TempDir(), "etape", "1", "--texte", "--port", port, "--scene", at.scene)
			before, err := term.GetState(int(p.master.Fd()))
			if err != nil {
				t.Fatal(err)
			}
			p.sees(at.words)
			p.types("\x03")
			if exit := p.ends(); exit != 128+int(syscall.SIGINT) {
				t.Errorf("exit %d", exit)
			}
			p.sees("Pour reprendre")
			after, err := term.GetState(int(p.master.Fd()))
			if err != nil {
				t.Fatal(err)
			}
			if *before != *after {
				t.Error("the terminal is not as it was")
			}
			l, err := net.Listen("tcp4", "127.0.0.1:"+port)
			if err != nil {
				t.Fatalf("the port is not free: %v", err)
			}
			l.Close()
		})
	}
}
