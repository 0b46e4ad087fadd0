package text

import (
	"fmt"
	"os"
	"syscall"
)

// signals are the meanings of those that end programs (signal(7)); of whoever
// sent one, they say nothing.
var signals = map[string]string{
	"SIGHUP": "celui d'un terminal qui se ferme", "SIGINT": "celui de Ctrl+C", "SIGQUIT": `celui de Ctrl+\`,
	"SIGTERM": "celui qui demande de finir", "SIGKILL": "celui qui tue, et dont rien ne protège",
	"SIGSEGV": "celui d'un accès interdit à la mémoire", "SIGBUS": "celui d'un accès impossible à la mémoire",
	"SIGFPE": "celui d'un calcul impossible", "SIGILL": "celui d'une instruction que le processeur n'a pas",
	"SIGABRT": "celui d'abort(), par lequel un programme s'arrête lui-même",
	"SIGPIPE": "celui d'une écriture que plus personne ne lit", "SIGALRM": "celui d'alarm(), un réveil",
	"SIGXCPU": "celui de la limite du temps de calcul", "SIGXFSZ": "celui de la limite de taille d'un fichier",
}

// Signal writes a signal: "SIGKILL (9)".
func Signal(number int) string {
	if name := signalName(number); name != "" {
		return fmt.Sprintf("%s (%d)", name, number)
	}
	return fmt.Sprint(number)
}

// SignalEnd says that a signal ended a program, and what that signal is for:
// "arrêté par le signal SIGSEGV (11), celui d'un accès interdit à la mémoire".
func SignalEnd(number int) string {
	words := "arrêté par le signal " + Signal(number)
	if means := signals[signalName(number)]; means != "" {
		words += ", " + means
	}
	return words
}

// KilledBy returns the signal that ended a process, 0 where none did.
func KilledBy(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return int(status.Signal())
	}
	return 0
}
