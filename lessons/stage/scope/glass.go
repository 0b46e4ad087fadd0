package scope

import (
	"bytes"
	"slices"
	"sync"

	"labo/lessons/emulator"
)

// glass is the terminal of one program. When its size changes, what the program
// wrote is written anew: its lines break where the new width wants, and those
// that had left the screen come back when it grows.
type glass struct {
	mu   sync.Mutex
	term *emulator.Terminal
	kept []byte // the end of what was written, from the beginning of a line
}

// keptBytes is more than any screen holds of a program that writes lines.
const keptBytes = 32 << 10

func newPage() *glass {
	p := &glass{}
	p.resize(80, 24)
	return p
}

// Write takes what the program wrote, a little at a time: whoever looks at the
// glass does not wait for the whole of it.
func (p *glass) Write(b []byte) (int, error) {
	for part := range slices.Chunk(b, 1<<10) {
		p.take(part)
	}
	return len(b), nil
}

func (p *glass) take(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept = append(p.kept, b...)
	if over := len(p.kept) - keptBytes; over > 0 {
		if line := bytes.IndexByte(p.kept[over:], '\n'); line >= 0 {
			over += line + 1
		}
		p.kept = append(p.kept[:0], p.kept[over:]...)
	}
	p.term.Write(b)
}

func (p *glass) resize(width, height int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.term != nil {
		p.term.Close()
	}
	p.term = emulator.New(width, height, nil)
	p.term.Write([]byte("\x1b[?2027h")) // characters made of several are drawn as one
	p.term.Write(p.kept)
}

func (p *glass) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.term.Close()
}

// view returns the rows and where the cursor is in them.
func (p *glass) view() (rows []string, x, y int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x, y = p.term.Cursor()
	return p.term.Lines(), x, y
}
