package syscalls

import (
	"bytes"
	"encoding/binary"
	"net/netip"
)

func argAddr(a Addr) Arg {
	if a.Path != "" {
		return Arg{Buf: true, Bytes: []byte(a.Path)}
	}
	return Arg{Text: a.String()}
}

// readAddr reads a struct sockaddr of the given length.
func readAddr(m memory, addr, length uint64) Addr {
	if addr == 0 || length < 2 {
		return Addr{}
	}
	return decodeAddr(m.read(addr, int(min(length, maxSockaddr))))
}

// readAddrAt reads a struct sockaddr whose length is a socklen_t elsewhere.
func readAddrAt(m memory, addr, length uint64) Addr {
	if addr == 0 || length == 0 {
		return Addr{}
	}
	b := m.read(length, 4)
	if len(b) < 4 {
		return Addr{}
	}
	return readAddr(m, addr, uint64(order.Uint32(b)))
}

// decodeAddr decodes a struct sockaddr (ip(7), ipv6(7), unix(7)).
func decodeAddr(b []byte) Addr {
	if len(b) < 2 {
		return Addr{}
	}
	family := uint64(order.Uint16(b))
	a := Addr{Family: named(families, family)}
	switch {
	case family == 2 && len(b) >= 8:
		a.IP = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:8])), binary.BigEndian.Uint16(b[2:]))
	case family == 10 && len(b) >= 24:
		a.IP = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:24])), binary.BigEndian.Uint16(b[2:]))
	case family == 1 && len(b) > 2 && b[2] == 0:
		a.Path = "@" + string(b[3:])
	case family == 1:
		path, _, _ := bytes.Cut(b[2:], []byte{0})
		a.Path = string(path)
	}
	return a
}
