package verdict

import (
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"labo/lessons/check"
	"labo/lessons/check/runner"
	"labo/lessons/lessontest/golden"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// sample is a report with one of everything; its texts from outside are hostile.
func sample() *check.Report {
	finding := &check.Finding{
		Expected: "la ligne affichée est « [Client] bonjour 12 »", Actual: "elle est « [Client] b'bonjour 12' »", Variant: "octets",
		Diff: &check.Diff{Expected: []byte("[Client] bonjour 12"), Actual: []byte("[Client] b'bonjour 12'\x1b[31m"), At: 10},
		Evidence: check.Evidence{
			At: time.Date(2026, 1, 2, 14, 2, 7, 0, time.Local), Source: probe.SockDiag,
			Threads: probe.Known(3), CPU: probe.Known(0.987), Out: "une\ndeux\ntrois\nquatre\n\x1b[2Jcinq\n", OutTotal: 12345,
			Exit: &runner.Exit{Code: 1},
			Traceback: &check.Traceback{File: "/tp/serveur.py", Line: 26, Error: "OSError: [Errno 98]",
				Code: "serveur.bind(('localhost', 12345))  # \x1b]0;titre\x07"},
			Sockets: []probe.Socket{{Family: probe.TCP4, State: probe.CloseWait, Local: netip.MustParseAddrPort("127.0.0.1:12345"),
				Remote: netip.MustParseAddrPort("127.0.0.1:50000"), Owner: probe.Owner{Kind: probe.OwnerKernel}}},
		},
	}
	return &check.Report{
		File: "tp/serveur.py", Role: check.Server, Guessed: "d'après son nom", Port: 12345, Used: 12345, Seed: 7, Took: 3 * time.Second,
		Results: []check.Result{
			{Check: check.Check{ID: "demarre"}, Verdict: check.Passed},
			{Check: check.Check{ID: "message"}, Verdict: check.Failed, Finding: finding},
			{Check: check.Check{ID: "etiquette"}, Blocker: "message", Cause: "il faut d'abord réussir `message`"},
			{Check: check.Check{ID: "exit"}, Cause: "le programme s'est terminé avant"},
			{Check: check.Check{ID: "depart", Level: check.Challenge}, Verdict: check.Failed, Finding: &check.Finding{
				Expected: "il s'arrête", Actual: "le programme affiche sans fin", Variant: "boucle"}},
		},
	}
}

func draw(v View, r *check.Report) []string {
	lines := v.Head(*r)
	level := check.Level(255)
	for _, res := range r.Results {
		if res.Level != level {
			level = res.Level
			lines = append(lines, v.Level(level)...)
		}
		lines = append(lines, v.Result(res, r.File)...)
	}
	return append(lines, v.End(r)...)
}

//go:generate go test . -run TestReport -update

// views are the shortest and the longest report.
func views(width int) map[string]View {
	return map[string]View{"simple": {Width: width, Hint: -1}, "complet": {Width: width, Hint: 2, Details: true}}
}

// A report looks as agreed, and on other screens says the same.
func TestReport(t *testing.T) {
	for name, view := range views(80) {
		agreed := strings.Join(draw(view, sample()), "\n") + "\n"
		golden.Same(t, filepath.Join("testdata", name+".golden"), agreed)
		for width := 63; width <= 120; width++ { // on less, its line of code is cut
			if got := strings.Join(draw(views(width)[name], sample()), "\n"); golden.Words(got) != golden.Words(agreed) {
				t.Errorf("%s, %d cells wide, says otherwise:\n%s", name, width, got)
			}
		}
	}
}

// The command to copy names the program as a shell and labo take it.
func TestTheCommandForAHintIsWhole(t *testing.T) {
	for want, r := range map[string]*check.Report{
		"labo verifier serveur.py --x":                              {File: "serveur.py"},
		"labo verifier ./-tiret.py --x":                             {File: "-tiret.py"},
		"labo verifier \"mon serveur.py\" --x":                      {File: "mon serveur.py"},
		"labo verifier --x --role serveur -- ./mon-serveur \"a b\"": {Role: check.Server, Argv: []string{"./mon-serveur", "a b"}},
	} {
		if got := again(r, "--x"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Nothing is wider than the screen but a command to copy, and nothing from
// outside reaches the terminal as it is.
func TestReportFits(t *testing.T) {
	for width := 60; width <= 120; width += 5 {
		for _, colour := range []bool{false, true} {
			v := View{Palette: paint.New(colour), Width: width, Hint: 2, Details: true}
			before := sample()
			before.Results[1].Verdict = check.Passed
			for _, line := range append(draw(v, sample()), v.summary(sample(), before)...) {
				if text.Width(line) > width && !strings.Contains(line, "labo verifier") {
					t.Errorf("%d cells of %d: %q", text.Width(line), width, line)
				}
				for _, bad := range []string{"\x1b[2J", "\x1b]0;", "\x07"} {
					if strings.Contains(line, bad) {
						t.Errorf("hostile text came through: %q", line)
					}
				}
				if !colour && strings.Contains(line, "\x1b") {
					t.Errorf("a colour without colours: %q", line)
				}
			}
		}
	}
}

func TestChanges(t *testing.T) {
	v := View{Width: 80}
	before, after := sample(), sample()
	if lines := v.changes(nil, after); lines != nil {
		t.Errorf("changes since nothing: %q", lines)
	}
	if lines := strings.Join(v.changes(before, after), "\n"); !strings.Contains(lines, "Rien n'a changé") {
		t.Errorf("no change is drawn as %q", lines)
	}
	after.Results[1].Verdict, after.Results[2].Verdict, after.Results[0].Verdict = check.Passed, check.Passed, check.Failed
	got := strings.Join(v.changes(before, after), "\n")
	for _, want := range []string{"✓ réussi       message, etiquette", "✗ échoué       demarre"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestFit(t *testing.T) {
	lines := []string{"1", "2", "3", "4", "5"}
	if got := fit(lines, 5); len(got) != 5 {
		t.Errorf("%q", got)
	}
	if got := fit(lines, 3); len(got) != 3 || got[1] != "2" || !strings.Contains(got[2], "3") {
		t.Errorf("%q", got)
	}
}

// What a student reads begins with what failed; what could not be verified is one
// line for each reason.
func TestFeedback(t *testing.T) {
	r := sample()
	r.Results = append(r.Results, check.Result{Check: check.Check{ID: "plusieurs"}, Blocker: "message", Cause: "il faut d'abord réussir `message`"})
	got := strings.ReplaceAll(strings.Join(View{Width: 200, Hint: -1}.Feedback(r), "\n"), text.NBSP, " ")
	at := -1
	for _, want := range []string{"✗ échoué       message", "✓ réussi       demarre", "✗ échoué       depart",
		"– 2 points n'ont pas pu être vérifiés, parce qu'il faut d'abord réussir « message » : etiquette, plusieurs.",
		"– 1 point n'a pas pu être vérifié, parce que le programme s'est terminé avant : exit."} {
		if now := strings.Index(got, want); now <= at {
			t.Errorf("%q is not there, or not in its place:\n%s", want, got)
		} else {
			at = now
		}
	}
	if strings.Contains(got, "– non vérifié") {
		t.Errorf("not folded:\n%s", got)
	}
}
