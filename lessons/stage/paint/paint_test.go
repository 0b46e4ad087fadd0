package paint

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/fatih/color"

	"labo/probe"
)

func TestWithoutColourNothingIsAdded(t *testing.T) {
	for _, p := range []Palette{{}, New(false)} {
		for role := range roleCount {
			if got := p.Paint(role, "texte é"); got != "texte é" {
				t.Errorf("role %d: %q", role, got)
			}
		}
		if p.Colour() {
			t.Error("Colour() is true")
		}
	}
}

func TestWithColourOnlyTheTextRemainsOnceStripped(t *testing.T) {
	p := New(true)
	for role := range roleCount {
		got := p.Paint(role, "texte é")
		if ansi.Strip(got) != "texte é" {
			t.Errorf("role %d: %q", role, got)
		}
		if role != Plain && !strings.HasPrefix(got, "\x1b[") {
			t.Errorf("role %d has no look: %q", role, got)
		}
		if p.Paint(role, "") != "" {
			t.Errorf("role %d paints nothing", role)
		}
	}
}

// The environment and fatih/color's globals are the screen's affair, not the
// palette's: a test or a pipe must not change what New(true) gives.
func TestGlobalsDoNotDecide(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	old := color.NoColor
	defer func() { color.NoColor = old }()
	color.NoColor = true
	if got := New(true).Good("oui"); got == "oui" {
		t.Error("New(true) obeyed a global")
	}
	color.NoColor = false
	if got := New(false).Good("oui"); got != "oui" {
		t.Error("New(false) obeyed a global")
	}
	if color.NoColor {
		t.Error("New changed a global")
	}
}

func TestNoHueIsBoldOrUnreadable(t *testing.T) {
	for role, look := range looks {
		if Role(role) == Paper { // ink and paper both: no background shows
			continue
		}
		bold, hue := false, false
		for _, a := range look {
			bold = bold || a == color.Bold
			switch {
			case a == color.FgBlack, a == color.FgWhite, a == color.FgBlue, a >= color.FgHiBlack:
				t.Errorf("role %d: attribute %d cannot be read on some background", role, a)
			case a >= color.FgBlack:
				hue = true
			}
		}
		if bold && hue {
			t.Errorf("role %d: bold and a hue", role)
		}
	}
}

func TestEveryStateHasAMeaning(t *testing.T) {
	for _, s := range probe.States {
		if StateRole(s) == Plain {
			t.Errorf("%v has no meaning", s)
		}
	}
	if StateRole(probe.StateUnknown) != Plain {
		t.Error("the unknown state means something")
	}
}

func TestUndimmedIsNeverFaint(t *testing.T) {
	if p := New(false).Undimmed(); p.Colour() {
		t.Error("no colour became colour")
	}
	p, dimmed := New(true).Undimmed(), 0
	for role := range roleCount {
		got := p.Paint(role, "texte")
		if strings.Contains(got, "\x1b[2m") || strings.Contains(got, ";2m") || strings.Contains(got, "[2;") {
			t.Errorf("role %d is faint: %q", role, got)
		}
		if got != New(true).Paint(role, "texte") {
			dimmed++
		}
	}
	if dimmed != 4 {
		t.Errorf("%d looks changed, want those of Lingering, Faint, Source and Gone", dimmed)
	}
}
