package syscalls

import (
	"fmt"
	"strconv"
)

func enterSocket(c *Call, a [6]uint64, _ memory) {
	kind := named(socketTypes, a[1]&0xf)
	if more := a[1] &^ 0xf; more != 0 {
		kind += "|" + flagged(socketFlags, more)
	}
	c.args(Arg{Text: named(families, a[0])}, Arg{Text: kind}, Arg{Text: named(protocols, a[2])})
}

// leavePair decodes the two descriptors that socketpair and pipe give back.
func leavePair(at int) func(*Call, [6]uint64, memory) {
	return func(c *Call, a [6]uint64, m memory) {
		if b := m.read(a[at], 8); len(b) == 8 {
			c.Args = append(c.Args, Arg{Text: fmt.Sprintf("[%d, %d]", int32(order.Uint32(b)), int32(order.Uint32(b[4:])))})
		}
	}
}

func enterAddress(c *Call, a [6]uint64, m memory) {
	c.Addr = readAddr(m, a[1], a[2])
	c.args(argFD(a[0]), argAddr(c.Addr))
}

func enterAccept4(c *Call, a [6]uint64, _ memory) {
	c.args(argFD(a[0]), Arg{Text: flagged(socketFlags, a[3])})
}

// leaveAddress decodes the address that accept, getsockname and getpeername
// write, after the descriptor.
func leaveAddress(c *Call, a [6]uint64, m memory) {
	c.Addr = readAddrAt(m, a[1], a[2])
	if c.Addr.Valid() && len(c.Args) > 0 {
		c.Args = append([]Arg{c.Args[0], argAddr(c.Addr)}, c.Args[1:]...)
	}
}

func optionName(a [6]uint64) (level, name string) {
	l, o := a[1]&0xffffffff, a[2]&0xffffffff
	name, ok := options[[2]uint64{l, o}]
	if !ok {
		name = strconv.FormatUint(o, 10)
	}
	return named(levels, l), name
}

func enterSetsockopt(c *Call, a [6]uint64, m memory) {
	level, name := optionName(a)
	c.args(argFD(a[0]), Arg{Text: level}, Arg{Text: name})
	if b := m.read(a[3], 4); len(b) == 4 && a[4]&0xffffffff >= 4 {
		c.Args = append(c.Args, argInt(int64(int32(order.Uint32(b)))))
	}
}

func enterGetsockopt(c *Call, a [6]uint64, _ memory) {
	level, name := optionName(a)
	c.args(argFD(a[0]), Arg{Text: level}, Arg{Text: name})
}

func leaveGetsockopt(c *Call, a [6]uint64, m memory) {
	if n := m.read(a[4], 4); len(n) == 4 && order.Uint32(n) == 4 {
		if b := m.read(a[3], 4); len(b) == 4 {
			c.Args = append(c.Args, argInt(int64(int32(order.Uint32(b)))))
		}
	}
}
