//go:build unix

package trace

import (
	"io"
	"os"

	"github.com/creack/pty"
)

// openTerminal opens a terminal that nobody looks at, and returns what a program
// writes on; done must be called once it has ended.
func openTerminal() (out *os.File, done func(), err error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		io.Copy(io.Discard, master)
	}()
	return slave, func() {
		slave.Close()
		master.Close()
		<-read
	}, nil
}
