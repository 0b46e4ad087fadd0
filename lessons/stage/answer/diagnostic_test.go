package answer

import (
	"bytes"
	"os"
	"testing"

	"labo/lessons/diagnostic"
	"labo/lessons/stage/paint"
)

// Where nothing is amiss, the whole is one screen, under the line that names
// labo and above the shell's.
func TestADiagnosisIsOneScreen(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("LABO_HOME", t.TempDir())
	terminal := diagnostic.Terminal{Is: true, Name: "xterm-256color", Columns: 80, Rows: 24, Color: true, Draws: true, Unicode: true}
	lines := 1
	for p := range diagnostic.Examine(t.Context(), diagnostic.Setting{Self: []string{self, "-test.run=^$"}, Port: 23456, Getenv: os.Getenv, Terminal: terminal}) {
		for i, f := range p.Findings {
			if f.Level != diagnostic.Told && f.Level != diagnostic.Fine {
				p.Findings[i] = diagnostic.Finding{Subject: f.Subject, Level: diagnostic.Fine, Said: "oui"}
			}
		}
		lines += bytes.Count(Diagnostic(paint.Palette{}, 80, p), []byte("\n"))
	}
	if lines > 23 {
		t.Errorf("%d lines", lines)
	}
}
