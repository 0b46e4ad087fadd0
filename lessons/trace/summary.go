package trace

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe/syscalls"
)

// Summary is what there is to remember of a program, as a step shows it and a
// notebook keeps it: which lines of the script reached the kernel, which ran
// and never did, and where the time went. name is how the program is called.
// What is not known has no value.
func (f *Facts) Summary(name string) evidence.Evidence {
	e := evidence.Evidence{Title: name + ", en résumé", Source: f.SourceText()}
	add := func(label, words string) { e.Values = append(e.Values, evidence.Value{Label: label, Text: words}) }
	whom := "au noyau"
	if f.Source == syscalls.SourcePython {
		whom = "à Python"
	}
	add("appels "+whom, text.Plural(f.Calls, "appel"))
	if lines := f.scriptLines(); len(lines) > 0 {
		add("lignes avec appel", linesText(lines))
	}
	if f.Ran {
		add("lignes sans aucun appel", linesText(f.Silent))
		e.Notes = append(e.Notes, NoteStart)
	}
	add("durée totale", text.Duration(f.Wall))
	add(f.WhereText()+", fil principal", f.share(f.Waiting))
	if f.CPU > 0 {
		add("calcul (processeur)", f.share(f.CPU))
		e.Notes = append(e.Notes, "Le calcul comprend le démarrage de Python et l'observation.")
	}
	if f.Why != "" {
		e.Notes = append(e.Notes, "Ce sont des appels Python, pas des appels système. "+f.Why)
	}
	return e
}

// NoteStart is what a reader must know of a listing of lines.
const NoteStart = "Le démarrage de Python et les lignes « import » ne sont pas montrés."

// NoteFiles is what else is left out, but with --tout.
const NoteFiles = "Les appels sur des fichiers ordinaires non plus : « labo trace --tout » les montre."

// SourceText says by what means the program was observed.
func (f *Facts) SourceText() string {
	if f.Source == syscalls.SourcePython {
		return "journal de Python"
	}
	return "ptrace"
}

// WhereText says where the time of calls went: only the kernel tells that it
// was in the kernel.
func (f *Facts) WhereText() string { return Where(f.Source) }

// Where is [Facts.WhereText] for any source.
func Where(source syscalls.Source) string {
	if source == syscalls.SourcePython {
		return "dans ces appels"
	}
	return "dans le noyau"
}

// scriptLines returns the lines of the script that made calls, in order.
func (f *Facts) scriptLines() []int {
	var lines []int
	for _, l := range f.Lines {
		if l.File == f.Script {
			lines = append(lines, l.Line)
		}
	}
	return lines
}

// share is a duration and its part of the whole.
func (f *Facts) share(d time.Duration) string {
	if f.Wall <= 0 {
		return text.Duration(d)
	}
	return fmt.Sprintf("%s, %s", text.Duration(d), Percent(d, f.Wall))
}

// Percent is a part of a whole, "12 %".
func Percent(part, whole time.Duration) string {
	return fmt.Sprintf("%.0f %%", min(100, 100*float64(part)/float64(whole)))
}

// linesText counts lines and names them: "3 lignes : 7, 9 et 10".
func linesText(lines []int) string {
	if len(lines) == 0 {
		return "aucune"
	}
	return text.Plural(len(lines), "ligne") + " : " + Ranges(lines)
}

// isImport reports whether a line of source imports: what it asks for belongs
// to the start of Python, which a trace leaves out.
func isImport(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "import ") || strings.HasPrefix(line, "from ")
}

// Ranges writes numbers in increasing order: "1, 4 à 7, 9".
func Ranges(n []int) string {
	var parts []string
	for i := 0; i < len(n); {
		j := i
		for j+1 < len(n) && n[j+1] == n[j]+1 {
			j++
		}
		switch {
		case j == i:
			parts = append(parts, strconv.Itoa(n[i]))
		case j == i+1:
			parts = append(parts, strconv.Itoa(n[i]), strconv.Itoa(n[j]))
		default:
			parts = append(parts, strconv.Itoa(n[i])+" à "+strconv.Itoa(n[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}
