package probe

import (
	"time"

	"golang.org/x/sys/unix"
)

func mostBacklog() Maybe[int] {
	n, err := unix.SysctlUint32("kern.ipc.somaxconn")
	return Maybe[int]{Value: int(n), Known: err == nil}
}

func mostMemory() Maybe[time.Duration] {
	ms, err := unix.SysctlUint32("net.inet.tcp.msl")
	return Maybe[time.Duration]{Value: 2 * time.Duration(ms) * time.Millisecond, Known: err == nil && ms > 0}
}
