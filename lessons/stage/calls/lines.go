package calls

import (
	"fmt"
	"strconv"
	"strings"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// Widths of the columns before the code of a line.
const (
	countColumns = 7
	timeColumns  = 8
	lineColumns  = 5
)

// annotated draws the listing of each file, every line with the calls it made, how
// often, how long they stayed in the kernel, and what the kernel then held.
func (r report) annotated(s Style) []string {
	var out []string
	for _, file := range r.Files() {
		out = append(out, r.listing(s, file)...)
	}
	if other, ok := r.View.Lines[syscalls.Place{}]; ok {
		out = append(out, "", s.Palette.Faint(text.French(fmt.Sprintf(
			"Hors de vos lignes (fin de Python, ou code d'ailleurs) : %s", text.Plural(other.Calls, "appel")))))
		out = append(out, r.under(s, other)...)
	}
	return out
}

// listing draws one file.
func (r report) listing(s Style, file string) []string {
	src := r.File(file)
	if src == nil {
		return []string{text.French("Le fichier " + text.Visible(file) + " ne peut pas être lu.")}
	}
	head := text.PadLeft("appels", countColumns) + text.PadLeft(timeHead(r.Source), timeColumns+2) + "  " +
		text.PadLeft("ligne", lineColumns) + "  " + src.Name()
	rows := []string{s.Palette.Faint(text.Truncate(head, s.Width))}
	for n := 1; n <= len(src.Lines); n++ {
		stat, called := r.View.Lines[syscalls.Place{File: file, Line: n}]
		rows = append(rows, r.sourceLine(s, src, n, stat, called))
		if called {
			rows = append(rows, r.under(s, stat)...)
		}
	}
	return rows
}

// Here marks the lines whose calls have not returned.
const Here = "▶"

func (r report) here(file string, n int) bool {
	for _, e := range r.Waiting {
		if e.Place.Line == n && e.Place.File == file {
			return true
		}
	}
	return false
}

func (r report) sourceLine(s Style, src *trace.Source, n int, stat trace.LineStat, called bool) string {
	count, took := "", ""
	if called {
		count, took = strconv.Itoa(stat.Calls), text.Duration(stat.Took)
	}
	left := text.PadLeft(count, countColumns) + text.PadLeft(took, timeColumns+2) + "  "
	code := text.Truncate(src.Line(n), max(s.Width-text.Width(left)-lineColumns-2, 10))
	number := text.PadLeft(strconv.Itoa(n), lineColumns) + "  "
	if r.here(src.Path, n) {
		return s.Palette.Strong(left) + text.PadLeft(Here+strconv.Itoa(n), lineColumns) + "  " + s.Palette.Strong(code)
	}
	ran, known := r.Ran(src.Path, n)
	switch {
	case called:
		return s.Palette.Strong(left) + number + s.Palette.Strong(code)
	case !src.Code[n-1], known && !ran:
		return left + s.Palette.Faint(number+code)
	}
	return left + number + code
}

// under draws the calls of a line, under it.
func (r report) under(s Style, stat trace.LineStat) []string {
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
		line := trace.CallText(c)
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
			line += text.French(" · le dernier : ") + trace.CallText(c)
		}
		role := paint.Plain
		if c.Failed() && c.Err != "ERESTART" {
			role = paint.Bad
		}
		put(role, "└", line)
		if words := trace.Outcome(c); c.Failed() && words != "" {
			put(paint.Faint, " ", words)
		}
		if trace.WordKey(c.Name) == "accept" && c.Addr.Valid() {
			put(paint.Faint, " ", text.French("client : "+text.Visible(c.Addr.String())))
		}
		if c.Ret == 0 && trace.Outcome(c) != "" && c.Socket == nil {
			put(paint.Faint, " ", trace.Outcome(c))
		}
	}
	if held := trace.HeldText(stat.Held); held != "" {
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
