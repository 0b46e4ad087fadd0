package trace

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe/syscalls"
)

// Report is one program, at its end or while it runs, ready to be drawn.
type Report struct {
	Name     string
	View     View
	Source   syscalls.Source
	Why      *syscalls.UnavailableError // why it is not the kernel's word
	Executed map[string][]bool          // lines that ran; nil when unknown
	Status   *syscalls.Status           // nil while it runs
	Wall     time.Duration
	CPU      time.Duration // 0: unknown, or still running
	Lines    bool          // its lines are known
	Python   bool
	Waiting  []*syscalls.Event // calls that threads are inside now

	sources map[string]*source
}

// file returns a source of the report, nil when it cannot be read.
func (r *Report) file(path string) *source {
	if r.sources == nil {
		r.sources = map[string]*source{}
	}
	s, ok := r.sources[path]
	if !ok {
		s = readSource(path)
		r.sources[path] = s
	}
	return s
}

// Style is how reports are drawn.
type Style struct {
	Palette paint.Palette
	Width   int // columns, at least 40
	Explain bool
}

// callsMargin is where the calls of a line begin, under its text.
const (
	countColumns = 7
	timeColumns  = 8
	lineColumns  = 5
)

// LineRow is one row of the listing: a line of source, or what stands under it.
type LineRow struct {
	Line int // of source; 0 under it
	Text string
}

// Annotated draws the listing of each file, every line with the calls it made, how
// often, how long they stayed in the kernel, and what the kernel then held.
func (r *Report) Annotated(s Style) []string {
	var out []string
	for _, file := range r.View.files(r.Executed) {
		for _, row := range r.Listing(s, file) {
			out = append(out, row.Text)
		}
	}
	if other, ok := r.View.Lines[syscalls.Place{}]; ok {
		out = append(out, "", s.Palette.Faint(text.French(fmt.Sprintf(
			"Hors de vos lignes (fin de Python, ou code d'ailleurs) : %s", text.Plural(other.Calls, "appel")))))
		out = append(out, r.under(s, other)...)
	}
	return out
}

// Listing draws one file.
func (r *Report) Listing(s Style, file string) []LineRow {
	src := r.file(file)
	if src == nil {
		return []LineRow{{Text: text.French("Le fichier " + text.Visible(file) + " ne peut pas être lu.")}}
	}
	head := text.PadLeft("appels", countColumns) + text.PadLeft(timeHead(r.Source), timeColumns+2) + "  " +
		text.PadLeft("ligne", lineColumns) + "  " + src.name()
	rows := []LineRow{{Text: s.Palette.Faint(text.Truncate(head, s.Width))}}
	for n := 1; n <= len(src.lines); n++ {
		stat, called := r.View.Lines[syscalls.Place{File: file, Line: n}]
		rows = append(rows, LineRow{n, r.sourceLine(s, src, n, stat, called)})
		if called {
			for _, line := range r.under(s, stat) {
				rows = append(rows, LineRow{0, line})
			}
		}
	}
	return rows
}

// ran reports whether a line is known to have run; known is false when nothing
// is known of its file.
func (r *Report) ran(file string, n int) (ran, known bool) {
	lines, ok := r.Executed[file]
	if !ok || n >= len(lines) {
		return false, false
	}
	return lines[n], true
}

// Here marks the lines whose calls have not returned.
const Here = "▶"

func (r *Report) here(file string, n int) bool {
	for _, e := range r.Waiting {
		if e.Place.Line == n && e.Place.File == file {
			return true
		}
	}
	return false
}

func (r *Report) sourceLine(s Style, src *source, n int, stat LineStat, called bool) string {
	count, took := "", ""
	if called {
		count, took = strconv.Itoa(stat.Calls), text.Duration(stat.Took)
	}
	left := text.PadLeft(count, countColumns) + text.PadLeft(took, timeColumns+2) + "  "
	code := text.Truncate(src.line(n), max(s.Width-text.Width(left)-lineColumns-2, 10))
	number := text.PadLeft(strconv.Itoa(n), lineColumns) + "  "
	if r.here(src.path, n) {
		return s.Palette.Strong(left) + text.PadLeft(Here+strconv.Itoa(n), lineColumns) + "  " + s.Palette.Strong(code)
	}
	ran, known := r.ran(src.path, n)
	switch {
	case called:
		return s.Palette.Strong(left) + number + s.Palette.Strong(code)
	case !src.code[n-1], known && !ran:
		return left + s.Palette.Faint(number+code)
	}
	return left + number + code
}

// under draws the calls of a line, under it.
func (r *Report) under(s Style, stat LineStat) []string {
	margin := strings.Repeat(" ", min(countColumns+timeColumns+4, s.Width/6))
	p := s.Palette
	var out []string
	put := func(role paint.Role, mark, t string) {
		for _, line := range text.Wrap(t, max(s.Width-text.Width(margin)-2, 16)) {
			out = append(out, margin+p.Kernel(mark)+" "+p.Paint(role, line))
			mark = " "
		}
	}
	for _, shape := range stat.Shapes {
		c := shape.Last.Call
		line := CallText(c)
		if shape.Count > 1 {
			line = fmt.Sprintf("%s × %d", shape.Name, shape.Count)
			if shape.Bytes > 0 {
				line += " · " + text.Plural(int(shape.Bytes), "octet")
			}
		}
		if shape.Took >= longWait {
			line += " · " + tookText(r.Source, shape.Took)
		}
		if shape.Count > 1 {
			line += text.French(" · le dernier : ") + CallText(c)
		}
		role := paint.Plain
		if c.Failed() && c.Err != "ERESTART" {
			role = paint.Bad
		}
		put(role, "└", line)
		if words := Outcome(c); c.Failed() && words != "" {
			put(paint.Faint, " ", words)
		}
		if wordKey(c.Name) == "accept" && c.Addr.Valid() {
			put(paint.Faint, " ", text.French("client : "+text.Visible(c.Addr.String())))
		}
		if c.Ret == 0 && Outcome(c) != "" && c.Socket == nil {
			put(paint.Faint, " ", Outcome(c))
		}
	}
	if held := HeldText(stat.Held); held != "" {
		whose := "noyau"
		if r.Source == syscalls.SourcePython {
			whose = "socket"
		}
		if last := stat.Shapes[len(stat.Shapes)-1]; last.Name == "close" {
			whose += ", juste avant"
		}
		put(paint.Kernel, " ", text.French(whose+" : ")+held)
	}
	return out
}
