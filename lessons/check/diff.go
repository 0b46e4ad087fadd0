package check

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"labo/lessons/text"
)

// Diff compares the bytes that were expected with those that were seen.
type Diff struct {
	Expected, Actual []byte
	At               int // offset of the first byte that differs
}

// newDiff returns the comparison of two texts, nil when they are the same.
func newDiff(expected, actual string) *Diff {
	if expected == actual {
		return nil
	}
	at := 0
	for at < len(expected) && at < len(actual) && expected[at] == actual[at] {
		at++
	}
	return &Diff{Expected: []byte(expected), Actual: []byte(actual), At: at}
}

// rowBytes is how many bytes stand on a row of a Diff.
const rowBytes = 12

// DiffRow shows a part of one side: text and hexadecimal of the same bytes.
type DiffRow struct {
	Text string // made visible, a cell or more per byte
	Hex  string // "c3 a9"
	// Caret is the column of the first different byte in Hex, -1 when it is
	// not on this row.
	Caret int
	// Cut says what was left out before or after, "" when nothing.
	Cut string
}

// Rows returns the row of each side that holds the first difference, starting
// at the same offset. What is left out is counted in Cut.
func (d *Diff) Rows() (expected, actual DiffRow) {
	from := max(0, d.At-4)
	// A character is not shown in halves where its beginning is near.
	for back := 0; back < 3 && from > 0 && from < len(d.Expected) && !utf8.RuneStart(d.Expected[from]); back++ {
		from--
	}
	return diffRow(d.Expected, from, d.At), diffRow(d.Actual, from, d.At)
}

func diffRow(all []byte, from, at int) DiffRow {
	from = min(from, len(all))
	to := min(len(all), from+rowBytes)
	part := all[from:to]
	var hex []string
	for _, b := range part {
		hex = append(hex, fmt.Sprintf("%02x", b))
	}
	row := DiffRow{Text: text.Visible(string(part)), Hex: strings.Join(hex, " "), Caret: 3 * (at - from)}
	var cut []string
	if from > 0 {
		cut = append(cut, text.Plural(from, "octet")+" avant")
	}
	if rest := len(all) - to; rest > 0 {
		cut = append(cut, text.Plural(rest, "octet")+" après")
	}
	row.Cut = strings.Join(cut, ", ")
	return row
}
