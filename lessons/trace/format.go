package trace

import (
	"strconv"
	"strings"

	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/syscalls"
)

// shownData is how many bytes of a message a line shows.
const shownData = 32

// CallText returns a call as it is written: "accept4(3) = 4".
func CallText(c *syscalls.Call) string {
	var b strings.Builder
	b.WriteString(c.Name)
	b.WriteByte('(')
	for i, arg := range c.Args {
		if i > 0 && !strings.HasPrefix(arg.Text, "→") {
			b.WriteString(", ")
		} else if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(argText(arg))
	}
	b.WriteByte(')')
	b.WriteString(resultText(c))
	return b.String()
}

func argText(a syscalls.Arg) string {
	if !a.Buf {
		return text.Visible(a.Text)
	}
	if a.Bytes == nil {
		return "…"
	}
	return quote(a.Bytes, a.Cut)
}

// quote returns bytes from outside between guillemets, made visible.
func quote(b []byte, cut bool) string {
	if len(b) > shownData {
		b, cut = b[:shownData], true
	}
	s := text.Visible(string(b))
	if cut {
		s += "…"
	}
	return "«" + text.NBSP + s + text.NBSP + "»"
}

func resultText(c *syscalls.Call) string {
	switch {
	case c.Failed():
		s := " = −1 " + text.Visible(c.Err)
		if c.Errno > 0 && c.Err != "ERESTART" {
			s += " (" + strconv.Itoa(c.Errno) + ")"
		}
		return s
	case c.NoReturn && c.Name != "execve":
		return ""
	case !c.Done:
		return " …"
	}
	return " = " + strconv.FormatInt(c.Ret, 10)
}

// Outcome returns in French what came of a call, "" when its line says it all.
func Outcome(c *syscalls.Call) string {
	if c.Failed() && c.Addr.Path == nscdPath {
		return text.French("recherche de nom : la mémoire des noms (nscd) n'est pas installée, ce n'est pas une erreur")
	}
	switch {
	case c.Restart && c.Again.Known && c.Again.Value:
		return text.French("interrompu par un signal, puis refait")
	case c.Restart && c.Again.Known:
		return text.French("interrompu par un signal, et pas refait : il a rendu EINTR (Python pose ses gestionnaires de signaux sans SA_RESTART)")
	case c.Failed():
		return text.French(ErrnoWords(c.Err))
	}
	if !c.Done {
		return ""
	}
	switch WordKey(c.Name) {
	case "recvfrom", "recv", "read", "recvmsg", "readv":
		if c.Ret == 0 && c.Asked != 0 && c.FD != 0 {
			return text.French("0 octet : l'autre côté a fermé, plus rien ne viendra")
		}
		if c.Ret == 0 && c.FD == 0 {
			return text.French("0 octet : fin de l'entrée")
		}
	case "accept", "connect", "bind", "listen", "shutdown":
		return HeldText(c.Socket)
	case "clone", "fork", "vfork":
		return text.French("créé : " + strconv.FormatInt(c.Ret, 10))
	}
	return ""
}

// nscdPath is what the C library calls first to look a name up (nscd(8)).
const nscdPath = "/var/run/nscd/socket"

// HeldText says what the kernel holds on a descriptor: "descripteur 4 ·
// 127.0.0.1:12345 ↔ 127.0.0.1:57462 · ESTABLISHED". "" for nil.
func HeldText(s *syscalls.Socket) string {
	if s == nil {
		return ""
	}
	parts := []string{"descripteur " + strconv.Itoa(s.FD)}
	ends := ""
	if s.Local.Valid() && !(s.State == probe.Closed && s.Local.IP.IsValid() && s.Local.IP.Port() == 0) {
		ends = text.Visible(s.Local.String())
	}
	if s.Remote.Valid() {
		ends += " ↔ " + text.Visible(s.Remote.String())
	}
	if ends != "" {
		parts = append(parts, ends)
	}
	if s.State != probe.StateUnknown {
		parts = append(parts, measured.StateName(s.State))
	}
	return strings.Join(parts, " · ")
}
