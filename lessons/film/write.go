package film

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"
)

// Writer records a film. Its methods may be called by several goroutines.
type Writer struct {
	mu    sync.Mutex
	begun time.Time
	file  *os.File
	tell  func(error) // told once, when nothing more can be written
	err   error
}

// Create begins a film in a file that does not exist yet. What cannot be
// written later is told once to tell, which may be nil, and the lesson goes on.
// The error is [fs.ErrExist], or that of the file.
func Create(path string, h Head, tell func(error)) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	h.Format = format
	w := &Writer{begun: h.At, file: f, tell: tell}
	if h.At.IsZero() {
		w.begun = time.Now()
	}
	h.At = w.begun.Round(0).Truncate(time.Microsecond)
	if w.line(h); w.err != nil {
		err := w.err
		f.Close()
		os.Remove(path) // made just now
		return nil, err
	}
	return w, nil
}

// Write adds a record, at the present moment where it has none.
func (w *Writer) Write(r Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.Micros == 0 {
		r.Micros = time.Since(w.begun).Microseconds()
	}
	w.line(r)
}

// line writes one line, in one write(2): what a process has written stays when
// it is killed.
func (w *Writer) line(v any) {
	if w.err != nil {
		return
	}
	line, err := Line(v)
	if err == nil {
		_, err = w.file.Write(line)
	}
	if w.err = err; err != nil && w.tell != nil {
		w.tell(err)
	}
}

// Line returns the line of a [Head] or of a [Record]. A record that was read is
// written as it stood, with what this release does not know.
func Line(v any) ([]byte, error) {
	if r, ok := v.(Record); ok && r.line != nil {
		return append(bytes.Clone(r.line), '\n'), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b) // <, > and & are escaped: a film may stand in a page
	err := e.Encode(v)
	return b.Bytes(), err
}

// Close ends the film.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if errors.Is(w.err, fs.ErrClosed) {
		return nil
	}
	w.line(Record{Micros: time.Since(w.begun).Microseconds(), Kind: Over})
	err := errors.Join(w.err, w.file.Close())
	w.err, w.tell = fs.ErrClosed, nil
	return err
}
