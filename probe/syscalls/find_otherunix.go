//go:build unix && !linux

package syscalls

import "golang.org/x/sys/unix"

const elfOnly = false

func mayExecute(path string) bool { return unix.Access(path, unix.X_OK) == nil }
