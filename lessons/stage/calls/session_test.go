package calls

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/probetest"
	"labo/probe/syscalls"
)

func TestMain(m *testing.M) {
	syscalls.Helper()
	os.Exit(m.Run())
}

// traceOf runs a Python program to its end.
func traceOf(t *testing.T, how trace.How, content string) []*trace.Report {
	t.Helper()
	probetest.Need(t, "python3")
	file := filepath.Join(t.TempDir(), "programme.py")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	command, err := trace.Resolve([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	session, err := trace.Start(t.Context(), []*trace.Command{command},
		trace.Options{How: how, Files: func(int) [3]*os.File { return [3]*os.File{null, null, null} }})
	if err != nil {
		t.Fatal(err)
	}
	results, err := session.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return []*trace.Report{session.Programs[0].Report(&results[0])}
}

// What Python told is not said of the kernel.
func TestJournalIsNotTheKernel(t *testing.T) {
	reports := traceOf(t, trace.Python, "import socket\ns = socket.socket()\ns.bind((\"127.0.0.1\", 0))\ns.listen(1)\ns.settimeout(0.01)\n"+
		"try:\n    s.accept()\nexcept OSError:\n    s.close()\n")
	for name, page := range map[string][]string{"summary": Draw("resume", Style{Width: 100}, reports), "listing": Draw("lignes", Style{Width: 100}, reports)} {
		said := strings.Join(page, "\n")
		if !strings.Contains(said, "Appels Python") {
			t.Errorf("the %s does not say whose word it is:\n%s", name, said)
		}
		for _, claim := range []string{"bloqué", "noyau :", "dans le noyau", "noyau, juste", " noyau  "} {
			if strings.Contains(said, claim) {
				t.Errorf("the %s speaks of the kernel, which nobody watched, with %q:\n%s", name, claim, said)
			}
		}
	}
}

// A program without a call, but the one that ends it.
func TestSummaryOfASilentProgram(t *testing.T) {
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "the journal tells no exit_group()")
	}
	said := strings.Join(Draw("resume", Style{Width: 80}, traceOf(t, trace.Best, "x = 1\n")), "\n")
	for _, want := range []string{"programme.py : aucune ligne n'a appelé le système", "Exécutées sans appeler le système : 1.", "exit_group"} {
		if !strings.Contains(strings.ReplaceAll(said, text.NBSP, " "), want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	if !regexp.MustCompile(`(?m)^exit_group +1 +—$`).MatchString(said) {
		t.Errorf("a call that never returns has a duration:\n%s", said)
	}
}
