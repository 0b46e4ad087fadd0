package prose

import (
	"bytes"
	"embed"
	"fmt"
)

//go:embed *.md
var files embed.FS

// Count is the number of steps of the sheet.
const Count = 4

// Load returns the text of step n, from 1 to [Count]. The files are part of
// the program, so an error is a fault of the program; a test holds that there
// is none.
func Load(n int) (*Step, error) {
	name, src, err := read(n)
	if err != nil {
		return nil, err
	}
	return parse(name, src)
}

// States returns the text of the eleven states: one section each, named by the
// state in lower case.
func States() (*Step, error) {
	const name = "etats.md"
	src, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parse(name, src)
}

// Head returns the title and summary of step n without reading the rest.
func Head(n int) (title, summary string, err error) {
	name, src, err := read(n)
	if err != nil {
		return "", "", err
	}
	if i := bytes.Index(src, []byte("\n## ")); i >= 0 {
		src = src[:i]
	}
	step, err := parse(name, src)
	if err != nil {
		return "", "", err
	}
	return step.Title, step.Summary, nil
}

func read(n int) (name string, src []byte, err error) {
	name = fmt.Sprintf("etape%d.md", n)
	src, err = files.ReadFile(name)
	return name, src, err
}

func parse(name string, src []byte) (*Step, error) {
	step, err := Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return step, nil
}
