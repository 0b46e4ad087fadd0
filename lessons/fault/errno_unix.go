//go:build unix

package fault

import "syscall"

var (
	refused = []syscall.Errno{syscall.ECONNREFUSED}
	broken  = []syscall.Errno{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE}
)
