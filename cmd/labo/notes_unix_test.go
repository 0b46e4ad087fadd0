//go:build unix

package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"labo/lessons/prose"
	"labo/lessons/text"
)

// seesAll waits until each of these words is on screen.
func (v *viewer) seesAll(words ...string) {
	v.t.Helper()
	for _, w := range words {
		v.sees(w)
	}
}

// The instructor follows a projection from a scene to the next, in a second
// terminal.
func TestTheInstructorFollowsAProjection(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	notes := bySight(t, "labo", home, "notes")
	notes.seesAll("Rien n'est projeté pour l'instant.", "labo etape 1 --projection")

	class := bySight(t, "labo", home, "etape", "1", "--projection", "--port", port, "--scene", "ecouter")
	class.sees("listen(1) : ouvrir le port")
	notes.seesAll("scène "+place(t, 1, "ecouter")+" · ecouter", "VOS NOTES ──", noted(t, 1, "ecouter"), "La projection attend Entrée : la page suivante.")
	for page := 1; page < 20 && !strings.Contains(class.screen.Text(), "Combien de mains"); page++ {
		class.sees(fmt.Sprintf("page %d, à suivre", page))
		class.presses("\r")
		class.sees(fmt.Sprintf("page %d", page+1))
	}
	class.sees("Combien de mains pour la réponse 1")
	class.presses("12")
	notes.seesAll("▸ 1 la connexion réussit 12", "Vote : les mains pour la réponse 1 sur 3.")
	if shown(class.screen.Lines(), noted(t, 1, "ecouter")) {
		t.Errorf("the class sees the instructor's notes:\n%s", class.screen.Text())
	}
	class.presses("\r7\r3\r")
	notes.seesAll("Vote clos : d, discussion ; Entrée, la mesure ; ↑ le corrige.", "55 % ont donné la réponse attendue (1).", "faites discuter")
	class.sees("22 voix, cachées jusqu'à la mesure.")
	time.Sleep(time.Second) // a letter typed at once would be taken for a number's
	class.presses("d")
	class.sees("DISCUTEZ AVEC VOS VOISINS")
	notes.seesAll("Discussion : Entrée ouvre le second vote.")
	class.presses("\r")
	class.sees("SECOND VOTE")
	time.Sleep(time.Second) // a digit typed at once would be taken for one typed ahead
	class.presses("20\r2\r0\r")
	class.sees("AVANT ET APRÈS LA DISCUSSION")
	class.presses("\r")
	notes.seesAll("✓ 1 la connexion réussit", "La mesure dit 1 : 12 sur 22, puis 20 sur 22 l'avaient prédit.")
	class.presses("n")
	class.sees("scène " + place(t, 1, "ecrire-listen")) // the key p or n passes what a class does not write
	notes.seesAll("scène " + place(t, 1, "ecrire-listen"))
	class.presses("n")
	class.sees("scène " + place(t, 1, "attendre-un-client"))
	notes.seesAll("scène "+place(t, 1, "attendre-un-client")+" · attendre-un-client", noted(t, 1, "attendre-un-client"))
	notes.presses("G")
	notes.sees("accept() : attendre sans rien faire")

	class.presses("q")
	class.leaves(0, port)
	notes.seesAll("La projection de l'étape 1 s'est arrêtée à la scène "+strings.ReplaceAll(place(t, 1, "attendre-un-client"), "/", " sur "), "labo etape 1 --projection --port "+port+" --scene attendre-un-client")
	if kept, err := os.ReadDir(home); err != nil || len(kept) > 0 {
		t.Errorf("a projection keeps %v (%v)", kept, err)
	}
	notes.presses("q")
	notes.leaves(0, "")
}

// kill -9 of the projector is seen, and of two projections the last is shown.
func TestTheInstructorSeesAKilledProjection(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	class := bySight(t, "labo", home, "etape", "1", "--projection", "--port", port)
	class.sees("Un port libre")
	notes := bySight(t, "labo", home, "notes")
	notes.resizes(pty.Winsize{Rows: 20, Cols: 60})
	notes.sees("scène " + nth(t, 1, 1) + " · port-libre")
	if err := class.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	notes.sees("s'est arrêtée sans prévenir")
	t.Logf("seen after %v", time.Since(killed).Round(time.Millisecond))

	other := somePort(t)
	first := bySight(t, "labo", home, "etape", "1", "--projection", "--port", port)
	notes.seesAll("étape 1", "scène "+nth(t, 1, 1))
	second := bySight(t, "labo", home, "etape", "2", "--projection", "--port", other)
	notes.seesAll("étape 2", "2 projections : la dernière est suivie.")
	second.presses("q")
	second.leaves(0, other)
	notes.seesAll("étape 1", "scène "+nth(t, 1, 1))
	first.presses("q")
	first.leaves(0, port)
	notes.sees("Cette page attend la prochaine projection.")
	notes.presses("\x03")
	notes.leaves(130, "")
}

// The terminal is given back, whatever ends the view.
func TestTheInstructorsTerminalIsGivenBack(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(v *viewer)
		exit int
	}{
		"q":       {func(v *viewer) { v.presses("q") }, 0},
		"ctrl+c":  {func(v *viewer) { v.presses("\x03") }, 130},
		"sigterm": {func(v *viewer) { v.cmd.Process.Signal(syscall.SIGTERM) }, 143},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := bySight(t, "labo", t.TempDir(), "notes")
			v.sees("Rien n'est projeté")
			if !v.screen.Full() {
				t.Error("the screen is not taken")
			}
			v.resizes(pty.Winsize{Rows: 20, Cols: 60})
			v.presses("?")
			v.sees("Une touche ferme cette aide.")
			c.end(v)
			v.leaves(c.exit, "")
		})
	}
}

// Without a screen to take: a block at each scene, to the end of the projection.
func TestNotesAsLines(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	class := bySight(t, "labo", home, "etape", "1", "--projection", "--port", port)
	class.sees("Un port libre")
	notes := bySight(t, "labo", home, "notes", "--texte")
	notes.screen.Resize(80, 200) // all that is written stays on screen
	notes.seesAll("scène "+nth(t, 1, 1)+" · port-libre", "VOS NOTES", "ENSUITE : SCÈNE "+nth(t, 1, 2))
	class.presses("n")
	notes.seesAll("scène "+nth(t, 1, 2), "scène précédente")
	class.presses("q")
	class.leaves(0, port)
	notes.seesAll("Projection terminée", fmt.Sprintf("La projection de l'étape 1 s'est arrêtée à la scène 2 sur %d", len(heads(t, 1))))
	notes.leaves(0, "")
	if strings.Contains(notes.all(), "\x1b[?1049h") {
		t.Error("the screen was taken")
	}
}

// noted are the first words that the instructor reads of a scene.
func noted(t *testing.T, step int, scene string) string {
	t.Helper()
	notes, err := prose.LoadNotes(step)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(strings.ReplaceAll(text.French(prose.Text(notes.Scene(scene).Text.Blocks[0].Spans)), text.NBSP, " "))
	return strings.Join(words[:4], " ")
}
