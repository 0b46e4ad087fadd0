package probe

import (
	"slices"

	"golang.org/x/sys/unix"
)

// beacon is a socket of our own, bound to a loopback port of the kernel's
// choice and not listening: a dump that shows it shows them all. Its zero value
// is none.
type beacon struct {
	inode uint32
	port  uint16
}

// light binds the socket; it returns what puts it out.
func (b *beacon) light() (out func()) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return func() {}
	}
	var st unix.Stat_t
	if unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}) == nil && unix.Fstat(fd, &st) == nil {
		if name, err := unix.Getsockname(fd); err == nil {
			b.inode, b.port = uint32(st.Ino), uint16(name.(*unix.SockaddrInet4).Port)
		}
	}
	return func() { unix.Close(fd) }
}

// seen reports whether bound sockets are among socks, which it returns without
// our own.
func (b *beacon) seen(socks []Socket) (bool, []Socket) {
	shown := false
	for i := range socks {
		s := &socks[i]
		shown = shown || s.State == Bound
		if b.inode != 0 && s.Inode == Known(b.inode) {
			return true, slices.Delete(socks, i, i+1)
		}
	}
	return shown, socks
}
