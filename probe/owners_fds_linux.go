package probe

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fdReader finds the sockets among the descriptors of one process after the
// other. One goroutine uses it; nothing is allocated per descriptor.
//
// The names 0, 1, 2… are tried one after the other, for listing them first
// would cost 1.2 µs more per descriptor, a third. Where a name is missing, the
// directory is asked for the next one.
//
// The calls are raw system calls: at 3 µs for each of 10 000 descriptors, the
// scheduler's bookkeeping around a blocking call would show, and /proc/PID/fd
// waits for nothing that lasts.
type fdReader struct {
	stopped *atomic.Bool // set: give up with ECANCELED
	inodes  []uint32     // of the sockets found
	fds     []int32      // their descriptors
	name    [24]byte
	link    [64]byte
	next    [32]byte // one struct linux_dirent64 with a name of up to 12 bytes
}

// read appends to r.inodes the inode of each socket among the descriptors of
// the directory dir, an open /proc/PID/fd, and returns how many descriptors
// there are. want is their number where it is known, which spares the question
// whether there are more; -1 where it is not.
func (r *fdReader) read(dir, want int) (fds int, err error) {
	for fd := 0; fds != want; fd++ {
		errno := r.readOne(dir, fd)
		if errno == unix.ENOENT {
			next, ok, err := r.nextFD(dir, fd+1)
			if !ok || err != nil {
				return fds, err
			}
			fd, errno = next, r.readOne(dir, next)
		}
		switch errno {
		case 0:
			fds++
		case unix.ENOENT: // closed meanwhile
		default:
			return fds, errno
		}
	}
	return fds, nil
}

// nextFD returns the first descriptor from fd on; false when there is none.
func (r *fdReader) nextFD(dir, fd int) (next int, ok bool, err error) {
	// In this directory, the position of a descriptor is its number plus two:
	// "." and ".." come first (proc_readfd_common in fs/proc/fd.c).
	if _, err := unix.Seek(dir, int64(fd)+2, 0); err != nil {
		return 0, false, err
	}
	_, err = readNumbers(dir, r.next[:], func(n int) { next, ok = n, true })
	return next, ok, err
}

// readOne reads the descriptor fd and keeps its inode if it is a socket.
func (r *fdReader) readOne(dir, fd int) unix.Errno {
	if r.stopped.Load() {
		return unix.ECANCELED
	}
	name := append(strconv.AppendUint(r.name[:0], uint64(fd), 10), 0)
	n, _, errno := unix.RawSyscall6(unix.SYS_READLINKAT, uintptr(dir),
		uintptr(unsafe.Pointer(&name[0])), uintptr(unsafe.Pointer(&r.link[0])), uintptr(len(r.link)), 0, 0)
	if errno != 0 {
		return errno
	}
	if inode, ok := socketInode(r.link[:n]); ok {
		r.inodes, r.fds = append(r.inodes, inode), append(r.fds, int32(fd))
	}
	return 0
}

var socketLink = []byte("socket:[")

// socketInode reads the target of a link of /proc/PID/fd: "socket:[12345]".
// It reports false for anything else.
func socketInode(link []byte) (uint32, bool) {
	digits, ok := bytes.CutPrefix(link, socketLink)
	if !ok || len(digits) < 2 || digits[len(digits)-1] != ']' {
		return 0, false
	}
	var n uint64
	for _, c := range digits[:len(digits)-1] {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + uint64(c-'0'); n > 1<<32-1 {
			return 0, false
		}
	}
	return uint32(n), n != 0
}

// eachNumber calls do with each entry of the open directory dir whose name is
// a number, in the directory's order. It reads through buf, without allocating.
func eachNumber(dir int, buf []byte, do func(n int)) error {
	for {
		n, err := readNumbers(dir, buf, do)
		if n == 0 || err != nil {
			return err
		}
	}
}

// readNumbers is one step of [eachNumber]: the entries that fit in buf. It
// returns their length in bytes, 0 at the end.
func readNumbers(dir int, buf []byte, do func(n int)) (int, error) {
	n, err := unix.Getdents(dir, buf)
	for err == unix.EINTR {
		n, err = unix.Getdents(dir, buf)
	}
	if err != nil {
		return 0, err
	}
	for b := buf[:n]; len(b) > 0; {
		// struct linux_dirent64: inode, offset, length, type, name.
		length := binary.NativeEndian.Uint16(b[16:])
		if num, ok := direntNumber(b[19:length]); ok {
			do(num)
		}
		b = b[length:]
	}
	return n, nil
}

// direntNumber reads a name that ends with a NUL. It reports false for one
// that is not a decimal number.
func direntNumber(name []byte) (int, bool) {
	n := 0
	for i, c := range name {
		if c == 0 {
			return n, i > 0
		}
		if c < '0' || c > '9' || n > 1<<31 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return 0, false
}
