package runner

import (
	"io"
)

// Type types a line on the program's stdin, as a person would. It never
// blocks: a program that does not read keeps its lines waiting.
func (p *Process) Type(line string) { p.put(line + "\n") }

// EndInput ends the program's stdin: Ctrl+D.
func (p *Process) EndInput() { p.put(endOfInput) }

const (
	endOfInput = "\x00end"
	ctrlD      = "\x04"
)

func (p *Process) put(s string) {
	p.untyped.Add(1)
	select {
	case p.typed <- s:
	default: // 64 lines that nobody reads
		p.untyped.Add(-1)
	}
}

// typist writes what is typed, until the program ends.
func (p *Process) typist() {
	closed := false
	defer func() {
		if !closed && !p.tty {
			p.input.Close()
		}
	}()
	for {
		select {
		case <-p.done:
			return
		case s := <-p.typed:
			switch {
			case closed:
			case s != endOfInput:
				io.WriteString(p.input, s) // a program that has ended reads nothing: no fault
			case p.tty:
				io.WriteString(p.input, ctrlD)
			default:
				p.input.Close()
				closed = true
			}
			p.untyped.Add(-1)
		}
	}
}
