//go:build unix

package files

import (
	"fmt"
	"os"
	"syscall"
)

// For open(2): refuse a link put there meanwhile; do not wait for the other
// side of a named pipe.
const noFollow, noWait = syscall.O_NOFOLLOW, syscall.O_NONBLOCK

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

// trusted reports whether a link is ours or root's: another's may name any file
// of ours.
func trusted(link os.FileInfo) bool {
	st, ok := link.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == os.Geteuid() || st.Uid == 0)
}
