package syscalls

import "encoding/binary"

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
