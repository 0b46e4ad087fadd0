package syscalls

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

// memory reads the memory of the program. It returns what could be read, which
// may be less than asked, or nothing. The program may lie in every byte.
type memory interface {
	read(addr uint64, n int) []byte
}

// order is the byte order of both architectures followed.
var order = binary.LittleEndian

// Limits on what is read for one argument: a program may ask for anything.
const (
	maxSockaddr = 128
	maxPath     = 256
	maxVectors  = 8
	maxPolled   = 16
)

// decodeEntry returns the call as it is known when it begins.
func decodeEntry(name string, args [6]uint64, mem memory) *Call {
	c := &Call{Name: name, FD: -1, Asked: -1}
	if d, ok := decoders[name]; ok {
		if d.fd {
			c.FD = int(int32(args[0]))
		}
		if d.enter != nil {
			d.enter(c, args, mem)
		}
	}
	return c
}

// decodeReturn completes the call with what it returned. errno is the positive
// number of its error, 0 without.
func decodeReturn(c *Call, args [6]uint64, ret int64, errno int, errName string, mem memory) {
	c.Done, c.Ret, c.Errno, c.Err = true, ret, errno, errName
	if restarts(errno) {
		c.Restart, c.Err = true, "ERESTART"
	}
	if errno != 0 {
		c.Ret = -1
		return
	}
	if d, ok := decoders[c.Name]; ok && d.leave != nil {
		d.leave(c, args, mem)
	}
}

// restarts reports whether errno is one of the kernel's own, which a program
// never sees: the call was interrupted and will be made again
// (include/linux/errno.h).
func restarts(errno int) bool { return errno >= 512 && errno <= 516 && errno != 515 }

// decoder knows one call. A nil function has nothing to decode.
type decoder struct {
	fd    bool // its first argument is a descriptor
	enter func(*Call, [6]uint64, memory)
	leave func(*Call, [6]uint64, memory)
}

var decoders = map[string]decoder{
	"socket":      {enter: enterSocket},
	"socketpair":  {enter: enterSocket, leave: leavePair(3)},
	"bind":        {fd: true, enter: enterAddress},
	"connect":     {fd: true, enter: enterAddress},
	"listen":      {fd: true, enter: func(c *Call, a [6]uint64, _ memory) { c.args(argFD(a[0]), argInt(int64(int32(a[1])))) }},
	"accept":      {fd: true, enter: enterFD, leave: leaveAddress},
	"accept4":     {fd: true, enter: enterAccept4, leave: leaveAddress},
	"getsockname": {fd: true, enter: enterFD, leave: leaveAddress},
	"getpeername": {fd: true, enter: enterFD, leave: leaveAddress},
	"sendto":      {fd: true, enter: enterSend},
	"recvfrom":    {fd: true, enter: enterReceive, leave: leaveReceive},
	"sendmsg":     {fd: true, enter: enterSendmsg},
	"recvmsg":     {fd: true, enter: enterRecvmsg, leave: leaveRecvmsg},
	"sendmmsg":    {fd: true, enter: enterMany},
	"recvmmsg":    {fd: true, enter: enterMany},
	"read":        {fd: true, enter: enterReceive, leave: leaveReceive},
	"write":       {fd: true, enter: enterSend},
	"readv":       {fd: true, enter: enterVector, leave: leaveVector},
	"writev":      {fd: true, enter: enterWritev},
	"shutdown":    {fd: true, enter: func(c *Call, a [6]uint64, _ memory) { c.args(argFD(a[0]), Arg{Text: named(shutdownHow, a[1])}) }},
	"close":       {fd: true, enter: enterFD},
	"dup":         {fd: true, enter: enterFD},
	"dup2":        {fd: true, enter: func(c *Call, a [6]uint64, _ memory) { c.args(argFD(a[0]), argFD(a[1])) }},
	"dup3": {fd: true, enter: func(c *Call, a [6]uint64, _ memory) {
		c.args(argFD(a[0]), argFD(a[1]), Arg{Text: flagged(openFlags, a[2])})
	}},
	"pipe":       {leave: leavePair(0)},
	"pipe2":      {enter: func(c *Call, a [6]uint64, _ memory) { c.args(Arg{Text: flagged(openFlags, a[1])}) }, leave: leavePair(0)},
	"setsockopt": {fd: true, enter: enterSetsockopt},
	"getsockopt": {fd: true, enter: enterGetsockopt, leave: leaveGetsockopt},
	"poll":       {enter: enterPoll, leave: leavePoll},
	"ppoll":      {enter: enterPoll, leave: leavePoll},
	"select":     {enter: func(c *Call, a [6]uint64, m memory) { c.args(argInt(int64(int32(a[0]))), argTimeval(m, a[4])) }},
	"pselect6":   {enter: func(c *Call, a [6]uint64, m memory) { c.args(argInt(int64(int32(a[0]))), argTimespec(m, a[4])) }},
	"epoll_wait": {fd: true, enter: enterEpoll}, "epoll_pwait": {fd: true, enter: enterEpoll},
	"epoll_pwait2":    {fd: true, enter: func(c *Call, a [6]uint64, m memory) { c.args(argFD(a[0]), argTimespec(m, a[3])) }},
	"clone":           {enter: func(c *Call, a [6]uint64, _ memory) { c.args(Arg{Text: flagged(cloneFlags, a[0]&^0xff)}) }},
	"clone3":          {enter: enterClone3},
	"futex":           {enter: enterFutex},
	"execve":          {enter: func(c *Call, a [6]uint64, m memory) { c.args(argPath(m, a[0])) }},
	"execveat":        {fd: true, enter: func(c *Call, a [6]uint64, m memory) { c.args(argFD(a[0]), argPath(m, a[1])) }},
	"exit":            {enter: enterExit},
	"exit_group":      {enter: enterExit},
	"wait4":           {enter: func(c *Call, a [6]uint64, _ memory) { c.args(argInt(int64(int32(a[0])))) }},
	"waitid":          {enter: func(c *Call, a [6]uint64, _ memory) { c.args(argInt(int64(a[0])), argInt(int64(int32(a[1])))) }},
	"nanosleep":       {enter: func(c *Call, a [6]uint64, m memory) { c.args(argTimespec(m, a[0])) }},
	"clock_nanosleep": {enter: enterClockNanosleep},
}

