//go:build unix

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"labo/lessons/scene"
	"labo/lessons/text"
)

// A reader who has never played is told of the text, answers, leaves with q,
// comes back, and goes on where they were.
func TestAReaderComesBackOnScreen(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	args := []string{"etape", "1", "--port", port}
	v := bySight(t, "labo", home, args...)
	v.sees("--texte")
	v.presses("\r")
	v.sees(opening(t, 1, "port-libre", "prediction"))
	v.presses("2\r")
	v.sees(opening(t, 1, "port-libre", "explication"))
	v.presses("\r")
	v.sees(opening(t, 1, "creer-un-socket", "prediction"))
	v.presses("q")
	v.leaves(0, port)
	v.until("what to type next", func(lines []string) bool { return shown(lines, "labo etape 1") })

	v = bySight(t, "labo", home, args...)
	v.sees(fmt.Sprintf("1 scène sur %d", len(heads(t, 1))))
	v.presses("\r")
	v.sees(opening(t, 1, "creer-un-socket", "prediction"))
	v.presses("\x04") // Ctrl+D
	v.leaves(0, port)
}

// The list of scenes leads anywhere, the arrows to the scenes around, r plays
// the scene again; help comes and goes.
func TestMovesOnScreen(t *testing.T) {
	port := somePort(t)
	v := bySight(t, "labo", begunHome(t), "etape", "1", "--port", port)
	v.sees(opening(t, 1, "port-libre", "prediction"))
	v.presses("s")
	v.sees("listen(1) : ouvrir le port") // one of the titles
	all := heads(t, 1)
	at := slices.IndexFunc(all, func(h scene.Head) bool { return h.ID == "ecouter" })
	v.presses(fmt.Sprint(at+1, "\r"))
	v.sees("scène " + place(t, 1, "ecouter"))
	v.sees(opening(t, 1, "ecouter", ""))
	v.presses("\x1b[D") // ←
	v.sees("scène " + place(t, 1, all[at-1].ID))
	v.sees(opening(t, 1, all[at-1].ID, ""))
	v.presses("n")
	v.sees("scène " + place(t, 1, "ecouter"))
	v.sees(opening(t, 1, "ecouter", ""))
	v.presses("?")
	v.sees("Ctrl+Z")
	v.presses("x")
	v.sees(opening(t, 1, "ecouter", ""))
	v.presses("\r") // what is below
	v.presses("3\r")
	v.sees("prédit 3")
	v.presses("r")
	v.sees(opening(t, 1, "ecouter", ""))
	v.presses("q")
	v.leaves(0, port)
}

// The picture fits its terminal, whatever its size becomes, at a wait and while
// a scene acts.
func TestResizeOnScreen(t *testing.T) {
	port := somePort(t)
	v := bySight(t, "labo", begunHome(t), "etape", "1", "--port", port, "--scene", "attendre-un-client")
	v.sees(opening(t, 1, "attendre-un-client", "prediction"))
	// From one column, ultraviolet forgets a last row that begins with a blank.
	for _, size := range []pty.Winsize{{Rows: 40, Cols: 120}, {Rows: 20, Cols: 60}, {Rows: 5, Cols: 20}, {Rows: 1, Cols: 2}, {Rows: 200, Cols: 400}, {Rows: 24, Cols: 80}} {
		v.resizes(size)
	}
	v.presses("1\r")
	v.resizes(pty.Winsize{Rows: 30, Cols: 100}) // while it acts
	v.sees("CLIENT │ NOYAU │ SERVEUR")
	v.presses("q")
	v.leaves(0, port)
}

// resizes gives the terminal another size and waits until the picture fills
// it: the header to its last column, the keys on its last row.
func (v *viewer) resizes(size pty.Winsize) {
	v.t.Helper()
	v.screen.Resize(int(size.Cols), int(size.Rows))
	if err := v.control(func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: size.Rows, Col: size.Cols})
	}); err != nil {
		v.t.Fatal(err)
	}
	v.until(fmt.Sprintf("%d by %d", size.Cols, size.Rows), func(lines []string) bool {
		first, last := lines[0], lines[len(lines)-1]
		return text.Width(first) == int(size.Cols) && (len(lines) < 4 || strings.TrimSpace(last) != "")
	})
}
