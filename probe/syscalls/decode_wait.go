package syscalls

import (
	"bytes"
	"fmt"
	"time"
)

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
