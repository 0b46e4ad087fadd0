package syscalls

import (
	"fmt"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"labo/probe"
)

// inspect returns what the kernel holds on descriptor fd of a stopped process,
// nil when it is no socket or may not be seen. The duplicate it asks on is
// closed before the process goes on: it would hold back the FIN of a close.
func inspect(pid, fd int) *Socket {
	if fd < 0 {
		return nil
	}
	handle, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(handle)
	dup, err := unix.PidfdGetfd(handle, fd, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(dup)
	kind, err := unix.GetsockoptInt(dup, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return nil
	}
	s := &Socket{FD: fd, Type: named(socketTypes, uint64(kind))}
	if sa, err := unix.Getsockname(dup); err == nil {
		s.Local = addrOf(sa)
	}
	if sa, err := unix.Getpeername(dup); err == nil {
		s.Remote = addrOf(sa)
	}
	if kind == unix.SOCK_STREAM && (s.Local.Family == "AF_INET" || s.Local.Family == "AF_INET6") {
		if info, err := unix.GetsockoptTCPInfo(dup, unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			s.State = stateOf(info.State)
		}
	}
	return s
}

// stateOf returns the state as the probe names it.
func stateOf(kernel uint8) probe.State {
	if kernel == 12 { // TCP_NEW_SYN_RECV
		return probe.SynReceived
	}
	return probe.State(kernel)
}

func addrOf(sa unix.Sockaddr) Addr {
	switch v := sa.(type) {
	case *unix.SockaddrInet4:
		return Addr{Family: "AF_INET", IP: netip.AddrPortFrom(netip.AddrFrom4(v.Addr), uint16(v.Port))}
	case *unix.SockaddrInet6:
		return Addr{Family: "AF_INET6", IP: netip.AddrPortFrom(netip.AddrFrom16(v.Addr), uint16(v.Port))}
	case *unix.SockaddrUnix:
		return Addr{Family: "AF_UNIX", Path: v.Name}
	}
	return Addr{}
}

// fdKind is what a descriptor is, as far as it decides what is shown.
type fdKind uint8

const (
	fdUnknown fdKind = iota
	fdOther          // a file, a pipe: left out
	fdSocket
	fdTerminal
)

// kindOf asks /proc what descriptor fd of pid is.
func kindOf(pid, fd int) fdKind {
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, fd))
	switch {
	case err != nil:
		return fdOther
	case strings.HasPrefix(link, "socket:"):
		return fdSocket
	case strings.HasPrefix(link, "/dev/pts/"), strings.HasPrefix(link, "/dev/tty"), link == "/dev/console":
		return fdTerminal
	}
	return fdOther
}
