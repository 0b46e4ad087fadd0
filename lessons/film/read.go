package film

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"labo/lessons/scene"
	"labo/probe/files"
)

// Bounds of a film that is read. What is beyond is left out and counted.
const (
	maxBytes   = 256 << 20
	maxLine    = 4 << 20
	maxRecords = 1 << 20
)

var (
	// ErrNoFilm: the file is no film of labo.
	ErrNoFilm = errors.New("no film")
	// ErrTooLarge: it is larger than any film that labo makes.
	ErrTooLarge = files.ErrTooLarge
)

// NewerError: the film is of a release that means other things by its lines.
type NewerError struct{ Format int }

func (e *NewerError) Error() string { return fmt.Sprintf("film of format %d", e.Format) }

// Open reads the film of a file. The errors are those of [read] and of the file.
func Open(path string) (*Film, error) {
	f, err := files.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return read(f)
}

// read reads a film. Whatever is in it, every text of the film that it returns
// is visible, every index is within its list, and lists are bounded. The errors
// are [ErrNoFilm], [ErrTooLarge], a [*NewerError], and those of r.
func read(r io.Reader) (*Film, error) {
	lines := bufio.NewReaderSize(&io.LimitedReader{R: r, N: maxBytes}, 64<<10)
	first, whole, err := next(lines)
	if err != nil && len(first) == 0 && !errors.Is(err, io.EOF) {
		return nil, err
	}
	f := &Film{head: first, Cut: !whole}
	if json.Unmarshal(first, &f.Head) != nil || f.Format < 1 {
		return nil, ErrNoFilm
	}
	if f.Format > format {
		return nil, &NewerError{f.Format}
	}
	f.Head.clean()
	var d Decoder
	for over := false; whole; {
		var line []byte
		if line, whole, err = next(lines); len(line) == 0 {
			if !whole {
				f.Cut = !over
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
			continue
		}
		if len(f.Records) == maxRecords {
			return nil, ErrTooLarge
		}
		rec, ok := d.Decode(line)
		switch {
		case !whole: // its end was never written
			f.Cut = true
		case !ok:
			f.Lost++
		default:
			over = rec.Kind == Over
			if rec.Evidence != nil {
				rec.Evidence.Checks = nil // nothing can still show it: a view says when it was true
			}
			f.Records = append(f.Records, rec)
		}
	}
	return f, nil
}

// next returns a line without its end, and whether it had one. A line too long
// to be labo's is passed over.
func next(r *bufio.Reader) (line []byte, whole bool, err error) {
	var b bytes.Buffer
	for {
		part, err := r.ReadSlice('\n')
		if b.Len() <= maxLine {
			b.Write(part)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		line := bytes.TrimSpace(b.Bytes())
		if b.Len() > maxLine {
			line = []byte("null") // no record
		}
		return line, err == nil, err
	}
}

// WriteTo writes the film as it was read, with what this release does not know.
func (f *Film) WriteTo(w io.Writer) (n int64, err error) {
	write := func(line []byte) {
		if err == nil {
			var k int
			k, err = w.Write(line)
			n += int64(k)
		}
	}
	head := append(bytes.Clone(f.head), '\n')
	if f.head == nil {
		if head, err = Line(f.Head); err != nil {
			return 0, err
		}
	}
	write(head)
	for _, r := range f.Records {
		line, e := Line(r)
		if e != nil {
			return n, e
		}
		write(line)
	}
	return n, err
}

// Decoder reads the lines of a film after the first, in order: it knows what
// those before say.
type Decoder struct {
	asked    *scene.Question // in this scene
	ballot   *Ballot         // on asked
	programs map[int]*Program
	micros   int64
}

// Decode reads a line, and makes of it what a view may show: see [read]. ok is
// false for what is no record.
func (d *Decoder) Decode(line []byte) (r Record, ok bool) {
	r.line = line
	return r, json.Unmarshal(line, &r) == nil && d.clean(&r)
}

// Take is [Decoder.Decode] of the line that a record would be. Sockets, which come
// often and by the hundred, are made visible without being written and read.
func (d *Decoder) Take(r Record) (Record, bool) {
	if r.Kind == Port && r.Port != nil {
		p := *r.Port
		p.Sockets, p.Notes = slices.Clone(p.Sockets), slices.Clone(p.Notes)
		r.Port = &p
		return r, d.clean(&r)
	}
	line, err := Line(r)
	if err != nil {
		return r, false
	}
	return d.Decode(line)
}
