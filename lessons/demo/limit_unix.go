//go:build unix

package demo

import (
	"os"

	"golang.org/x/sys/unix"
)

// limitDescriptors sets both limits on open descriptors of this process
// (setrlimit(2)): the Go runtime raises the soft one to the hard one.
func limitDescriptors(n int) error {
	var r unix.Rlimit
	put(&r.Cur, n)
	put(&r.Max, n)
	return os.NewSyscallError("setrlimit", unix.Setrlimit(unix.RLIMIT_NOFILE, &r))
}

// put sets a field whose sign differs from one system to another.
func put[T int64 | uint64](field *T, n int) { *field = T(n) }
