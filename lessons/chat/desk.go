package chat

import "io"

// LineEditor is an input on which lines are typed below what is printed, such
// as lessons/stage/editor: the prompt and what has been typed stay at the
// bottom, and come back under each line that is printed. A two-way program
// that has one for its In expects it for its Out as well.
type LineEditor interface {
	io.ReadCloser // lines, each with its line feed; Close ends a Read
	io.Writer     // prints whole lines above the one being typed
	// Prompt shows the line being typed, until it is entered.
	Prompt(prompt string)
	// Mute takes that line away. What is typed is not shown any more, and
	// read as an empty line.
	Mute()
}

// desk is where one side of a two-way conversation is typed and shown.
type desk struct {
	*talk
	prompt string
	muted  bool // nothing more will be sent
}

// ask shows the prompt. Without an editor it is printed whenever the sheet's
// program prints it, even when nothing can be sent any more.
func (d *desk) ask() {
	switch e := d.keys.editor; {
	case e == nil:
		d.print(d.prompt)
	case !d.muted:
		e.Prompt(d.prompt)
	}
}

// mute notes that nothing more will be sent.
func (d *desk) mute() {
	d.muted = true
	if e := d.keys.editor; e != nil {
		e.Mute()
	}
}
