package class

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/check"
	"labo/lessons/check/runner"
	"labo/probe/files"
)

// job is what a judging process is asked. Paths are bytes: JSON has text only.
type job struct {
	Program []byte
	Alone   bool
	Config  check.Config
	Try     bool // nothing is judged: is the port free here?
}

// Voice is how a judging process says things: what class knows no words for.
type Voice struct {
	Feedback func(*check.Report) []string                  // lines for the student
	Fault    func(error) (what, hint string, machine bool) // why a program was not judged
}

// Serve is a judging process: it reads a job, copies the program, judges the
// copy, writes the outcome and removes the copy. It stops when its input ends:
// whoever asked for it has ended, or wants no more.
func Serve(ctx context.Context, in io.Reader, out io.Writer, voice Voice) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var j job
	decoder := json.NewDecoder(in)
	if err := decoder.Decode(&j); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	if j.Try {
		o, err := j.try()
		return errors.Join(err, json.NewEncoder(out).Encode(o))
	}
	report, err := j.judge(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var o Outcome
	if err != nil {
		o.Fault, o.Hint, o.Machine = voice.Fault(err)
		return json.NewEncoder(out).Encode(o)
	}
	o.Feedback = voice.Feedback(report)
	o.Hindered = slices.ContainsFunc(report.Results, func(r check.Result) bool { return r.Machine != nil })
	document := report.Document(0)
	o.Judged = &document
	return json.NewEncoder(out).Encode(o)
}

// try has the port, and starts a Python that does nothing, as the judged are
// started. Error: that of the port.
func (j *job) try() (o Outcome, err error) {
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(j.Config.Port))))
	if err != nil {
		return o, err
	}
	defer l.Close()
	p, err := runner.Start(runner.Command{Argv: j.Config.Python.Isolated("-c", ""), Writable: []string{}, Among: 1}, nil)
	if err != nil {
		return o, nil // the judgements will say so
	}
	defer p.Stop()
	o.Held, _ = p.Limits()
	return o, nil
}

// judge judges a copy of the program.
func (j *job) judge(ctx context.Context) (*check.Report, error) {
	temp, err := files.NewTemp()
	if err != nil {
		return nil, err
	}
	defer closeTemp(temp)
	dir, err := filepath.EvalSymlinks(temp.Dir) // as programs will name it
	if err != nil {
		return nil, err
	}
	kept := filepath.Join(dir, "copie")
	if err := os.Mkdir(kept, 0o700); err != nil {
		return nil, err
	}
	c := j.Config
	if c.File, err = copyProgram(string(j.Program), kept, j.Alone); err != nil {
		return nil, &CopyError{File: filepath.Base(string(j.Program)), Err: err}
	}
	c.Kept = kept
	report, err := judgeAny(ctx, c)
	var busy *check.PortBusyError
	if errors.As(err, &busy) {
		if left := busy.Lingering(); left.Known && check.WaitFree(ctx, busy.Port, left.Value) == nil {
			report, err = judgeAny(ctx, c)
		}
	}
	if err != nil {
		return nil, err
	}
	forget(report, kept+string(filepath.Separator))
	return report, nil
}

// judgeAny judges those of the wanted checks that are for the program's role.
func judgeAny(ctx context.Context, c check.Config) (*check.Report, error) {
	for {
		report, err := check.Judge(ctx, c)
		unknown, ok := errors.AsType[*check.UnknownCheckError](err)
		if !ok || len(c.Only) < 2 {
			return report, err
		}
		c.Only = slices.DeleteFunc(slices.Clone(c.Only), func(id string) bool { return id == unknown.ID })
	}
}

// CopyError says that a program could not be copied, and so not judged.
type CopyError struct {
	File string
	Err  error // [errTooMuch] or that of a file
}

func (e *CopyError) Error() string { return "copy " + e.File + ": " + e.Err.Error() }
func (e *CopyError) Unwrap() error { return e.Err }

// TooMuch reports whether there was more to copy than an exercise has.
func (e *CopyError) TooMuch() bool { return errors.Is(e.Err, errTooMuch) }

// forget takes the folder of the copy out of all that a report says: the
// student has none of that name.
func forget(r *check.Report, folder string) {
	clean := func(all ...*string) {
		for _, s := range all {
			*s = strings.ReplaceAll(*s, folder, "")
		}
	}
	clean(&r.File)
	for i := range r.Results {
		f := r.Results[i].Finding
		if f == nil {
			continue
		}
		clean(&f.Actual, &f.Expected, &f.Cause, &f.Out, &f.Errors, &f.Limit)
		if f.Traceback != nil {
			clean(&f.Traceback.File, &f.Traceback.Error)
		}
	}
}

// closeTemp removes a copy, also where the program has locked a folder of its
// own: all of it is labo's, and no link is followed.
func closeTemp(temp *files.Temp) {
	for end := time.Now().Add(time.Second); temp.Close() != nil && time.Now().Before(end); {
		_ = filepath.WalkDir(temp.Dir, func(path string, e fs.DirEntry, _ error) error {
			if e != nil && e.IsDir() {
				_ = os.Chmod(path, 0o700)
			}
			return nil
		})
	}
}
