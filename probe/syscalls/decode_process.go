package syscalls

import "bytes"

func enterExit(c *Call, a [6]uint64, _ memory) {
	c.NoReturn = true
	c.args(argFD(a[0]))
}

func enterClone3(c *Call, a [6]uint64, m memory) {
	if b := m.read(a[0], 8); len(b) == 8 {
		c.args(Arg{Text: flagged(cloneFlags, order.Uint64(b))})
	}
}

func argPath(m memory, addr uint64) Arg {
	b := m.read(addr, maxPath)
	path, _, found := bytes.Cut(b, []byte{0})
	return Arg{Buf: true, Bytes: path, Cut: !found}
}
