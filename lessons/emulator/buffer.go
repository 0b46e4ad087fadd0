package emulator

import (
	"sync"

	"github.com/charmbracelet/x/ansi"
	"github.com/gdamore/tcell/v3/vt"
)

// buffer is one of the two screens of a terminal.
type buffer struct {
	term   vt.MockTerm
	answer sync.WaitGroup
}

func (t *Terminal) newPage() *buffer {
	p := &buffer{term: vt.NewMockTerm(vt.MockOptSize{X: vt.Col(t.width), Y: vt.Row(t.height)})}
	p.term.Start()
	p.term.Write([]byte(ansi.SaveCursor)) // restoring what was never saved is a panic in tcell v3.3.0
	p.answer.Go(func() {
		buf := make([]byte, 256)
		for {
			n, err := p.term.Read(buf)
			if err != nil {
				return
			}
			if _, err := t.answers.Write(buf[:n]); err != nil {
				return
			}
		}
	})
	return p
}

func (p *buffer) close() {
	p.term.Close()
	p.answer.Wait()
}
