package calls

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// summary draws what there is to remember: which lines reach the kernel and
// which never do, and where the time went.
func (r report) summary(s Style) []string {
	p := s.Palette
	var out []string
	say := func(sentence string) {
		out = append(out, text.Wrap(text.French(sentence), s.Width)...)
	}
	out = append(out, p.Title(text.Truncate(text.Visible(r.Name), s.Width)))
	say(r.where())
	if r.Status != nil {
		out = append(out, statusText(*r.Status))
	}
	say(r.totals())
	out = append(out, "")
	out = append(out, r.times(s)...)
	for _, file := range r.Files() {
		out = append(out, "")
		out = append(out, r.reach(s, file)...)
	}
	if len(r.View.Lines) > 0 {
		out = append(out, "")
		out = append(out, r.byCall(s)...)
	}
	if len(r.View.Threads) > 1 {
		out = append(out, "")
		out = append(out, r.byThread(s)...)
	}
	return out
}

// where says whose word this is.
func (r report) where() string {
	if r.Source == syscalls.SourcePython {
		return "Appels Python : ce que le programme a demandé à Python, et non au noyau. " + trace.WhyText(r.Why)
	}
	if r.Python && !r.Lines {
		return "Appels système vus par ptrace. " + r.silent()
	}
	return "Appels système vus par ptrace."
}

// silent says what is known of a Python that has not told its lines.
func (r report) silent() string {
	switch {
	case r.Unlined != nil:
		return "Ce Python n'a pas pu être préparé à dire ses lignes : labo n'a trouvé aucun dossier où écrire (" + fault.Cause(r.Unlined) + ")."
	case r.Status == nil:
		return "Ce Python n'a pas encore dit ses lignes."
	case r.Status.Signal != 0:
		return "Un signal a terminé ce Python avant qu'il ait dit ses lignes."
	case r.View.Calls == 0:
		return "Ce Python s'est terminé pendant son démarrage, avant d'avoir dit ses lignes."
	}
	return "Ce Python n'a pas dit ses lignes, et labo ne sait pas pourquoi. (Un Python trop ancien, ou lancé avec -I, -S ou -E, ne les dit pas.)"
}

func (r report) totals() string {
	what := "appel"
	sentence := text.Plural(r.View.Calls, what)
	if r.View.Born > 0 {
		sentence += ", " + text.Plural(r.View.Born, "fil") + " ou processus créés"
	}
	if r.View.Startup > 0 {
		sentence += fmt.Sprintf(" (le démarrage de Python, %s, n'est pas compté)", text.Plural(r.View.Startup, "appel"))
	}
	return sentence + "."
}

// times draws how long the program computed, and how long it waited.
func (r report) times(s Style) []string {
	row := func(label string, d time.Duration, note string) string {
		line := text.PadRight(text.French(label), 34) + text.PadLeft(text.Duration(d), 12)
		if note != "" {
			line += "   " + s.Palette.Faint(text.French(note))
		}
		return text.Truncate(line, s.Width)
	}
	share := func(d time.Duration) string {
		if r.Wall <= 0 {
			return ""
		}
		return trace.Percent(d, r.Wall)
	}
	out := []string{row("durée totale", r.Wall, "")}
	out = append(out, row(trace.Where(r.Source)+", fil principal", r.View.Main, share(r.View.Main)))
	if r.CPU > 0 {
		out = append(out, row("calcul (processeur)", r.CPU, share(r.CPU)+", démarrage et observation compris"))
	}
	return out
}

// reach draws, for one file, the lines that reached the kernel, those that ran
// and did not, and those that never ran.
func (r report) reach(s Style, file string) []string {
	src := r.File(file)
	if src == nil {
		return nil
	}
	var called []trace.LineStat
	var silent, never []int
	for n := 1; n <= len(src.Lines); n++ {
		if stat, ok := r.View.Lines[syscalls.Place{File: file, Line: n}]; ok {
			called = append(called, stat)
			continue
		}
		if ran, known := r.Ran(file, n); known && ran {
			silent = append(silent, n)
		} else if known && src.Code[n-1] {
			never = append(never, n)
		}
	}
	head := src.Name() + " : "
	switch len(called) {
	case 0:
		head += "aucune ligne n'a appelé le système"
	case 1:
		head += "1 ligne a appelé le système"
	default:
		head += text.Plural(len(called), "ligne") + " ont appelé le système"
	}
	out := []string{s.Palette.Strong(text.Truncate(text.French(head), s.Width))}
	slices.SortStableFunc(called, func(a, b trace.LineStat) int { return cmp.Compare(b.Took, a.Took) })
	for _, stat := range called {
		line := text.PadLeft(strconv.Itoa(stat.Place.Line), 6) + "  " + text.PadLeft(text.Duration(stat.Took), 9) + "  " +
			text.PadLeft(strconv.Itoa(stat.Calls), 6) + " × " + shapeNames(stat)
		if room := s.Width - text.Width(line) - 3; room > 16 {
			line += "   " + s.Palette.Faint(text.Truncate(strings.TrimSpace(src.Line(stat.Place.Line)), room))
		}
		out = append(out, text.Truncate(line, s.Width))
	}
	list := func(label string, lines []int) {
		if len(lines) > 0 {
			out = append(out, text.Wrap(text.French(label+" : "+trace.Ranges(lines)+"."), s.Width)...)
		}
	}
	list("Exécutées sans appeler le système", silent)
	list("Jamais exécutées, ou sans effet", never)
	return out
}

