package probe

import "golang.org/x/sys/unix"

func mostBacklog() Maybe[int] {
	n, err := unix.SysctlUint32("kern.ipc.somaxconn")
	return Maybe[int]{Value: int(n), Known: err == nil}
}
