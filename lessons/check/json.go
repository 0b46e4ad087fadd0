package check

import (
	"encoding/hex"
	"time"

	"labo/lessons/record"
	"labo/probe"
)

// Document is the JSON form of a [Report], version 1; docs/verifier.md says
// what each field means. Null is unknown, or not there.
type Document struct {
	Version    int           `json:"version"`
	File       string        `json:"file"`
	Command    []string      `json:"command"`
	Role       string        `json:"role"`
	Port       uint16        `json:"port"`
	PortUsed   *uint16       `json:"port_used"`
	Seed       uint64        `json:"seed"`
	At         string        `json:"judged_at"`
	TookMS     int64         `json:"took_ms"`
	Shadows    []string      `json:"shadows"`
	Checks     []CheckRecord `json:"checks"`
	Passed     int           `json:"passed"`
	Failed     int           `json:"failed"`
	NotChecked int           `json:"not_checked"`
}

// Documents is the JSON form of several reports.
type Documents struct {
	Version int        `json:"version"`
	Reports []Document `json:"reports"`
}

// CheckRecord is the JSON form of a [Result].
type CheckRecord struct {
	ID       string          `json:"id"`
	Title    string          `json:"title"`
	Level    string          `json:"level"`
	Verdict  string          `json:"verdict"`
	Remark   *string         `json:"remark"`
	Needs    []string        `json:"needs"`
	Cause    *string         `json:"cause"`
	Expected *string         `json:"expected"`
	Actual   *string         `json:"actual"`
	Why      *string         `json:"why"`
	Idea     *string         `json:"idea"`
	Evidence *EvidenceRecord `json:"evidence"`
	Hint     *string         `json:"hint"`
}

// EvidenceRecord is the JSON form of an [Evidence] with its [Diff].
type EvidenceRecord struct {
	At        string           `json:"at"`
	Source    string           `json:"source"`
	Sockets   []record.Socket  `json:"sockets"`
	Threads   *int             `json:"threads"`
	CPUShare  *float64         `json:"cpu_share"`
	ExitCode  *int             `json:"exit_code"`
	Signal    *int             `json:"signal"`
	Stdout    string           `json:"stdout"`
	StdoutLen int64            `json:"stdout_bytes"`
	Stderr    string           `json:"stderr"`
	Traceback *TracebackRecord `json:"traceback"`
	Waits     []waitRecord     `json:"waits"`
	Hidden    []hiddenRecord   `json:"hidden"`
	Limit     *string          `json:"limit"`
	Diff      *diffRecord      `json:"diff"`
}

// TracebackRecord is the JSON form of a [Traceback].
type TracebackRecord struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Code  string `json:"code"`
	Error string `json:"error"`
}

// waitRecord is the JSON form of a [Wait].
type waitRecord struct {
	TID   int    `json:"tid"`
	Call  string `json:"call"`
	Line  *int   `json:"line"`
	Words string `json:"words"`
}

// hiddenRecord is the JSON form of a [Hidden].
type hiddenRecord struct {
	Line   int    `json:"line"`
	Except int    `json:"except_line"`
	Error  string `json:"error"`
}

// diffRecord is the JSON form of a [Diff]: all bytes, in hexadecimal.
type diffRecord struct {
	Expected string `json:"expected_hex"`
	Actual   string `json:"actual_hex"`
	At       int    `json:"first_difference"`
}

// Document returns the JSON form of a report. hint is the degree of the hints,
// 0 to 2.
func (r *Report) Document(hint int) Document {
	d := Document{
		Version: 2, File: r.File, Command: r.Argv, Role: r.Role.String(), Port: r.Port, Seed: r.Seed,
		At: r.At.Format(time.RFC3339), TookMS: r.Took.Milliseconds(), Shadows: append([]string{}, r.Shadows...), Checks: []CheckRecord{},
	}
	if r.Used != 0 {
		d.PortUsed = &r.Used
	}
	for i := range r.Results {
		res := &r.Results[i]
		d.Checks = append(d.Checks, res.record(hint))
		switch res.Verdict {
		case Passed:
			d.Passed++
		case Failed:
			d.Failed++
		default:
			d.NotChecked++
		}
	}
	return d
}

func (r *Result) record(hint int) CheckRecord {
	c := CheckRecord{
		ID: r.ID, Title: WordsOf(r.ID, "").Title, Level: r.Level.String(), Verdict: r.Verdict.String(),
		Needs: append([]string{}, r.Needs...), Cause: some(r.Cause), Remark: some(r.Remark),
	}
	if f := r.Finding; f != nil {
		w := WordsOf(r.ID, f.Variant)
		c.Expected, c.Actual, c.Why = some(f.Expected), some(f.Actual), some(f.Cause)
		c.Idea, c.Hint = some(w.Idea), some(w.Hints[hint])
		c.Evidence = f.record()
	}
	return c
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func known[T any](m probe.Maybe[T]) *T {
	if !m.Known {
		return nil
	}
	return &m.Value
}

func (f *Finding) record() *EvidenceRecord {
	e := &EvidenceRecord{
		At: f.At.Format(time.RFC3339Nano), Source: f.Source.String(), Sockets: []record.Socket{},
		Threads: known(f.Threads), CPUShare: known(f.CPU), Stdout: f.Out, StdoutLen: f.OutTotal, Stderr: f.Errors,
		Limit: some(f.Limit), Waits: []waitRecord{}, Hidden: []hiddenRecord{},
	}
	for _, w := range f.Waits {
		r := waitRecord{TID: w.TID, Call: w.Call, Words: w.Words}
		if w.Line > 0 {
			r.Line = &w.Line
		}
		e.Waits = append(e.Waits, r)
	}
	for _, h := range f.Hidden {
		e.Hidden = append(e.Hidden, hiddenRecord(h))
	}
	if f.Exit != nil {
		if f.Exit.Signal != 0 {
			n := int(f.Exit.Signal)
			e.Signal = &n
		} else {
			e.ExitCode = &f.Exit.Code
		}
	}
	for i := range f.Sockets {
		e.Sockets = append(e.Sockets, record.Of(&f.Sockets[i]))
	}
	if tb := f.Traceback; tb != nil {
		e.Traceback = &TracebackRecord{File: tb.File, Line: tb.Line, Code: tb.Code, Error: tb.Error}
	}
	if f.Diff != nil {
		e.Diff = &diffRecord{Expected: hex.EncodeToString(f.Diff.Expected), Actual: hex.EncodeToString(f.Diff.Actual), At: f.Diff.At}
	}
	return e
}
