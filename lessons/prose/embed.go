package prose

import (
	"embed"
	"fmt"
)

//go:embed *.md
var files embed.FS

// Load returns the text of step n. The files are part of the program, so an
// error is a fault of the program; a test holds that there is none.
func Load(n int) (*Step, error) {
	name := fmt.Sprintf("etape%d.md", n)
	src, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	step, err := Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return step, nil
}
