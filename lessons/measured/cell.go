package measured

import (
	"net/netip"
	"strconv"

	"labo/lessons/text"
	"labo/probe"
)

// Address writes one end of a connection: "127.0.0.1:12345", "[::1]:80", or
// "—" where there is none.
func Address(a netip.AddrPort) string { return string(AppendAddress(nil, a)) }

// AppendAddress is [Address] behind b.
func AppendAddress(b []byte, a netip.AddrPort) []byte {
	if !a.IsValid() {
		return append(b, "—"...)
	}
	if zone := a.Addr().Zone(); zone != "" { // the name of an interface comes from outside
		return append(b, text.Visible(a.String())...)
	}
	return a.AppendTo(b)
}

// AddressWidth returns how many cells [Address] takes.
func AddressWidth(a netip.AddrPort) int {
	switch {
	case !a.IsValid():
		return 1
	case !a.Addr().Is4():
		return text.Width(Address(a))
	}
	width := len("...:") + digits(a.Port())
	for _, b := range a.Addr().As4() {
		width += digits(uint16(b))
	}
	return width
}

// digits is how many a number has.
func digits(n uint16) int {
	count := 1
	for ; n >= 10; n /= 10 {
		count++
	}
	return count
}

// Queues writes the two queues: "12/0", with "?" for what is unknown.
func Queues(s *probe.Socket) string { return string(AppendQueues(nil, s)) }

// AppendQueues is [Queues] behind b.
func AppendQueues(b []byte, s *probe.Socket) []byte {
	number := func(n probe.Maybe[uint32]) {
		if !n.Known {
			b = append(b, '?')
			return
		}
		b = strconv.AppendUint(b, uint64(n.Value), 10)
	}
	number(s.RecvQueue)
	b = append(b, '/')
	number(s.SendQueue)
	return b
}

var timerWords = map[probe.TimerKind]string{
	probe.TimerRetransmit: "renvoi",
	probe.TimerKeepalive:  "maintien",
	probe.TimerTimeWait:   "oubli",
	probe.TimerZeroWindow: "sonde",
}

// Timer writes what the kernel will do and when: "oubli 58 s", "renvoi ×2
// · 1,2 s"; "" where no timer runs, "?" where that is unknown.
func Timer(s *probe.Socket) string { return string(AppendTimer(nil, s)) }

// AppendTimer is [Timer] behind b.
func AppendTimer(b []byte, s *probe.Socket) []byte {
	if !s.Timer.Known {
		return append(b, '?')
	}
	t := s.Timer.Value
	if t.Kind == probe.TimerNone {
		return b
	}
	word, ok := timerWords[t.Kind]
	if !ok {
		word = "minuterie " + strconv.Itoa(int(t.Kind))
	}
	b = append(b, word...)
	if t.Retransmits > 0 {
		b = append(b, " ×"...)
		b = strconv.AppendUint(b, uint64(t.Retransmits), 10)
		b = append(b, " ·"...) // else two numbers would follow one another
	}
	b = append(b, ' ')
	return append(b, text.Left(t.Remaining)...)
}

// TimerMeaning explains a running timer in one French sentence; "" for
// [probe.TimerNone].
func TimerMeaning(k probe.TimerKind) string {
	switch k {
	case probe.TimerNone:
		return ""
	case probe.TimerRetransmit:
		return text.French("renvoi : sans confirmation d'ici là, le noyau renvoie ce qu'il a envoyé (×2 : déjà deux fois).")
	case probe.TimerKeepalive:
		return text.French("maintien : si rien ne passe d'ici là, le noyau demande à l'autre côté s'il est toujours là.")
	case probe.TimerTimeWait:
		return text.French("oubli : le noyau oubliera alors cette connexion.")
	case probe.TimerZeroWindow:
		return text.French("sonde : le noyau demandera alors à l'autre côté s'il a de nouveau de la place.")
	}
	return text.French("Une minuterie que labo ne connaît pas.")
}
