package calls

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"labo/lessons/lessontest/golden"
	"labo/lessons/lessontest/traced"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

//go:generate go test . -run TestViewsLookAsAgreed -update

func TestViewsLookAsAgreed(t *testing.T) {
	reports := traced.Story(t)
	const width = 80
	style := Style{Width: width, Explain: true}
	var out bytes.Buffer
	timeline := NewTimeline(&out)
	timeline.Width, timeline.Explain, timeline.Names = width, true, true
	Chronology(reports, func(int) int { return 0 }, timeline)
	for name, lines := range map[string][]string{
		"lignes": Draw("lignes", style, reports[:1]), "resume": Draw("resume", style, reports[:1]), "sequence": Draw("sequence", style, reports),
		"fil": strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"),
	} {
		var drawn strings.Builder
		for _, line := range lines {
			drawn.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		golden.Same(t, filepath.Join("testdata", name+".golden"), drawn.String())
	}
}

// Nothing is wider than asked for, whatever the programs say.
func TestViewsFit(t *testing.T) {
	reports := traced.Story(t)
	reports[0].Name = strings.Repeat("très long ", 20)
	for width := 40; width < 140; width += 7 {
		style := Style{Width: width, Explain: true, Palette: paint.New(true)}
		for name, lines := range map[string][]string{
			"lignes": Draw("lignes", style, reports[:1]), "resume": Draw("resume", style, reports[:1]), "sequence": Draw("sequence", style, reports)} {
			for _, line := range lines {
				if text.Width(line) > width {
					t.Errorf("%s at %d columns: %d cells: %q", name, width, text.Width(line), line)
				}
			}
		}
	}
}

// Bytes of the program never reach the screen as they are.
func TestHostileBytesAreShown(t *testing.T) {
	evil := "\x1b[2J\u202e\x07é\xff"
	e := traced.Call("/tmp/a.py", 1, 1, 1, traced.Data(&syscalls.Call{Name: "sendto", FD: 4, Asked: 5, Ret: 5}, evil))
	e.Thread = evil
	r := trace.NewRecord()
	r.Add(e)
	r.Add(&syscalls.Event{Kind: syscalls.Exec, PID: 10, TID: 10, Program: evil})
	report := &trace.Report{Name: evil, View: r.View(), Lines: true}
	var out bytes.Buffer
	Chronology([]*trace.Report{report}, func(int) int { return 0 }, NewTimeline(&out))
	style := Style{Width: 100, Explain: true}
	all := out.String() + strings.Join(Draw("lignes", style, []*trace.Report{report}), "") + strings.Join(Draw("resume", style, []*trace.Report{report}), "") +
		strings.Join(Draw("sequence", style, []*trace.Report{report}), "")
	if strings.ContainsAny(all, "\x1b\x07\u202e") || strings.Contains(all, "\xff") || !strings.Contains(all, "␛[2J") {
		t.Errorf("%q", all)
	}
}

// A program that turns in the same calls is counted, not written without end.
func TestTurnsAreCounted(t *testing.T) {
	var out bytes.Buffer
	timeline := NewTimeline(&out)
	for i := range 200_000 {
		timeline.Write("a", traced.Call("/tmp/a.py", 1+i%2, i, 0, traced.Data(&syscalls.Call{Name: "recvfrom", FD: 4, Asked: 5}, "")))
	}
	timeline.flush("a")
	if n := strings.Count(out.String(), "\n"); n > 4*repeatsShown {
		t.Errorf("%d lines written for a program that turns", n)
	}
	if !strings.Contains(out.String(), "encore 199"+text.NBSP+"980") {
		t.Errorf("the turns are not counted: %s", out.String())
	}
}