func (c *Call) args(args ...Arg) { c.Args = args }

func argFD(v uint64) Arg { return argInt(int64(int32(v))) }

func enterFD(c *Call, a [6]uint64, _ memory) { c.args(argFD(a[0])) }

func enterExit(c *Call, a [6]uint64, _ memory) {
	c.NoReturn = true
	c.args(argFD(a[0]))
}

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

// readPoll writes an array of struct pollfd; at is where the bits are: 4 for
// those asked for, 6 for those that came.
func readPoll(m memory, addr, count uint64, at int) string {
	b := m.read(addr, int(min(count, maxPolled))*8)
	var out bytes.Buffer
	out.WriteByte('[')
	for ; len(b) >= 8; b = b[8:] {
		bits := uint64(order.Uint16(b[at:]))
		if at == 6 && bits == 0 {
			continue
		}
		if out.Len() > 1 {
			out.WriteString(", ")
		}
		fmt.Fprintf(&out, "%d:%s", int32(order.Uint32(b)), flagged(pollBits, bits))
	}
	if count > maxPolled {
		out.WriteString(", …")
	}
	out.WriteByte(']')
	return out.String()
}

func enterPoll(c *Call, a [6]uint64, m memory) {
	c.args(Arg{Text: readPoll(m, a[0], a[1], 4)})
	if c.Name == "ppoll" {
		c.Args = append(c.Args, argTimespec(m, a[2]))
		return
	}
	c.Args = append(c.Args, argMillis(int32(a[2])))
}

func leavePoll(c *Call, a [6]uint64, m memory) {
	if c.Ret > 0 {
		c.Args = append(c.Args, Arg{Text: "→ " + readPoll(m, a[0], a[1], 6)})
	}
}

func enterEpoll(c *Call, a [6]uint64, _ memory) { c.args(argFD(a[0]), argMillis(int32(a[3]))) }

func enterClone3(c *Call, a [6]uint64, m memory) {
	if b := m.read(a[0], 8); len(b) == 8 {
		c.args(Arg{Text: flagged(cloneFlags, order.Uint64(b))})
	}
}

func enterFutex(c *Call, a [6]uint64, m memory) {
	c.args(Arg{Text: named(futexOps, a[1]&0x7f)})
	if a[3] != 0 {
		c.Args = append(c.Args, argTimespec(m, a[3]))
	}
}

func enterClockNanosleep(c *Call, a [6]uint64, m memory) {
	arg := argTimespec(m, a[2])
	if a[1]&1 != 0 { // TIMER_ABSTIME: a moment, not a duration
		arg = Arg{Text: "TIMER_ABSTIME"}
	}
	c.args(arg)
}

func argMillis(ms int32) Arg {
	if ms < 0 {
		return Arg{Text: "∞"}
	}
	return Arg{Text: (time.Duration(ms) * time.Millisecond).String()}
}

func argTimespec(m memory, addr uint64) Arg { return argTime(m, addr, time.Nanosecond) }
func argTimeval(m memory, addr uint64) Arg  { return argTime(m, addr, time.Microsecond) }

// argTime reads two longs: seconds, and a fraction in the given unit. A null
// address is a wait without limit.
func argTime(m memory, addr uint64, unit time.Duration) Arg {
	if addr == 0 {
		return Arg{Text: "∞"}
	}
	b := m.read(addr, 16)
	if len(b) < 16 {
		return Arg{Text: "?"}
	}
	seconds, rest := int64(order.Uint64(b)), int64(order.Uint64(b[8:]))
	if seconds < 0 || seconds > 1<<31 || rest < 0 || rest > 1e9 {
		return Arg{Text: fmt.Sprintf("%d s", seconds)}
	}
	return Arg{Text: (time.Duration(seconds)*time.Second + time.Duration(rest)*unit).String()}
}

func argPath(m memory, addr uint64) Arg {
	b := m.read(addr, maxPath)
	path, _, found := bytes.Cut(b, []byte{0})
	return Arg{Buf: true, Bytes: path, Cut: !found}
}

func argBytes(data []byte, whole int64) Arg {
	return Arg{Buf: true, Bytes: data, Cut: whole > int64(len(data))}
}

func argAddr(a Addr) Arg {
	if a.Path != "" {
		return Arg{Buf: true, Bytes: []byte(a.Path)}
	}
	return Arg{Text: a.String()}
}

func readData(m memory, addr uint64, n int64) []byte {
	if n <= 0 {
		return nil
	}
	return m.read(addr, int(min(n, MaxData)))
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
