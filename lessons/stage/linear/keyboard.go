package linear

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/muesli/cancelreader"
	"golang.org/x/term"
)

// maxLine bounds one typed line, in bytes: more is cut.
const maxLine = 64 << 10

// Reaction is less than anybody needs to read a question and press a key. A
// line that comes sooner after the question was meant for what was there
// before: it was typed ahead, or Enter bounced, or is held down.
const Reaction = 80 * time.Millisecond

// Keyboard reads lines from an input, one at a time, and can be left at any
// moment.
//
// On a terminal it notes when each line was typed, so that [Keyboard.Ask] can
// leave out what was typed before its question was shown. (tcflush(3) is no
// way: it takes away what epoll has just promised to cancelreader, whose read
// then waits for ever.) It reads a pipe only from the first time a line is
// wanted, and takes its lines as they come.
type Keyboard struct {
	in       cancelreader.CancelReader
	terminal bool
	wanted   chan struct{} // nil: lines are read as they are typed; else each when it is wanted
	read     chan typed    // from the reader
	lines    chan typed    // to whoever wants one
	stop     chan struct{}
	ended    sync.WaitGroup
	once     *sync.Once
	from     io.Reader // what in reads, where it can be left to somebody else
}

// openKeys returns what to read from, and whether a read that waits there can
// be ended: then it may wait ahead of time, for it takes nothing from whoever
// reads next.
var openKeys = func(in io.Reader) (keys cancelreader.CancelReader, endable bool, err error) {
	keys, err = cancelreader.NewReader(in)
	return keys, true, err
}

// typed is a line without its end, and when it came.
type typed struct {
	text string
	at   time.Time
}

// neverWaits reports whether in is a file whose reads return at once: a regular
// one, or /dev/null.
func neverWaits(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok || term.IsTerminal(int(f.Fd())) {
		return false
	}
	info, err := f.Stat()
	return err == nil && (info.Mode().IsRegular() || info.Mode()&os.ModeCharDevice != 0)
}

// NewKeyboard returns a keyboard on in. Close it.
func NewKeyboard(in io.Reader) (*Keyboard, error) {
	from := in
	if neverWaits(in) { // epoll(7) refuses it, and no read of it needs to be left
		from = struct{ io.Reader }{in}
	}
	keys, endable, err := openKeys(from)
	if err != nil {
		return nil, err
	}
	k := &Keyboard{in: keys, read: make(chan typed), lines: make(chan typed), stop: make(chan struct{}), once: new(sync.Once)}
	if !endable {
		k.wanted = make(chan struct{})
	}
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		k.terminal, k.from = true, in
		k.start()
	}
	return k, nil
}

func (k *Keyboard) start() {
	k.once.Do(func() {
		k.ended.Go(k.listen)
		k.ended.Go(k.keep)
	})
}

// listen reads lines as they are typed until the end of input, then closes the
// channel.
func (k *Keyboard) listen() {
	defer close(k.read)
	r := bufio.NewReaderSize(k.in, maxLine)
	for {
		if k.wanted != nil {
			select {
			case <-k.wanted:
			case <-k.stop:
				return
			}
		}
		b, isPrefix, err := r.ReadLine()
		if err != nil {
			return
		}
		line := typed{strings.ToValidUTF8(string(b), "\ufffd"), time.Now()}
		for isPrefix && err == nil {
			_, isPrefix, err = r.ReadLine()
		}
		select {
		case k.read <- line:
		case <-k.stop:
			return
		}
	}
}

// keep holds the lines until they are wanted, so that listen is never late for
// the next one.
func (k *Keyboard) keep() {
	defer close(k.lines)
	const most = 1000 // lines that nobody wants
	var queue []typed
	in := k.read
	for in != nil || len(queue) > 0 {
		var out chan typed
		var next typed
		if len(queue) > 0 {
			out, next = k.lines, queue[0]
		}
		from := in
		if len(queue) >= most {
			from = nil
		}
		select {
		case line, ok := <-from:
			if !ok {
				in = nil
				continue
			}
			queue = append(queue, line)
		case out <- next:
			queue = queue[1:]
		case <-k.stop:
			return
		}
	}
}

// Line returns the next line without its end, io.EOF at the end of input, or
// ctx.Err().
func (k *Keyboard) Line(ctx context.Context) (string, error) {
	line, err := k.next(ctx)
	return line.text, err
}

func (k *Keyboard) next(ctx context.Context) (typed, error) {
	k.start()
	for wanted := k.wanted; ; {
		select {
		case line, ok := <-k.lines:
			if !ok {
				return typed{}, io.EOF
			}
			return line, nil
		case wanted <- struct{}{}:
			wanted = nil
		case <-ctx.Done():
			return typed{}, ctx.Err()
		}
	}
}

// Ask writes a question and is [Keyboard.Line] for its answer: on a terminal,
// what was typed before is no answer and is left out, but for the wish to quit.
func (k *Keyboard) Ask(ctx context.Context, out io.Writer, question string) (string, error) {
	fmt.Fprint(out, question)
	asked := k.asks()
	for {
		shown := asked.since
		line, err := k.next(ctx)
		if err != nil || asked.answeredBy(line) {
			return line.text, err
		}
		if line.at.After(shown) { // the terminal has gone to the next line
			fmt.Fprint(out, question)
		}
	}
}

// follow is [Keyboard.Ask] that takes what was typed ahead.
func (k *Keyboard) follow(ctx context.Context, out io.Writer, question string) (string, error) {
	fmt.Fprint(out, question)
	return k.Line(ctx)
}

// asks returns a prompt that has just been shown.
func (k *Keyboard) asks() prompt { return prompt{k.terminal, time.Now()} }

// prompt is a question on screen: since when it has been there, or since when
// no line has come too early.
type prompt struct {
	terminal bool
	since    time.Time
}

// answeredBy reports whether a line can be meant for the prompt.
func (q *prompt) answeredBy(line typed) bool {
	if !q.terminal || line.at.Sub(q.since) >= Reaction || quits(line.text) {
		return true
	}
	if line.at.After(q.since) {
		q.since = line.at // as long as Enter is held down
	}
	return false
}

// lend leaves the keyboard to somebody else while f runs: nothing is read
// meanwhile, where that can be.
func (k *Keyboard) lend(f func() error) error {
	if k.wanted != nil || k.from == nil {
		return f() // it reads only when asked to
	}
	started := true
	k.once.Do(func() { started = false })
	close(k.stop)
	if k.in.Cancel() && started {
		k.ended.Wait()
	}
	k.in.Close()
	err := f()
	keys, _, openErr := openKeys(k.from)
	if openErr != nil {
		return openErr
	}
	k.in, k.read, k.lines, k.stop, k.once = keys, make(chan typed), make(chan typed), make(chan struct{}), new(sync.Once)
	k.start()
	return err
}

// Close stops reading. Where the input cannot be interrupted (a pipe on some
// systems), the reader is left to end with the process.
func (k *Keyboard) Close() error {
	close(k.stop)
	started := true
	k.once.Do(func() { started = false })
	if k.in.Cancel() && started {
		k.ended.Wait()
	}
	return k.in.Close()
}
