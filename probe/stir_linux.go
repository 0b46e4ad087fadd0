package probe

import (
	"bytes"

	"golang.org/x/sys/unix"
)

func init() { stirring = stirred }

// stirred reads what the kernel counts of all TCP connections of this network:
// those that were opened, refused, reset, those that are established
// (/proc/net/snmp), the sockets in use and those in TIME-WAIT (sockstat). It
// takes 20 µs.
func stirred() (s string, ok bool) {
	var room [2][4096]byte
	snmp, sockstat := glance("/proc/thread-self/net/snmp", room[0][:]), glance("/proc/thread-self/net/sockstat", room[1][:])
	_, rows, _ := bytes.Cut(snmp, []byte("\nTcp: ")) // names, then values
	_, row, ok := bytes.Cut(rows, []byte("\nTcp: "))
	if f := bytes.Fields(row[:min(len(row), 512)]); ok && len(f) > 13 {
		row = bytes.Join(append(f[4:9:9], f[13]), []byte(" ")) // all but segments, which come and go
	} else {
		return "", false
	}
	_, tcp, ok := bytes.Cut(sockstat, []byte("\nTCP: "))
	tcp, _, _ = bytes.Cut(tcp, []byte(" alloc")) // and more, of every network
	return string(row) + string(tcp), ok
}

// glance reads the beginning of a file of the kernel's, nothing where it cannot:
// three calls, os.ReadFile makes seven.
func glance(path string, into []byte) []byte {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	n, _ := unix.Read(fd, into)
	return into[:max(n, 0)]
}
