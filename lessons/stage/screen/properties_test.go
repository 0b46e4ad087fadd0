package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"labo/lessons/lessontest/recording"
	"labo/lessons/prose"
	"labo/lessons/text"
)

// What is true of every scene on every screen.

// checkScreen holds what is true of one screen: nothing beyond its edge, no
// line cut, the keys of the moment with their words, and the table hidden from
// who predicts.
func (p *played) checkScreen(l look) {
	p.t.Helper()
	fail := func(format string, args ...any) {
		p.t.Helper()
		p.t.Errorf(format+"\n%s", append(args, strings.Join(l.lines, "\n"))...)
	}
	if len(l.lines) != l.height {
		fail("%d lines on a screen of %d", len(l.lines), l.height)
	}
	for _, line := range l.lines {
		if n := text.Width(line); n > l.width {
			fail("%d cells on a screen of %d: %q", n, l.width, line)
		}
	}
	for i, got := range l.text {
		if want := l.said[l.from+i]; strings.TrimSpace(got) != strings.TrimSpace(want) {
			fail("a line is cut: %q, of %q", got, want)
		}
	}
	footer := l.lines[len(l.lines)-1]
	keys := l.keys
	if l.moves {
		keys = append(slices.Clone(keys), [2]string{"q", ""}, [2]string{"?", "aide"})
	}
	for _, k := range keys {
		if want := strings.TrimRight(" "+k[0]+"  "+k[1], " "); !strings.Contains(footer+" ", want) {
			fail("the key %q is not in the footer", want)
		}
	}
	if l.asks {
		panel := strings.Join(l.panel, "\n")
		for _, s := range p.table {
			for _, answer := range []string{s.State.String(), fmt.Sprint(":", s.Local.Port())} {
				if strings.Contains(panel, answer) {
					fail("the panel shows %q during a prediction", answer)
				}
			}
		}
	}
}

// readWhole holds that all that was said was on screen, with no word cut, in
// the text that the scene has now.
func (p *played) readWhole() {
	p.t.Helper()
	if !p.class { // before a class, what was said is set anew when a table takes rows
		said := p.look().said
		for i, line := range said {
			if _, ok := p.rows[i]; !ok && line != "" {
				p.t.Errorf("line %d of %d was never on screen: %q", i, len(said), line)
			}
			p.read.WriteString(p.rows[i] + " ")
		}
	}
	words := read(p.read.String())
	has := func(what string) {
		p.t.Helper()
		if !strings.Contains(words, read(text.French(what))) {
			p.t.Errorf("%q cannot be read in\n%s", read(what), words)
		}
	}
	for _, c := range p.scene.Calls {
		blocks, options := c.Prose, []prose.Option(nil)
		if c.Kind == recording.Ask {
			blocks, options = c.Question.Blocks, c.Question.Options
		}
		for _, b := range blocks {
			for _, spans := range append(b.Items, b.Spans) {
				has(prose.Text(spans))
			}
			for _, line := range b.Lines {
				has(text.Visible(line))
			}
		}
		for _, o := range options {
			has(prose.Text(o.Spans))
		}
		switch {
		case c.Kind == recording.Answer:
			has(text.Visible(c.Measured))
		case c.Kind == recording.Event:
			has(text.Visible(c.Event.Detail))
		case c.Kind == recording.Evidence:
			for _, v := range c.Evidence.Values {
				has(text.Visible(v.Text))
			}
		}
	}
}

// read is what is read of a text: its words, without what wrapping and the bar
// of a program add, nor the address that a narrow column leaves out.
func read(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer(text.NBSP, " ", "│", " ", "127.0.0.1:", ":").Replace(s)), " ")
}

// Where a page has no room at all, the text is still cut into pages that end.
func TestPagesWithoutRoomEnd(t *testing.T) {
	m, _ := asked(true)
	w := m.window.(*pages)
	for _, height := range []int{-1, 0, 1} {
		if all := w.all(height); len(all) == 0 || len(all) > 2*len(m.journal.lines) {
			t.Errorf("%d pages of %d lines", len(all), len(m.journal.lines))
		}
		w.split(0, 0, len(m.journal.lines), height)
	}
}
