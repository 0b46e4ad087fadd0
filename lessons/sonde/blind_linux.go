package sonde

import "golang.org/x/sys/unix"

func init() { bindUnheard = bindLoopback }

func bindLoopback() (port uint16, done func(), err error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return 0, nil, err
	}
	done = func() { _ = unix.Close(fd) }
	if err = unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		done()
		return 0, nil, err
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		done()
		return 0, nil, err
	}
	return uint16(name.(*unix.SockaddrInet4).Port), done, nil
}
