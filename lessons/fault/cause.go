package fault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"slices"
	"syscall"

	"labo/lessons/text"
	"labo/probe"
)

// Cause says in French why something failed, to stand behind what was being
// done: "ECONNREFUSED (111)", "aucune réponse à temps". The words of Go, of the
// C library and of the kernel are English, and never shown: of what labo has no
// words for, it says that it does not know why.
func Cause(err error) string {
	if f, ok := errors.AsType[*Fault](err); ok && f.What != "" {
		return f.What
	}
	if number := Errno(err); number != "" {
		return number
	}
	for _, c := range causes {
		if errors.Is(err, c.is) {
			return c.words
		}
	}
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		if code := ended.ExitCode(); code >= 0 {
			return "le programme a fini avec le code " + text.ExitCode(code)
		}
		return "le programme a été " + text.SignalEnd(text.KilledBy(ended.ProcessState))
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return "personne ne connaît ce nom de machine"
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return noAnswer
	}
	return "labo ne sait pas pourquoi"
}

const noAnswer = "aucune réponse à temps"

// causes are the errors of Go that have no number of the system's.
var causes = []struct {
	is    error
	words string
}{
	{context.DeadlineExceeded, noAnswer},
	{os.ErrDeadlineExceeded, noAnswer},
	{context.Canceled, "interrompu"},
	{net.ErrClosed, "déjà fermé"},
	{fs.ErrClosed, "déjà fermé"},
	{io.ErrClosedPipe, "plus personne à l'autre bout"},
	{io.ErrUnexpectedEOF, "la fin est venue trop tôt"},
	{io.EOF, "la fin est venue trop tôt"},
	{exec.ErrNotFound, "programme introuvable"},
	{exec.ErrDot, "programme trouvé dans ce dossier seulement"},
	{exec.ErrWaitDelay, "le programme a fini sans fermer ses sorties"},
	{fs.ErrNotExist, "introuvable"},
	{fs.ErrExist, "existe déjà"},
	{fs.ErrPermission, "droits insuffisants"},
	{errors.ErrUnsupported, "ce système ne l'offre pas"},
}

// Errno returns the name and number of the system error inside err, as in
// "ECONNREFUSED (111)", and the empty string where there is none. Numbers
// differ from one system to another: this is the number of this one.
func Errno(err error) string {
	e, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return ""
	}
	if name := probe.SystemErrno(e); name != "" {
		return fmt.Sprintf("%s (%d)", name, uintptr(e))
	}
	return fmt.Sprintf("erreur %d du système", uintptr(e))
}

// Refused reports whether a call was answered "no": nobody listens there.
func Refused(err error) bool { return probe.ErrnoName(err) == "ECONNREFUSED" }

// Broken reports whether a read or a write failed because the peer's RST came.
// Windows says so with ECONNABORTED as well, and a write after the RST has been
// reported by EPIPE, there ESHUTDOWN.
func Broken(err error) bool {
	return slices.Contains([]string{"ECONNRESET", "ECONNABORTED", "EPIPE", "ESHUTDOWN"}, probe.ErrnoName(err))
}
