//go:build unix

package files

import (
	"errors"
	"os"
	"syscall"
)

func init() {
	syncDir = func(dir string) error {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		defer d.Close()
		err = d.Sync()
		if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
			return nil // some network file systems have nothing to sync
		}
		return err
	}
}
