package act

import (
	"strings"

	"labo/lessons/demo"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// Letters returns n ASCII letters.
func Letters(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(i%26)
	}
	return string(b)
}

// HalfClosed: one side has closed, and its FIN was acknowledged.
func HalfClosed(s *probe.Snapshot) bool {
	return len(InState(s, probe.CloseWait)) == 1 && len(InState(s, probe.FinWait2)) == 1
}

// Said is how a call ended: "réussi", or its errno.
func Said(err error) string {
	switch {
	case err == nil:
		return "réussi"
	case fault.Errno(err) != "":
		return "échoue avec " + fault.Errno(err)
	}
	return "échoue : " + fault.Cause(err)
}

// InUse reports whether a call failed because the port is taken.
func InUse(err error) bool {
	name, _, _ := strings.Cut(fault.Errno(err), " ")
	return name == "EADDRINUSE" || name == "WSAEADDRINUSE"
}

// Handed says what send() returned: the bytes are the kernel's now.
func Handed(n int) string { return "confie " + text.Plural(n, "octet") }

// NotHere says why a state could not be made or shown on this system.
func NotHere(e *demo.NotHereError) string {
	if e.Err == nil {
		return "ce système n'offre pas de moyen simple de le fabriquer ou de le montrer ; Linux, si"
	}
	return "n'a pas été vu : " + fault.Cause(e.Err)
}
