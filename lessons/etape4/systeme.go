package etape4

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"labo/lessons/bench"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// systemeImplique: question 1, when the system is involved.
func systemeImplique(ctx context.Context, b *bench.Bench) {
	b.Write("question")
	p := b.Predict("prediction").Apart()
	if server, client, ok := tracedBoth(ctx, b); !ok {
		p.Leave("les programmes n'ont pas pu être suivis")
		b.Say("sans-trace")
	} else {
		showCalls(b, server)
		settleCalls(b, p, server, client)
	}
	b.Pause()
	b.Compare("systeme-implique", "question", "reponse")
	b.Explain("suite")
}

// settleCalls answers the prediction by what serveur.py asked of the kernel.
func settleCalls(b *bench.Bench, p *bench.Prediction, server, client *tracedProgram) {
	calls, silent := server.called(), server.silent()
	whom := " au noyau"
	if server.facts.Source == syscalls.SourcePython {
		whom = ""
	}
	p.Settle(quietest(calls, silent), fmt.Sprintf("serveur.py : %s avec appel%s, %s sans aucun", text.Plural(len(calls), "ligne"), whom, text.Plural(len(silent), "ligne")))
	b.Set("serveur", text.Plural(server.facts.Calls, "appel"))
	b.Set("client", text.Plural(client.facts.Calls, "appel"))
	b.Set("attente", text.Duration(server.facts.Waiting))
	b.Set("duree", text.Duration(server.facts.Wall))
	b.Set("ou", server.facts.WhereText())
	b.Say("explication")
	if server.facts.Why != "" {
		b.Set("raison", server.facts.Why)
		b.Say("sans-ptrace")
	}
}

// ligneParLigne: all that a trace says of both programs.
func ligneParLigne(ctx context.Context, b *bench.Bench) {
	b.Say("")
	p := b.Predict("prediction").Apart()
	server, client, ok := tracedBoth(ctx, b)
	if !ok {
		p.Leave("les programmes n'ont pas pu être suivis")
		b.Explain("sans-trace")
		return
	}
	showTrace(b, server)
	showTrace(b, client)
	longest := server.longest()
	b.Set("ligne", lineLabel(longest.Line, longest.Code))
	b.Set("attente", text.Duration(longest.Kernel))
	option := ""
	for id, words := range map[string]string{"accept": ".accept()", "recv": ".recv(", "print": "print("} {
		if strings.Contains(longest.Code, words) {
			option = id
		}
	}
	p.Settle(option, fmt.Sprintf("« %s », %s", lineLabel(longest.Line, longest.Code), text.Duration(longest.Kernel)))
	b.Explain("explication", "en-go")
}

// quietest is the option that the trace makes right: among the lines that the
// question names, the only one that asked nothing.
func quietest(calls, silent []string) string {
	option := ""
	for id, words := range map[string]string{
		"bind": "serveur.bind(", "accept": ".accept()", "recv": ".recv(", "lower": "message.lower()", "print": "print(f\"[Client]",
	} {
		has := func(lines []string) bool {
			return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, words) })
		}
		if has(silent) && !has(calls) {
			if option != "" {
				return ""
			}
			option = id
		}
	}
	return option
}

// tracedBoth traces the reader's own serveur.py and client.py where labo was
// started beside them, else those of the workbook. Where neither can be, it says
// why, and keeps it for {raison}.
func tracedBoth(ctx context.Context, b *bench.Bench) (server, client *tracedProgram, ok bool) {
	both := tracedOwn(ctx, b)
	if err := errors.Join(both[0].err, both[1].err); err != nil {
		b.Event(evidence.Event{What: "suivre serveur.py et client.py", Outcome: evidence.Failed, Detail: noTrace(err)})
		b.Set("raison", noTrace(err))
		return nil, nil, false
	}
	return both[0], both[1], true
}

