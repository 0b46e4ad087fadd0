package main

import (
	"fmt"
	"strings"
	"time"

	"labo/lessons"
	"labo/lessons/atelier"
	"labo/lessons/notebook"
	"labo/lessons/text"
)

// The end of a step: what is typed next, on its last page and below it.

// ahead says what to type next, on the last page of a step.
func ahead(book *notebook.Notebook, n int, port uint16) []string {
	all, err := lessons.Contents()
	if err != nil {
		return nil
	}
	p, err := stepProgress(book, n)
	if err != nil {
		return nil
	}
	said := "La suite : `" + onPort(nextCommand(book, all), port) + "`"
	if left := p.Total() - p.Done; left > 0 {
		said = text.Plural(left, "scène") + " de cette étape à jouer : `" + onPort(fmt.Sprintf("labo etape %d", n), port) + "`"
	}
	out := []string{said}
	if files := judgedAfter[n]; files != "" {
		out = append(out, "Faire juger ce que vous avez écrit : `labo verifier "+files+"`")
	}
	if words := notebook.ReviewAhead(book.Reviews(all, time.Local), time.Now()); words != "" {
		out = append(out, words)
	}
	return out
}

// onPort adds the port of the lesson to the command of a step, where it is not
// the sheet's.
func onPort(cmd string, port uint16) string {
	if port != atelier.Port && strings.HasPrefix(cmd, "labo etape ") {
		cmd += fmt.Sprintf(" --port %d", port)
	}
	return cmd
}

// farewell says what to type next, once a step was played on a port or left.
func farewell(c *console, book *notebook.Notebook, n int, port uint16, left, page bool) {
	all, err := lessons.Contents()
	if err != nil {
		return
	}
	p, err := stepProgress(book, n)
	if err != nil {
		return
	}
	next, cmd := "Pour reprendre", fmt.Sprintf("labo etape %d", n)
	switch {
	case p.Seen > 0 && !p.Begun: // nobody was at the keyboard
		next = fmt.Sprintf("Étape %d déroulée sans vous. Pour la jouer", n)
	case p.Complete() && !left:
		next, cmd = fmt.Sprintf("Étape %d terminée. La suite", n), nextCommand(book, all)
	}
	cmd = onPort(cmd, port)
	if page && strings.HasPrefix(cmd, "labo etape ") {
		cmd += " --page"
	}
	fmt.Fprintln(c.out, "\n  "+text.French(next+" : ")+c.palette().Strong(cmd))
	if cmd != "labo cahier" {
		fmt.Fprintln(c.out, text.French("  Pour tout relire : ")+"labo cahier")
	}
	if files := judgedAfter[n]; files != "" && wentToItsEnd(book.Step(n).Scene(lastScene(p))) {
		for _, l := range invitation(files, c.width()-4) {
			fmt.Fprintln(c.out, "  "+l)
		}
	}
}

// wentToItsEnd reports whether a scene did, with a reader or without.
func wentToItsEnd(s *notebook.Scene) bool { return s.IsDone() || s.IsSeen() }

// judgedAfter are the programs that a reader has written at the end of a step.
var judgedAfter = map[int]string{1: "serveur.py", 2: "serveur.py client.py", 3: "serveur2.py client2.py"}

// lastScene is the ID of the last scene of a step, "" where it has none.
func lastScene(p notebook.Progress) string {
	if n := p.Total(); n > 0 {
		return p.Step.Essential()[n-1].ID
	}
	return ""
}

// invitation says how to have programs judged.
func invitation(files string, columns int) []string {
	whose := "Et votre programme ? labo le lance et le juge : "
	if strings.Contains(files, " ") {
		whose = "Et vos programmes ? labo les lance et les juge : "
	}
	return text.Paragraph(whose+"`labo verifier "+files+"`. Pas encore de fichier ? `labo atelier` en écrit pour commencer.", columns)
}
