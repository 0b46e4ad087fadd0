package syscalls

func enterSend(c *Call, a [6]uint64, m memory) {
	c.Asked = int64(a[2])
	c.Data = readData(m, a[1], c.Asked)
	c.args(argFD(a[0]), argBytes(c.Data, c.Asked), argInt(c.Asked))
	if c.Name == "sendto" {
		c.Args = append(c.Args, Arg{Text: flagged(messageFlags, a[3]&0xffffffff)})
		if c.Addr = readAddr(m, a[4], a[5]); c.Addr.Valid() {
			c.Args = append(c.Args, argAddr(c.Addr))
		}
	}
}

func enterReceive(c *Call, a [6]uint64, _ memory) {
	c.Asked = int64(a[2])
	c.args(argFD(a[0]), Arg{Buf: true}, argInt(c.Asked))
	if c.Name == "recvfrom" {
		c.Args = append(c.Args, Arg{Text: flagged(messageFlags, a[3]&0xffffffff)})
	}
}

func leaveReceive(c *Call, a [6]uint64, m memory) {
	c.Data = readData(m, a[1], c.Ret)
	c.setBuffer(argBytes(c.Data, c.Ret))
	if c.Name == "recvfrom" {
		if c.Addr = readAddrAt(m, a[4], a[5]); c.Addr.Valid() {
			c.Args = append(c.Args, argAddr(c.Addr))
		}
	}
}

// setBuffer puts the received bytes where the buffer stood.
func (c *Call) setBuffer(arg Arg) {
	if len(c.Args) > 1 && c.Args[1].Buf {
		c.Args[1] = arg
	}
}

// readVector returns the beginning of the n first bytes that an array of
// struct iovec points to (n < 0: all of them), and their whole number.
func readVector(m memory, addr, count uint64, n int64) (data []byte, total int64) {
	table := m.read(addr, int(min(count, maxVectors))*16)
	for ; len(table) >= 16; table = table[16:] {
		base, size := order.Uint64(table), int64(order.Uint64(table[8:]))
		if size < 0 {
			break
		}
		if n >= 0 {
			size = min(size, n-total)
		}
		if room := MaxData - len(data); room > 0 && size > 0 {
			data = append(data, m.read(base, int(min(size, int64(room))))...)
		}
		total += size
	}
	return data, total
}

func enterWritev(c *Call, a [6]uint64, m memory) {
	c.Data, c.Asked = readVector(m, a[1], a[2], -1)
	c.args(argFD(a[0]), argBytes(c.Data, c.Asked), argInt(int64(int32(a[2]))))
}

func enterVector(c *Call, a [6]uint64, _ memory) {
	c.args(argFD(a[0]), Arg{Buf: true}, argInt(int64(int32(a[2]))))
}

func leaveVector(c *Call, a [6]uint64, m memory) {
	c.Data, _ = readVector(m, a[1], a[2], c.Ret)
	c.setBuffer(argBytes(c.Data, c.Ret))
}

// struct msghdr: name, namelen, iov, iovlen (recvmsg(2)).
func readHeader(m memory, addr uint64) (name, nameLen, iov, iovLen uint64, ok bool) {
	b := m.read(addr, 32)
	if len(b) < 32 {
		return 0, 0, 0, 0, false
	}
	return order.Uint64(b), uint64(order.Uint32(b[8:])), order.Uint64(b[16:]), order.Uint64(b[24:]), true
}

func enterSendmsg(c *Call, a [6]uint64, m memory) {
	c.args(argFD(a[0]))
	name, nameLen, iov, count, ok := readHeader(m, a[1])
	if !ok {
		return
	}
	c.Data, c.Asked = readVector(m, iov, count, -1)
	c.Args = append(c.Args, argBytes(c.Data, c.Asked), Arg{Text: flagged(messageFlags, a[2]&0xffffffff)})
	if c.Addr = readAddr(m, name, nameLen); c.Addr.Valid() {
		c.Args = append(c.Args, argAddr(c.Addr))
	}
}

func enterRecvmsg(c *Call, a [6]uint64, _ memory) {
	c.args(argFD(a[0]), Arg{Buf: true}, Arg{Text: flagged(messageFlags, a[2]&0xffffffff)})
}

func leaveRecvmsg(c *Call, a [6]uint64, m memory) {
	name, nameLen, iov, count, ok := readHeader(m, a[1])
	if !ok {
		return
	}
	c.Data, _ = readVector(m, iov, count, c.Ret)
	c.setBuffer(argBytes(c.Data, c.Ret))
	c.Addr = readAddr(m, name, nameLen)
}

func enterMany(c *Call, a [6]uint64, _ memory) {
	c.args(argFD(a[0]), argInt(int64(uint32(a[2]))), Arg{Text: flagged(messageFlags, a[3]&0xffffffff)})
}

func argBytes(data []byte, whole int64) Arg {
	return Arg{Buf: true, Bytes: data, Cut: whole > int64(len(data))}
}

func readData(m memory, addr uint64, n int64) []byte {
	if n <= 0 {
		return nil
	}
	return m.read(addr, int(min(n, MaxData)))
}
