package linear

import (
	"bufio"
	"context"
	"io"
	"strings"
	"sync"

	"github.com/muesli/cancelreader"
)

// maxLine bounds one typed line, in bytes: more is cut.
const maxLine = 64 << 10

// Keyboard reads lines from an input, one at a time, and can be left at any
// moment. It reads only from the first time a line is wanted.
type Keyboard struct {
	in    cancelreader.CancelReader
	lines chan string
	stop  chan struct{}
	done  chan struct{}
	once  sync.Once
}

// NewKeyboard returns a keyboard on in. Close it.
func NewKeyboard(in io.Reader) (*Keyboard, error) {
	r, err := cancelreader.NewReader(in)
	if err != nil {
		return nil, err
	}
	return &Keyboard{in: r, lines: make(chan string), stop: make(chan struct{}), done: make(chan struct{})}, nil
}

func (k *Keyboard) start() { k.once.Do(func() { go k.read() }) }

// read hands over lines until the end of input, then closes the channel.
func (k *Keyboard) read() {
	defer close(k.done)
	defer close(k.lines)
	r := bufio.NewReaderSize(k.in, maxLine)
	for {
		b, isPrefix, err := r.ReadLine()
		if err != nil {
			return
		}
		line := string(b)
		for isPrefix && err == nil {
			_, isPrefix, err = r.ReadLine()
		}
		select {
		case k.lines <- strings.ToValidUTF8(line, "\ufffd"):
		case <-k.stop:
			return
		}
	}
}

// Line returns the next line without its end, io.EOF at the end of input, or
// ctx.Err().
func (k *Keyboard) Line(ctx context.Context) (string, error) {
	k.start()
	select {
	case line, ok := <-k.lines:
		if !ok {
			return "", io.EOF
		}
		return line, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Close stops reading. Where the input cannot be interrupted (a pipe on some
// systems), the reader is left to end with the process.
func (k *Keyboard) Close() error {
	close(k.stop)
	started := true
	k.once.Do(func() { started = false; close(k.done) })
	if k.in.Cancel() && started {
		<-k.done
	}
	return k.in.Close()
}
