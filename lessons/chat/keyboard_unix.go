//go:build unix

package chat

import (
	"os"

	"github.com/muesli/cancelreader"
)

func init() {
	cancelable = func(f *os.File) canceler {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return nil // epoll refuses regular files, and reading them does not wait
		}
		r, err := cancelreader.NewReader(f)
		if err != nil { // /dev/null, and others that never wait
			return nil
		}
		return r
	}
}