// showCalls shows in a few rows what each line of a program asked of the
// kernel: lines that call the same are one row, and those that call nothing are
// one more, but for the line of the question.
func showCalls(b *bench.Bench, t *tracedProgram) {
	type row struct {
		lines []int
		code  string
		calls string
		fact  trace.LineFact
	}
	var rows []row
	for _, l := range t.own() {
		calls := strings.Join(l.Calls, ", ")
		same := slices.IndexFunc(rows, func(r row) bool { return r.calls == calls && verb(r.code) == verb(l.Code) })
		if same < 0 {
			rows = append(rows, row{[]int{l.Line}, essence(l.Code), calls, l})
			continue
		}
		r := &rows[same]
		r.lines, r.code, r.fact.Kernel = append(r.lines, l.Line), verb(l.Code)+"(…)", r.fact.Kernel+l.Kernel
	}
	var values []evidence.Value
	for _, r := range rows {
		values = append(values, evidence.Value{Label: trace.Ranges(r.lines) + " " + text.Truncate(r.code, longestCode), Text: r.calls + ", " + text.Duration(r.fact.Kernel)})
	}
	var others []int
	for _, n := range t.silentLines() {
		if code := text.Visible(t.source[n-1]); strings.Contains(code, "lower()") {
			values = append(values, evidence.Value{Label: lineLabel(n, code), Text: "aucun appel"})
		} else {
			others = append(others, n)
		}
	}
	if len(others) > 0 {
		values = append(values, evidence.Value{Label: "lignes " + trace.Ranges(others), Text: "aucun appel"})
	}
	whose := ""
	if t.reader {
		whose = "votre "
	}
	b.Show(evidence.Evidence{Title: "Les appels de " + whose + t.name, Source: t.facts.SourceText(), Values: values})
}

// longestCode is the room for a line of a program beside its calls, in cells.
const longestCode = 34

// verb is the function that a line of a program calls: "accept".
func verb(code string) string {
	call, _, _ := strings.Cut(essence(code), "(")
	return call[strings.LastIndex(call, ".")+1:]
}

// essence is a line of a program without its comment, nor the name that its
// value gets: "serveur.accept()".
func essence(code string) string {
	code, _, _ = strings.Cut(code, "  #")
	if name, value, ok := strings.Cut(code, " = "); ok && !strings.Contains(name, "(") {
		code = value
	}
	return strings.TrimSpace(code)
}

// showTrace shows all that is known of each line of a program, and what there is
// to remember of it.
func showTrace(b *bench.Bench, t *tracedProgram) {
	var values, silent []evidence.Value
	for _, l := range t.own() {
		words := strings.Join(l.Calls, ", ")
		if l.Count > 1 {
			words += " (" + text.Plural(l.Count, "appel") + ")"
		}
		words += ", " + text.Duration(l.Kernel)
		if t.facts.Source == syscalls.SourceKernel {
			words += " dans le noyau"
		}
		if l.Held != "" {
			words += " ; " + l.Held
		}
		values = append(values, evidence.Value{Label: lineLabel(l.Line, l.Code), Text: words})
	}
	for _, n := range t.silentLines() {
		silent = append(silent, evidence.Value{Label: lineLabel(n, text.Visible(t.source[n-1])), Text: "aucun appel"})
	}
	whose := ""
	if t.reader {
		whose = "votre "
	}
	b.Show(evidence.Evidence{
		Title: whose + t.name + ", ligne par ligne", Source: t.facts.SourceText(), Values: append(values, silent...),
		Notes: b.NewNotes([]string{trace.NoteStart, trace.NoteFiles}),
	})
	summary := t.facts.Summary(t.name)
	summary.Notes = b.NewNotes(summary.Notes)
	b.Show(summary)
}

// lineLabel is a line of a program, without its comment.
func lineLabel(n int, code string) string {
	const longest = 60 // cells: a line of a reader's own program may be any
	code, _, _ = strings.Cut(code, "  #")
	return fmt.Sprintf("%2d %s", n, text.Truncate(strings.TrimSpace(code), longest))
}

// noTrace says why programs could not be traced.
func noTrace(err error) string {
	if _, ok := errors.AsType[*trace.NoPythonError](err); ok {
		return "Python n'est pas disponible ici"
	}
	if why, ok := errors.AsType[*syscalls.UnavailableError](err); ok {
		return strings.TrimSuffix(trace.WhyText(why), ".")
	}
	return fault.Cause(err)
}
