package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"labo/lessons/check/class"
	"labo/lessons/check/runner"
	"labo/lessons/stage/roster"
	"labo/lessons/text"
)

// progress says on stderr who was judged, and, on a terminal, who is.
type progress struct {
	c     *console
	of, n int
	now   []string // programs that are judged
	over  bool
	seen  map[*class.Student]bool
	drawn bool // the last line is that of now
}

func (p *progress) begin(programs int, alone bool, seed uint64, folder *roster.Folder, others []string) {
	how := "l'un après l'autre : ce système ne donne pas à chacun un réseau à lui"
	if alone {
		how = "plusieurs à la fois, chacun dans un réseau à lui"
	}
	columns := p.columns()
	writeHanging(p.c, "", fmt.Sprintf("%s, %s, jugés %s. Graine %d.", text.Plural(p.of, "élève"), text.Plural(programs, "programme"), how, seed), columns)
	if folder != nil {
		writeHanging(p.c, "", "Les résultats vont dans « "+text.Visible(folder.Path)+" », au fur et à mesure. Ctrl+C arrête, et garde ce qui est jugé.", columns)
	}
	if len(others) > 0 {
		names := make([]string, len(others))
		for i, name := range others {
			names[i] = text.Visible(name)
		}
		writeHanging(p.c, "", "Laissé de côté : "+strings.Join(names, ", ")+".", columns)
	}
}

// warn says what a program of the class may do here.
func (p *progress) warn(alone bool, held runner.Limits) {
	var may []string
	if !held.Writes {
		may = append(may, "changer vos fichiers")
	}
	if !alone {
		may = append(may, "parler au réseau")
	}
	if os.Getuid() == 0 {
		may = append(may, "faire ce que peut root")
	}
	if len(may) > 0 {
		writeHanging(p.c, "", "Attention : ces programmes sont lancés sur votre ordinateur, et ici rien ne les empêche de "+strings.Join(may, ", ni de ")+
			". Ce que labo tient est dans docs/verifier.md.", p.columns())
	}
}

func (p *progress) columns() int {
	if !p.c.errTerminal() {
		return 0
	}
	columns, _ := terminalSize(p.c.errFile)
	return columns
}

func (p *progress) started(_ *class.Student, program *class.Program) {
	if p.over {
		return
	}
	p.now = append(p.now, text.Visible(program.Path))
	p.draw()
}

func (p *progress) done(s *class.Student) {
	if p.seen[s] {
		return
	}
	p.seen[s] = true
	p.n++
	p.clear()
	columns := p.columns()
	line := fmt.Sprintf("%*d/%d  %s", len(fmt.Sprint(p.of)), p.n, p.of, roster.Student(s))
	if columns > 0 {
		line = text.Truncate(line, columns)
	}
	fmt.Fprintln(p.c.err, line)
	for _, program := range s.Programs {
		if at := slices.Index(p.now, text.Visible(program.Path)); at >= 0 {
			p.now = slices.Delete(p.now, at, at+1)
		}
	}
	p.draw()
}

// draw writes who is judged now, on a line that is written again.
func (p *progress) draw() {
	columns := p.columns()
	if columns == 0 || len(p.now) == 0 || p.c.getenv("TERM") == "dumb" {
		return
	}
	fmt.Fprint(p.c.err, "\r"+text.PadRight(text.Truncate("en cours"+text.French(" : ")+strings.Join(p.now, ", "), columns-1), columns-1))
	p.drawn = true
}

func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.c.err, "\r"+strings.Repeat(" ", p.columns()-1)+"\r")
		p.drawn = false
	}
}

// end leaves the line of those that are judged empty, for good.
func (p *progress) end() {
	p.clear()
	p.over = true
}
