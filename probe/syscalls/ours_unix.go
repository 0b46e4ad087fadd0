//go:build unix

package syscalls

import (
	"fmt"
	"os"
	"syscall"
)

// oursAlone fails when dir is not a directory of ours that nobody else may write.
func oursAlone(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(st.Uid) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s is not a directory of ours alone", dir)
	}
	return nil
}
