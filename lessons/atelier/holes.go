package atelier

import (
	"embed"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed trous/*.py
var holed embed.FS

// Programs are the student's programs, in the order of the sheet.
var Programs = Names[:4]

// answer is a line of trous/*.py that fills a hole: "#2-=serveur.bind(…)" stands
// there once two holes are filled, "#5-5=…" only while five are.
var answer = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^#(\d)-(\d?)=(.*)$`) })

// hole is the first line of a hole: what the student is to write.
var hole = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*# À VOUS (\d) : (.*)$`) })

// Holes returns what a program with holes asks for, a sentence each, in the
// order of their numbers; none for a name that is not a program.
func Holes(name string) []string {
	b, err := holed.ReadFile("trous/" + name)
	if err != nil {
		return nil
	}
	sentences := map[int]string{}
	at := 0
	for line := range strings.Lines(string(b)) {
		line = strings.TrimRight(line, "\n")
		m := hole().FindStringSubmatch(line)
		more, comment := strings.CutPrefix(strings.TrimLeft(line, " "), "# ")
		switch {
		case m != nil:
			at, _ = strconv.Atoi(m[1])
			sentences[at] = m[2]
		case at > 0 && comment:
			sentences[at] += " " + strings.TrimSpace(more)
		default:
			at = 0
		}
	}
	ordered := make([]string, len(sentences))
	for n, s := range sentences {
		ordered[n-1] = s
	}
	return ordered
}

// Empty returns the numbers of the holes of a program under whose comment nothing
// stands, in the order of the file.
func Empty(program []byte) []int {
	var empty []int
	at, begun, margin := 0, false, 0
	end := func() {
		if at > 0 && !begun {
			empty = append(empty, at)
		}
	}
	for line := range strings.Lines(string(program)) {
		m := hole().FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		line = strings.TrimSpace(line)
		switch {
		case m != nil:
			end()
			at, _ = strconv.Atoi(m[1])
			begun, margin = false, indent
		case line == "" || strings.HasPrefix(line, "#"):
		case indent < margin || strings.HasPrefix(line, "def "): // the block is over
			end()
			at = 0
		default:
			begun = true
		}
	}
	end()
	return empty
}

// HoleAt returns the number of the hole under whose comment a line of a program
// stands, the first being 1: that of the nearest above. It returns 1 where there is
// none.
func HoleAt(program []byte, line int) int {
	at := 1
	for n, l := range strings.Split(string(program), "\n") {
		if m := hole().FindStringSubmatch(strings.TrimRight(l, "\r")); m != nil && n+1 < line {
			at, _ = strconv.Atoi(m[1])
		}
	}
	return at
}

// Step is the step of the sheet in which a program is written, 0 for another name.
func Step(name string) int {
	return map[string]int{"serveur.py": 1, "client.py": 2, "serveur2.py": 3, "client2.py": 3}[name]
}

// Grown returns a program whose first holes are filled, as the sheet does, and
// listens on or calls that port. Unfilled, it is what a student begins with. It
// returns "" for a name that is not a program.
func Grown(name string, filled int, port uint16) string {
	b, err := holed.ReadFile("trous/" + name)
	if err != nil {
		return ""
	}
	var out strings.Builder
	for line := range strings.Lines(string(b)) {
		m := answer().FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			out.WriteString(line)
			continue
		}
		from, _ := strconv.Atoi(m[1])
		to := filled
		if m[2] != "" {
			to, _ = strconv.Atoi(m[2])
		}
		if from <= filled && filled <= to {
			out.WriteString(m[3] + "\n")
		}
	}
	return strings.Replace(out.String(), portLine(Port), portLine(port), 1)
}
