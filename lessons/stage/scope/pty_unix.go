//go:build unix

package scope

import (
	"os"

	"github.com/creack/pty"

	"labo/lessons/trace"
)

// Available reports whether programs can be given a terminal of their own.
const Available = true

// openPanes opens a terminal for each program. The files are the programs'
// ends.
func openPanes(commands []*trace.Command) (panes []*pane, files []*os.File, err error) {
	for _, c := range commands {
		master, slave, err := pty.Open()
		if err != nil {
			closePanes(panes)
			for _, f := range files {
				f.Close()
			}
			return nil, nil, err
		}
		panes = append(panes, &pane{command: c, screen: newPage(), master: master, keys: make(chan []byte, maxUntyped)})
		files = append(files, slave)
	}
	return panes, files, nil
}

func closePanes(panes []*pane) {
	for _, p := range panes {
		close(p.keys)
		p.master.Close()
		p.screen.close()
	}
}

// resize gives the program's terminal the size of its part of the screen, and
// tells the program.
func (p *pane) resize(columns, rows int) {
	p.screen.resize(columns, rows)
	pty.Setsize(p.master, &pty.Winsize{Cols: uint16(max(columns, 1)), Rows: uint16(max(rows, 1))})
}
