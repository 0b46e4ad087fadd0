//go:build unix

package syscalls

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Find returns the path of the executable that the word names, as a shell
// looks for it. Its error is a [*StartError].
func Find(word string) (string, error) {
	fail := func(err error) (string, error) { return "", &StartError{Path: word, Err: err} }
	path := word
	if !strings.Contains(word, "/") {
		found, err := exec.LookPath(word)
		if err != nil && !errors.Is(err, exec.ErrDot) {
			if info, err := os.Stat(word); err == nil && info.IsDir() {
				return fail(ErrDirectory)
			}
			return fail(ErrNotFound)
		}
		path = found
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fail(ErrNotFound)
	case errors.Is(err, fs.ErrPermission):
		return fail(ErrNotExecutable)
	case err != nil:
		return fail(err)
	case info.IsDir():
		return fail(ErrDirectory)
	case !mayExecute(path):
		return fail(ErrNotExecutable)
	case takesRights(info):
		return fail(ErrSetuid)
	case !executableFormat(path):
		return fail(ErrNoFormat)
	}
	return path, nil
}

// takesRights reports whether the program gets rights that we do not have when
// it starts. The kernel does not give them to a traced program.
func takesRights(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	return info.Mode()&fs.ModeSetuid != 0 && int(st.Uid) != os.Geteuid() ||
		info.Mode()&fs.ModeSetgid != 0 && int(st.Gid) != os.Getegid() && os.Geteuid() != 0
}

// executableFormat reports whether a file begins as something the kernel can
// execute: what it cannot, a shell would read as a script of its own. A file
// that may be executed and not read is left to the kernel.
func executableFormat(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	defer f.Close()
	var b [4]byte
	n, err := io.ReadFull(f, b[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return true
	}
	return n == 4 && (string(b[:2]) == "#!" || string(b[1:]) == "ELF") || !elfOnly
}
