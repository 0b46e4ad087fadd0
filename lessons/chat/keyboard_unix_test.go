//go:build unix

package chat

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/term"

	"labo/probe/probetest"
)

// TestTerminalKeysEndTheServer presses Ctrl+D and Ctrl+C on a server's
// terminal, while it waits for a client and while it has one.
func TestTerminalKeysEndTheServer(t *testing.T) {
	for key, want := range map[string]Ending{"\x04": InputEnded, "\x03": Interrupted} {
		for _, connected := range []bool{false, true} {
			port := freePort(t)
			server := run(t, labo(t, "serveur", port))
			server.shows("[Serveur] En attente", 1)
			if connected {
				client := run(t, labo(t, "client", port))
				client.shows(">>> ", 1)
				server.shows("[Serveur] Connexion", 1)
			}
			server.keys("bonjour\n")
			server.says(NoticeDeaf) // before Ctrl+C, which empties the terminal's input
			server.keys(key)
			if got := server.ends(); got != int(want) {
				t.Errorf("key %q, client %v: ended %v, want %v", key, connected, Ending(got), want)
			}
			kind := map[Ending]NoticeKind{InputEnded: NoticeInputEnded, Interrupted: NoticeStopped}[want]
			said := fmt.Sprintln(NoticeDeaf, false) + fmt.Sprintln(kind, want == Interrupted)
			if got := server.stderr.String(); got != said {
				t.Errorf("key %q, client %v: remarks %q, want %q", key, connected, got, said)
			}
		}
	}
}

// TestTerminalKeepsItsState holds that a client reads a terminal as it is set,
// and leaves it so.
func TestTerminalKeepsItsState(t *testing.T) {
	port := freePort(t)
	server := run(t, labo(t, "serveur", port))
	server.shows("[Serveur] En attente", 1)
	client := run(t, labo(t, "client", port))
	before, err := term.GetState(int(client.tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	client.shows(">>> ", 1)
	during, err := term.GetState(int(client.tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	client.keys("exit\n")
	if got := client.ends(); got != int(ByExit) {
		t.Errorf("ended %v", Ending(got))
	}
	if *before != *during {
		t.Errorf("the terminal was changed: %+v, then %+v", before, during)
	}
}

// TestCtrlDInTheMiddleOfALine does as Python's input(): it ends the line, and
// only at the beginning of a line does it end the input.
func TestCtrlDInTheMiddleOfALine(t *testing.T) {
	port, accept := rawServer(t)
	client := run(t, labo(t, "client", port))
	conn := accept()
	client.shows(">>> ", 1)
	client.keys("bon\x04jour\x04\x04")
	client.shows(">>> ", 2)
	client.keys("\x04")
	if got := client.ends(); got != int(InputEnded) {
		t.Errorf("ended %v", Ending(got))
	}
	if got := readAll(t, conn); got != "bonjour" {
		t.Errorf("on the wire %q", got)
	}
}

// TestTerminalCutsALongLine types more than a terminal lets through.
func TestTerminalCutsALongLine(t *testing.T) {
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "the longest line of a terminal is known on Linux only")
	}
	port, accept := rawServer(t)
	client := run(t, labo(t, "client", port))
	conn := accept()
	client.shows(">>> ", 1)
	client.keys(strings.Repeat("a", 3000))
	client.shows("a", 3000) // echoed: the terminal has them, and its input has room
	client.keys(strings.Repeat("b", 2000))
	client.shows("b", terminalLine-3000)
	client.keys("\n")
	client.shows(">>> ", 2)
	client.keys("exit\n")
	if got := client.ends(); got != int(ByExit) {
		t.Errorf("ended %v", Ending(got))
	}
	if got, want := len(readAll(t, conn)), terminalLine+len("exit"); got != want {
		t.Errorf("%d bytes on the wire, want %d", got, want)
	}
	if want := fmt.Sprintln(NoticeTerminalCut, false) + fmt.Sprintln(NoticeLongLine, false); client.stderr.String() != want {
		t.Errorf("remarks %q, want %q", client.stderr, want)
	}
}

// TestKeyboardOfAFileDoesNotWait reads files that epoll refuses.
func TestKeyboardOfAFileDoesNotWait(t *testing.T) {
	file := t.TempDir() + "/messages"
	if err := os.WriteFile(file, []byte("un\nexit\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Ending{file: ByExit, os.DevNull: InputEnded} {
		in, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		port, accept := rawServer(t)
		r := connect(t, Client{Port: port, In: in})
		readAll(t, accept())
		r.wait()
		if r.ending != want {
			t.Errorf("%s: ended %v (%v), want %v", name, r.ending, r.err, want)
		}
	}
}

// TestKeyboardOfAPipeCanBeLeft ends a client whose pipe gives nothing, and
// leaves the pipe open.
func TestKeyboardOfAPipeCanBeLeft(t *testing.T) {
	in, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	defer in.Close()
	port, accept := rawServer(t)
	r := connect(t, Client{Port: port, In: in})
	conn := accept()
	r.await(Connected)
	conn.Close()
	r.endsWith(PeerLeft, NoticeServerLeft)
	if _, err := w.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	if n, err := in.Read(make([]byte, 1)); n != 1 || err != nil {
		t.Errorf("the pipe was taken away: %d, %v", n, err)
	}
}
