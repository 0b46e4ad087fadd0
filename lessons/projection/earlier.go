package projection

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"labo/lessons/vote"
)

// Past is what a class voted on a question, read again from its file.
type Past struct {
	Step        int
	Scene, Part string
	Rounds      []vote.Tally // before the discussion, and after it
	Right       int          // the option that was measured, -1 for none

	time    string
	options []string
	cells   []string // options and sources of its rows
}

// Earlier returns what the class has already voted on the day of now, in that
// order: of each question, its last vote. What cannot be read is passed over.
func (v *Votes) Earlier(now time.Time) (all []Past) {
	const most = 8 << 20 // bytes
	if v.path == "" {
		return nil
	}
	f, err := os.Open(v.path)
	if err != nil {
		return nil // nothing is kept yet; where it cannot be, adding to it says why
	}
	defer f.Close()
	r := csv.NewReader(io.LimitReader(f, most))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = ';', -1, true
	day := now.Format("2006-01-02")
	for {
		row, err := r.Read()
		if _, bad := errors.AsType[*csv.ParseError](err); err != nil && !bad {
			return all // its end
		}
		if err != nil || len(row) != len(header) || row[0] != day || row[2] != v.class {
			continue
		}
		step, _ := strconv.Atoi(row[3])
		p := Past{Step: step, Scene: row[4], Part: row[5], Right: -1, time: row[1]}
		i := slices.IndexFunc(all, func(q Past) bool { return q.Step == p.Step && q.Scene == p.Scene && q.Part == p.Part })
		cell := row[6] + ";" + row[8]
		if i >= 0 && all[i].time == p.time && !slices.Contains(all[i].cells, cell) {
			p = all[i]
		}
		p.cells = append(p.cells, cell)
		if i >= 0 { // its next row, or the same question again
			all = slices.Delete(all, i, i+1)
		}
		p.add(row)
		all = append(all, p)
	}
}

// add adds a row: one option, as one source had it.
func (p *Past) add(row []string) {
	at := slices.Index(p.options, row[6])
	if at < 0 {
		at = len(p.options)
		p.options = append(p.options, row[6])
	}
	if row[11] == "oui" {
		p.Right = at
	}
	for round, cell := range row[9:11] {
		n, err := strconv.Atoi(cell)
		if err != nil || n < 0 {
			continue // that source had no such round
		}
		for len(p.Rounds) <= round {
			p.Rounds = append(p.Rounds, nil)
		}
		for len(p.Rounds[round]) <= at {
			p.Rounds[round] = append(p.Rounds[round], 0)
		}
		p.Rounds[round][at] += n
	}
}
