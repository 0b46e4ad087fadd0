//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"labo/lessons/stage/emulator"
)

// seat is somebody in front of labo: a pseudo-terminal, and the picture on it.
type seat struct {
	t       *testing.T
	cmd     *exec.Cmd
	master  *os.File
	picture *emulator.Terminal
	news    chan struct{}
}

func takeSeat(t *testing.T, home string, columns, rows int, args ...string) *seat {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = append([]string{"labo"}, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=fr_FR.UTF-8", "LC_ALL=", "NO_COLOR=", "GORACE=atexit_sleep_ms=0", "LABO_HOME="+home)
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)})
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	s := &seat{t: t, cmd: cmd, master: master, picture: emulator.New(columns, rows, master), news: make(chan struct{}, 1)}
	drawn := make(chan struct{})
	go func() {
		defer close(drawn)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			s.picture.Write(buf[:n])
			select {
			case s.news <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); master.Close(); <-drawn; s.picture.Close() })
	return s
}

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// shows reports whether all these words are on the picture at once, before the
// limit.
func (s *seat) shows(limit <-chan time.Time, words ...string) bool {
	for {
		text := s.picture.Text()
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			return true
		}
		select {
		case <-s.news:
		case <-limit:
			return false
		}
	}
}

// sees waits until all these words are on the picture at once.
func (s *seat) sees(words ...string) {
	s.t.Helper()
	if !s.shows(time.After(patience), words...) {
		s.t.Fatalf("%q is not shown:\n%s", words, s.picture.Text())
	}
}

func (s *seat) types(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.master, keys); err != nil {
		s.t.Fatal(err)
	}
}

// insists types a letter again, until the words are shown: a projection takes
// one that comes too early for text, not for a command.
func (s *seat) insists(letter string, words ...string) {
	s.t.Helper()
	for range 4 {
		s.types(letter)
		if s.shows(time.After(patience/4), words...) {
			return
		}
	}
	s.t.Fatalf("after %q, %q is not shown:\n%s", letter, words, s.picture.Text())
}

// leaves types keys until labo ends, with that status.
func (s *seat) leaves(keys string, exit int) {
	s.t.Helper()
	ended := make(chan int, 1)
	go func() { ended <- exitOf(s.cmd) }()
	for range 8 {
		io.WriteString(s.master, keys)
		select {
		case got := <-ended:
			if got != exit {
				s.t.Errorf("exit %d, want %d:\n%s", got, exit, s.picture.Text())
			}
			return
		case <-time.After(patience / 8):
		}
	}
	s.t.Fatalf("labo does not end:\n%s", s.picture.Text())
}

// The instructor follows a projection from its first page to its last, in a
// second terminal.
func TestTheInstructorFollowsAProjection(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	notes := takeSeat(t, home, 80, 24, "notes")
	notes.sees("Rien n'est projeté pour l'instant.", "labo etape 1 --projection")

	class := takeSeat(t, home, 80, 24, "etape", "1", "--projection", "--port", port, "--scene", "ecouter")
	class.sees("listen(1) : ouvrir le port")
	notes.sees("scène 4/9 · ecouter", "Regardez la colonne du propriétaire", "La projection attend Entrée : la page suivante.")
	for page := 1; page < 20 && !strings.Contains(class.picture.Text(), "Combien de mains"); page++ {
		class.sees(fmt.Sprintf("page %d, à suivre", page))
		class.types("\r")
		class.sees(fmt.Sprintf("page %d", page+1))
	}
	class.sees("Combien de mains pour la réponse 1")
	class.types("12")
	notes.sees("▸ 1  la connexion réussit", "12")
	if text := class.picture.Text(); strings.Contains(text, "Regardez la colonne") {
		t.Errorf("the class sees the instructor's notes:\n%s", text)
	}
	class.types("\r7\r3\r")
	notes.sees("Vote terminé : Entrée, et la mesure répond.", "7", "La mesure n'a pas encore répondu.")
	class.types("\r")
	notes.sees("✓ 1  la connexion réussit", "La mesure dit 1 : 12 sur 22 l'avaient prédit.")
	class.insists("n", "scène 5/9")
	notes.sees("scène 5/9 · attendre-un-client", "Ctrl+C fonctionne pendant cette attente")
	notes.types("G")
	notes.sees("listen(1) : ouvrir le port", "▸  5")

	class.leaves("q", 0)
	notes.sees("La projection de l'étape 1 s'est arrêtée à la scène 5 sur 9", "labo etape 1 --projection --scene attendre-un-client")
	if left, _ := filepath.Glob(filepath.Join(home, "*")); len(left) > 0 {
		t.Errorf("a projection has left %q", left)
	}
	notes.leaves("q", 0)
}

// kill -9 of the projector is seen, and a new projection takes over.
func TestTheInstructorSeesAKilledProjection(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	class := takeSeat(t, home, 80, 24, "etape", "1", "--projection", "--port", port)
	class.sees("Un port libre")
	notes := takeSeat(t, home, 60, 20, "notes")
	notes.sees("scène 1/9 · port-libre")
	if err := class.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	class.cmd.Wait()
	killed := time.Now()
	notes.sees("s'est arrêtée sans prévenir")
	t.Logf("seen after %v", time.Since(killed).Round(time.Millisecond))

	first := takeSeat(t, home, 80, 24, "etape", "1", "--projection", "--port", port)
	notes.sees("étape 1", "scène 1/9")
	second := takeSeat(t, home, 80, 24, "etape", "2", "--projection", "--port", somePort(t))
	notes.sees("étape 2", "2 projections : la dernière est suivie.")
	second.leaves("q", 0)
	notes.sees("étape 1", "scène 1/9")
	first.leaves("q", 0)
	notes.sees("Cette page attend la prochaine projection.")
	notes.leaves("\x03", 130)
}

// The terminal is given back: after a signal too.
func TestTheInstructorsTerminalIsGivenBack(t *testing.T) {
	s := takeSeat(t, t.TempDir(), 80, 24, "notes")
	before, err := term.GetState(int(s.master.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	s.sees("Rien n'est projeté")
	if !s.picture.Full() {
		t.Error("the screen is not taken")
	}
	if err := pty.Setsize(s.master, &pty.Winsize{Rows: 20, Cols: 60}); err != nil {
		t.Fatal(err)
	}
	s.picture.Resize(60, 20)
	s.types("?")
	s.sees("Une touche ferme cette aide.")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.leaves("", 143)
	limit := time.After(20 * time.Second)
	for s.picture.Full() || s.picture.CursorHidden() {
		select {
		case <-s.news:
		case <-limit:
			t.Fatal("the terminal is not given back")
		}
	}
	if after, err := term.GetState(int(s.master.Fd())); err != nil || *after != *before {
		t.Errorf("the terminal's mode is not what it was (%v)", err)
	}
}

// Without a screen to take: a block at each scene, to the end of the projection.
func TestNotesAsLines(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	class := takeSeat(t, home, 80, 24, "etape", "1", "--projection", "--port", port)
	class.sees("Un port libre")
	notes := takeSeat(t, home, 80, 200, "notes", "--texte")
	notes.sees("scène 1/9 · port-libre", "VOS NOTES", "ENSUITE : SCÈNE 2/9")
	class.insists("n", "scène 2/9")
	notes.sees("scène 2/9 · creer-un-socket", "scène précédente")
	class.leaves("q", 0)
	notes.sees("Projection terminée", "La projection de l'étape 1 s'est arrêtée à la scène 2 sur 9")
	notes.leaves("", 0)
	if notes.picture.Full() {
		t.Error("the screen was taken")
	}
}
