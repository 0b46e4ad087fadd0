// Package paint decides every colour of labo, in one file.
//
// Three rules. Only the sixteen standard colours, so that the reader's own
// theme rules. Never a hue together with bold: many terminals show that as the
// bright hue, and bright yellow or cyan cannot be read on white. Never colour
// alone: whoever paints a word also has the word (or a sign) say it.
//
// Blue is left out (unreadable on black in many themes), and so are white,
// black and the bright hues (each vanishes on some background), but for [Paper],
// which has both.
package paint

import (
	"slices"

	"github.com/fatih/color"

	"labo/probe"
)

// Role is what a piece of text is; it alone decides how the text looks.
type Role uint8

const (
	Plain     Role = iota
	Client         // who connects
	Server         // who listens
	Kernel         // the operating system
	Waiting        // states that wait for the other side to begin: LISTEN, SYN-SENT
	Alive          // ESTABLISHED
	Closing        // one side has said goodbye: FIN-WAIT, CLOSE-WAIT
	Lingering      // nothing left but a memory: TIME-WAIT
	Title          // the heading of a block
	Key            // a key to press
	Good           // it worked, it is as predicted
	Bad            // it failed
	Faint          // may be skipped when reading
	Strong         // must not be missed
	Source         // where a measurement comes from
	Changed        // appeared or changed a moment ago
	Gone           // disappeared a moment ago
	Dark           // nothing: a black wall
	Paper          // a code that a camera reads: black on white whatever the theme
	roleCount
)

var looks = [roleCount][]color.Attribute{
	Plain:     nil,
	Client:    {color.FgCyan},
	Server:    {color.FgMagenta},
	Kernel:    {color.FgYellow},
	Waiting:   {color.Bold},
	Alive:     {color.FgGreen},
	Closing:   {color.FgRed},
	Lingering: {color.Faint},
	Title:     {color.Bold, color.Underline},
	Key:       {color.ReverseVideo},
	Good:      {color.FgGreen},
	Bad:       {color.FgRed},
	Faint:     {color.Faint},
	Strong:    {color.Bold},
	Source:    {color.Faint},
	Changed:   {color.ReverseVideo},
	Gone:      {color.Faint, color.CrossedOut},
	Dark:      {color.BgBlack},
	Paper:     {color.FgBlack, color.BgHiWhite},
}

// Palette paints text by what it is. The zero Palette adds nothing: it is the
// palette of NO_COLOR, of a pipe and of files.
type Palette struct {
	styles *[roleCount]*color.Color // nil: no colour
}

// contrast are the looks for a projector: ink and paper only, whichever is
// the dark one. No hue, for a beamer washes it out on one background or the
// other, and nothing faint. Words and signs tell what colours told.
var contrast = [roleCount][]color.Attribute{
	Waiting: {color.Bold},
	Alive:   {color.Bold},
	Closing: {color.Bold, color.Underline},
	Title:   {color.Bold, color.Underline},
	Key:     {color.ReverseVideo},
	Good:    {color.Bold},
	Bad:     {color.Bold},
	Strong:  {color.Bold},
	Changed: {color.ReverseVideo},
	Gone:    {color.CrossedOut},
	Dark:    {color.BgBlack},
	Paper:   {color.FgBlack, color.BgHiWhite},
}

// Contrast returns the palette for a projector; no colour stays no colour.
func (p Palette) Contrast() Palette {
	if !p.Colour() {
		return p
	}
	return of(&contrast)
}

// Undimmed returns the palette with nothing faint; no colour stays no colour.
func (p Palette) Undimmed() Palette {
	if !p.Colour() {
		return p
	}
	var undimmed [roleCount][]color.Attribute
	for role, look := range looks {
		undimmed[role] = slices.DeleteFunc(slices.Clone(look), func(a color.Attribute) bool { return a == color.Faint })
	}
	return of(&undimmed)
}

// New returns the palette with or without colour. It neither reads nor changes
// any global state: whether the screen wants colour is the caller's to know.
func New(colour bool) Palette {
	if !colour {
		return Palette{}
	}
	return of(&looks)
}

// of returns the palette of some looks.
func of(looks *[roleCount][]color.Attribute) Palette {
	var styles [roleCount]*color.Color
	for role, look := range looks {
		if len(look) == 0 {
			continue
		}
		styles[role] = color.New(look...)
		styles[role].EnableColor()
	}
	return Palette{&styles}
}

// Colour reports whether the palette adds anything.
func (p Palette) Colour() bool { return p.styles != nil }

// Paint returns s as the role looks. Painted text must not be painted again:
// the inner end would end the outer colour.
func (p Palette) Paint(role Role, s string) string {
	if p.styles == nil || role >= roleCount || p.styles[role] == nil || s == "" {
		return s
	}
	return p.styles[role].Sprint(s)
}

// Client paints what belongs to who connects.
func (p Palette) Client(s string) string { return p.Paint(Client, s) }

// Server paints what belongs to who listens.
func (p Palette) Server(s string) string { return p.Paint(Server, s) }

// Kernel paints what belongs to the operating system.
func (p Palette) Kernel(s string) string { return p.Paint(Kernel, s) }

// Waiting paints a state that waits for the other side.
func (p Palette) Waiting(s string) string { return p.Paint(Waiting, s) }

// Alive paints the state of an open connection.
func (p Palette) Alive(s string) string { return p.Paint(Alive, s) }

// Closing paints a state in which one side has said goodbye.
func (p Palette) Closing(s string) string { return p.Paint(Closing, s) }

// Lingering paints a state that is only a memory.
func (p Palette) Lingering(s string) string { return p.Paint(Lingering, s) }

// Title paints the heading of a block.
func (p Palette) Title(s string) string { return p.Paint(Title, s) }

// Key paints the name of a key to press.
func (p Palette) Key(s string) string { return p.Paint(Key, s) }

// Good paints what worked.
func (p Palette) Good(s string) string { return p.Paint(Good, s) }

// Bad paints what failed.
func (p Palette) Bad(s string) string { return p.Paint(Bad, s) }

// Faint paints what may be skipped.
func (p Palette) Faint(s string) string { return p.Paint(Faint, s) }

// Strong paints what must not be missed.
func (p Palette) Strong(s string) string { return p.Paint(Strong, s) }

// Source paints where a measurement comes from.
func (p Palette) Source(s string) string { return p.Paint(Source, s) }

// State paints s, the name of st, by the meaning of the state.
func (p Palette) State(st probe.State, s string) string { return p.Paint(StateRole(st), s) }

// StateRole returns the meaning of a state: [Waiting], [Alive], [Closing] or
// [Lingering]; [Plain] for a state it does not know.
func StateRole(st probe.State) Role {
	switch st {
	case probe.Bound, probe.Listen, probe.SynSent, probe.SynReceived:
		return Waiting
	case probe.Established:
		return Alive
	case probe.FinWait1, probe.FinWait2, probe.CloseWait, probe.Closing, probe.LastAck:
		return Closing
	case probe.TimeWait, probe.Closed:
		return Lingering
	}
	return Plain
}
