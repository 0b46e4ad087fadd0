package syscalls

import "golang.org/x/sys/unix"

// elfOnly says that programs are ELF files (execve(2)); a format added with
// binfmt_misc is refused by us and not by the kernel.
const elfOnly = true

func mayExecute(path string) bool {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS) == nil
}