// shapeNames lists the calls of a line once each.
func shapeNames(stat trace.LineStat) string {
	var names []string
	for _, s := range stat.Shapes {
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ", ")
}

// byCall draws how often each call was made.
func (r report) byCall(s Style) []string {
	type total struct {
		name          string
		count, failed int
		took          time.Duration
	}
	totals := map[string]*total{}
	for _, l := range r.View.Lines {
		for _, shape := range l.Shapes {
			t := totals[shape.Name]
			if t == nil {
				t = &total{name: shape.Name}
				totals[shape.Name] = t
			}
			t.count += shape.Count
			t.took += shape.Took
			if shape.Err != "" && shape.Err != "ERESTART" {
				t.failed += shape.Count
			}
		}
	}
	sorted := make([]*total, 0, len(totals))
	for _, t := range totals {
		sorted = append(sorted, t)
	}
	slices.SortFunc(sorted, func(a, b *total) int {
		return cmp.Or(cmp.Compare(b.took, a.took), cmp.Compare(a.name, b.name))
	})
	name := 18
	if s.Width < 60 {
		name = 10
	}
	out := []string{s.Palette.Faint(text.PadRight("appel", name) + text.PadLeft("fois", 8) + text.PadLeft("erreurs", 9) + text.PadLeft(timeHead(r.Source), 12))}
	for _, t := range sorted {
		failed := ""
		if t.failed > 0 {
			failed = strconv.Itoa(t.failed)
		}
		took := text.Duration(t.took)
		if t.name == "exit" || t.name == "exit_group" { // exit(2), exit_group(2): they return to nobody
			took = "—"
		}
		out = append(out, text.PadRight(text.Truncate(t.name, name), name)+text.PadLeft(strconv.Itoa(t.count), 8)+text.PadLeft(failed, 9)+
			text.PadLeft(took, 12))
	}
	return out
}

func (r report) byThread(s Style) []string {
	out := []string{s.Palette.Faint(text.PadRight(text.French("fil d'exécution"), threadColumns(s)) + text.PadLeft("appels", 9) + text.PadLeft(timeHead(r.Source), 12))}
	for _, th := range r.View.Threads {
		if th.Calls == 0 {
			continue
		}
		name := strconv.Itoa(th.TID)
		if th.Name != "" {
			name += " " + text.Visible(th.Name)
		}
		out = append(out, text.PadRight(text.Truncate(name, threadColumns(s)), threadColumns(s))+text.PadLeft(strconv.Itoa(th.Calls), 9)+
			text.PadLeft(text.Duration(th.Took), 12))
	}
	return out
}

// threadColumns is the room of a thread's name.
func threadColumns(s Style) int { return min(26, s.Width-22) }

// glossary explains each call of the report once, in the order of their names.
func (r report) glossary(s Style) []string {
	seen := map[string]string{}
	for _, l := range r.View.Lines {
		for _, shape := range l.Shapes {
			seen[trace.WordKey(shape.Name)] = shape.Name
		}
	}
	var names []string
	for key := range seen {
		names = append(names, key)
	}
	slices.Sort(names)
	var out []string
	for _, key := range names {
		w, ok := trace.Explain(seen[key], r.Source)
		if !ok {
			continue
		}
		const margin = 12
		lines := text.Paragraph(explainText(w), max(s.Width-margin-2, 24))
		out = append(out, s.Palette.Kernel(text.PadRight(key, margin))+"  "+lines[0])
		for _, line := range lines[1:] {
			out = append(out, strings.Repeat(" ", margin+2)+line)
		}
	}
	return out
}
