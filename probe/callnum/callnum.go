// Package callnum has the numbers of Linux's system calls: those of the files,
// sockets, processes and waits that labo speaks of.
package callnum

import "sync"

// The calls by number, made when they are asked for, for each processor: arch/x86/entry/syscalls/syscall_64.tbl
// and include/uapi/asm-generic/unistd.h of Linux. riscv64 and loong64 have the
// numbers of arm64.
var (
	AMD64 = sync.OnceValue(func() map[int]string {
		return map[int]string{
			0: "read", 1: "write", 3: "close", 7: "poll", 19: "readv", 20: "writev", 22: "pipe", 23: "select",
			32: "dup", 33: "dup2", 35: "nanosleep", 41: "socket", 42: "connect", 43: "accept", 44: "sendto",
			45: "recvfrom", 46: "sendmsg", 47: "recvmsg", 48: "shutdown", 49: "bind", 50: "listen",
			51: "getsockname", 52: "getpeername", 53: "socketpair", 54: "setsockopt", 55: "getsockopt",
			56: "clone", 57: "fork", 58: "vfork", 59: "execve", 60: "exit", 61: "wait4", 202: "futex",
			219: "restart_syscall", 230: "clock_nanosleep", 231: "exit_group", 232: "epoll_wait", 247: "waitid",
			270: "pselect6", 271: "ppoll", 281: "epoll_pwait", 288: "accept4", 292: "dup3", 293: "pipe2",
			299: "recvmmsg", 307: "sendmmsg", 322: "execveat", 435: "clone3", 441: "epoll_pwait2",
		}
	})
	ARM64 = sync.OnceValue(func() map[int]string {
		return map[int]string{
			22: "epoll_pwait", 23: "dup", 24: "dup3", 57: "close", 59: "pipe2", 63: "read", 64: "write",
			65: "readv", 66: "writev", 72: "pselect6", 73: "ppoll", 93: "exit", 94: "exit_group", 95: "waitid",
			98: "futex", 101: "nanosleep", 115: "clock_nanosleep", 128: "restart_syscall", 198: "socket",
			199: "socketpair", 200: "bind", 201: "listen", 202: "accept", 203: "connect", 204: "getsockname",
			205: "getpeername", 206: "sendto", 207: "recvfrom", 208: "setsockopt", 209: "getsockopt",
			210: "shutdown", 211: "sendmsg", 212: "recvmsg", 220: "clone", 221: "execve", 242: "accept4",
			243: "recvmmsg", 260: "wait4", 269: "sendmmsg", 281: "execveat", 435: "clone3", 441: "epoll_pwait2",
		}
	})
)
