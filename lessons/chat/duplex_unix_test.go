//go:build unix

package chat

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/lessons/emulator"
	"labo/probe/probetest"
)

type maker = func(*testing.T, string, uint16) *exec.Cmd

var makers = map[string]maker{"python": python, "labo": labo}

// eachPairing runs a test with the four pairings of the sheet's two-way
// programs and labo's.
func eachPairing(t *testing.T, test func(t *testing.T, server, client maker)) {
	for s, server := range makers {
		for c, client := range makers {
			t.Run(s+" serveur2, "+c+" client2", func(t *testing.T) { test(t, server, client) })
		}
	}
}

// seen is the screen of a program, as its reader sees it.
func (p *program) seen() string {
	p.t.Helper()
	term := emulator.New(screenWidth, screenHeight, nil)
	defer term.Close()
	term.Write([]byte(p.screen.String()))
	if odd := term.Odd(); isLabo(p) && len(odd) > 0 {
		p.t.Errorf("sequences that no terminal here knows: %q", odd)
	}
	return term.Written()
}

// sees waits until the screen ends with these rows.
func (p *program) sees(rows ...string) {
	p.t.Helper()
	want := strings.Join(rows, "\n")
	p.await(fmt.Sprintf("see at last %q", want), func() bool {
		got := anyPort(p.seen())
		return got == want || strings.HasSuffix(got, "\n"+want)
	})
}

// TestTwoWayPairings plays a conversation on terminals: half a line is typed
// when a message comes, and the peer still gets the whole of it.
func TestTwoWayPairings(t *testing.T) {
	eachPairing(t, func(t *testing.T, makeServer, makeClient maker) {
		for _, first := range []string{"client", "serveur"} {
			port := freePort(t)
			server := run(t, makeServer(t, "serveur2", port))
			server.shows("[Serveur] En attente de connexion...\r\n", 1)
			client := run(t, makeClient(t, "client2", port))
			client.shows("[Client >>>] ", 1)
			server.shows("[Serveur >>>] ", 1)
			client.keys("ça va 👋")
			client.shows("ça va 👋", 1)
			server.keys("bonjour, client\n")
			client.shows("[Serveur] bonjour, client\r\n", 1)
			if isLabo(client) {
				client.sees("[Client] Connecté au serveur.", "[Serveur] bonjour, client", "[Client >>>] ça va 👋")
			}
			client.keys(" bien ?\n")
			server.shows("[Client] ça va 👋 bien ?\r\n", 1)
			if isLabo(server) {
				server.sees("[Serveur] Connecté à ('127.0.0.1', PORT)", "[Serveur >>>] bonjour, client",
					"[Client] ça va 👋 bien ?", "[Serveur >>>]")
			}
			one, other := client, server
			if first == "serveur" {
				one, other = server, client
			}
			one.keys("ExIt\n")
			other.shows("a quitté la conversation.\r\n", 1)
			other.keys("encore là\n") // one exit ends nobody
			one.shows("] encore là\r\n", 1)
			other.keys("exit\n")
			one.shows("a quitté la conversation.\r\n", 1)
			for _, p := range []*program{one, other} {
				want := 0
				if isLabo(p) {
					want = int(ByExit)
				}
				if got := p.ends(); got != want {
					t.Errorf("%s first: %s ended with status %d, want %d; stderr %s", first, p.name, got, want, p.stderr)
				}
				p.leftTheTerminal()
			}
			for p, kind := range map[*program]NoticeKind{one: NoticeOneExit, other: NoticePeerExit} {
				if want := fmt.Sprintln(kind, false); isLabo(p) && p.stderr.String() != want {
					t.Errorf("%s first: remarks %q, want %q", first, p.stderr, want)
				}
			}
		}
	})
}

// TestTwoWayPairingsThroughPipes compares what the programs print, byte for
// byte, with what the sheet's print in the same conversation.
func TestTwoWayPairingsThroughPipes(t *testing.T) {
	for _, first := range []string{"client", "serveur"} {
		reference := pipedConversation(t, python, python, first)
		if !strings.Contains(reference.server, "[Client] ça va ? 👋\n[Serveur >>>] ") {
			t.Fatalf("the reference is no conversation: %+v", reference)
		}
		eachPairing(t, func(t *testing.T, makeServer, makeClient maker) {
			if got := pipedConversation(t, makeServer, makeClient, first); got != reference {
				t.Errorf("%s first:\n%+q\nwant\n%+q", first, got, reference)
			}
		})
	}
}

// piped is a program between two pipes.
type piped struct {
	*program
	in io.WriteCloser
}

func pipe(t *testing.T, cmd *exec.Cmd) *piped {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &piped{&program{t: t, name: cmd.Path, cmd: cmd, screen: &lockedBuffer{}, stderr: &lockedBuffer{},
		read: make(chan struct{}), exited: make(chan struct{})}, in}
	cmd.Stdout, cmd.Stderr = p.screen, p.stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(p.read)
	go func() {
		defer close(p.exited)
		cmd.Wait()
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.exited
	})
	return p
}

// types types a line and waits until the program has asked so many times.
func (p *piped) types(line, prompt string, prompts int) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
	p.shows(prompt, prompts)
}

func pipedConversation(t *testing.T, makeServer, makeClient maker, first string) screens {
	t.Helper()
	const ask, answer = "[Client >>>] ", "[Serveur >>>] "
	port := freePort(t)
	server := pipe(t, makeServer(t, "serveur2", port))
	server.shows("[Serveur] En attente de connexion...\n", 1)
	client := pipe(t, makeClient(t, "client2", port))
	client.shows(ask, 1)
	server.shows(answer, 1)
	client.types("ça va ? 👋", ask, 2)
	server.shows(answer, 2)
	server.types("oui", answer, 3)
	client.shows(ask, 3)
	server.types("", answer, 4)
	one, other, mine, theirs := client, server, ask, answer
	count, counts := 3, 4
	if first == "serveur" {
		one, other, mine, theirs = server, client, answer, ask
		count, counts = 4, 3
	}
	one.types("EXIT", mine, count) // no prompt after it
	other.shows(theirs, counts+1)
	other.types("encore", theirs, counts+2)
	one.shows(mine, count+1)
	other.types("exit", theirs, counts+2)
	one.shows(mine, count+2)
	server.ends()
	client.ends()
	return screens{anyPort(server.screen.String()), client.screen.String()}
}

// leftTheTerminal holds that the terminal is as it was before the program.
func (p *program) leftTheTerminal() {
	p.t.Helper()
	if after := termiosOf(p.t, p.tty); *after != *p.before {
		p.t.Errorf("%s left its terminal changed:\n%+v\nwas\n%+v", p.name, after, p.before)
	}
}

func termiosOf(t *testing.T, tty *os.File) *unix.Termios {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(tty.Fd()), getTermios)
	if err != nil {
		probetest.Missing(t, "this system does not tell the mode of a terminal from its other end: %v", err)
	}
	return state
}

// edits waits until the editor has the terminal, signals kept.
func (p *program) edits() {
	p.t.Helper()
	p.await("take its terminal", func() bool {
		flags := termiosOf(p.t, p.tty).Lflag
		return flags&unix.ICANON == 0 && flags&unix.ECHO == 0 && flags&unix.ISIG != 0
	})
}

// TestOneCtrlCEndsTwoWayPrograms presses Ctrl+C, once, at each moment.
func TestOneCtrlCEndsTwoWayPrograms(t *testing.T) {
	for _, role := range []string{"serveur2", "client2"} {
		for _, moment := range []string{"alone", "asked", "typing", "said exit", "heard exit", "said and typed"} {
			if role == "client2" && moment == "alone" {
				continue // it is never alone for long: refused, or connected
			}
			t.Run(role+", "+moment, func(t *testing.T) {
				p, conn := duplexOnTerminal(t, role, moment != "alone")
				p.edits()
				switch moment {
				case "alone":
				case "typing":
					p.keys("bonj")
					p.shows("bonj", 1)
				case "heard exit":
					io.WriteString(conn, "exit")
					p.says(NoticePeerExit)
				case "said exit", "said and typed":
					p.keys("exit\r")
					p.says(NoticeOneExit)
					if moment == "said and typed" {
						p.keys("encore")
						p.says(NoticeMuted)
					}
				}
				p.keys("\x03")
				if got := p.ends(); got != int(Interrupted) {
					t.Errorf("ended %v", Ending(got))
				}
				p.leftTheTerminal()
				p.says(NoticeStopped)
				if row := "\n[Serveur >>>] bonj"; role == "serveur2" && moment == "typing" && !strings.HasSuffix(p.seen(), row) {
					t.Errorf("the screen ends %q", p.seen())
				}
			})
		}
	}
}

// duplexOnTerminal starts a two-way program of labo on a terminal, and is its
// peer when it is to have one.
func duplexOnTerminal(t *testing.T, role string, connected bool) (*program, *net.TCPConn) {
	t.Helper()
	if role == "client2" {
		port, accept := rawServer(t)
		p := run(t, labo(t, role, port))
		conn := accept()
		p.shows("[Client >>>] ", 1)
		return p, conn
	}
	port := freePort(t)
	p := run(t, labo(t, role, port))
	p.shows("[Serveur] En attente", 1)
	if !connected {
		return p, nil
	}
	conn := dialPort(t, port)
	p.shows("[Serveur >>>] ", 1)
	return p, conn
}

func dialPort(t *testing.T, port uint16) *net.TCPConn {
	t.Helper()
	conn, err := net.DialTCP("tcp4", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(port)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// TestCtrlDInTwoWayPrograms ends the input at each moment.
func TestCtrlDInTwoWayPrograms(t *testing.T) {
	alone, _ := duplexOnTerminal(t, "serveur2", false)
	alone.edits()
	alone.keys("x\x01\x04\x04") // the first deletes a letter
	if got := alone.ends(); got != int(InputEnded) {
		t.Errorf("alone: ended %v", Ending(got))
	}
	alone.leftTheTerminal()

	p, conn := duplexOnTerminal(t, "serveur2", true)
	p.edits()
	p.keys("\x04")
	p.says(NoticeInputEnded)
	p.leftTheTerminal()
	io.WriteString(conn, "tu es là ?")
	p.shows("[Client] tu es là ?\r\n", 1)
	io.WriteString(conn, "exit")
	if got := p.ends(); got != int(InputEnded) {
		t.Errorf("then exit: ended %v", Ending(got))
	}

	p, conn = duplexOnTerminal(t, "client2", true)
	io.WriteString(conn, "exit")
	p.says(NoticePeerExit)
	p.keys("\x04")
	if got := p.ends(); got != int(InputEnded) {
		t.Errorf("after exit: ended %v", Ending(got))
	}
	p.leftTheTerminal()
	if got := readAll(t, conn); got != "" {
		t.Errorf("on the wire %q", got)
	}
}

// TestTypedBeforeTheClientCame is sent when it comes, as the terminal keeps it
// for serveur2.py.
func TestTypedBeforeTheClientCame(t *testing.T) {
	port := freePort(t)
	p := run(t, labo(t, "serveur2", port))
	p.shows("[Serveur] En attente", 1)
	p.edits()
	p.keys("déjà\rmoitié")
	p.says(NoticeEarly)
	p.shows("moitié", 1)
	conn := dialPort(t, port)
	p.sees("[Serveur] En attente de connexion...", "déjà", "[Serveur] Connecté à ('127.0.0.1', PORT)", "[Serveur >>>] moitié")
	reads(t, conn, "déjà")
	p.keys("\r")
	reads(t, conn, "moitié")
}

// TestHostileBytesReachNoTerminal sends what a terminal would obey while a line
// is typed.
func TestHostileBytesReachNoTerminal(t *testing.T) {
	p, conn := duplexOnTerminal(t, "serveur2", true)
	p.keys("moi")
	p.shows("moi", 1)
	io.WriteString(conn, "\x1b[2J\x1b]0;titre\x07\r\x9b31m\xff")
	p.sees("[Client] ␛[2J␛]0;titre␇␍⟨9b⟩31m⟨ff⟩", "[Serveur >>>] moi")
	p.keys("\x03")
	p.ends()
}

// TestDumbTerminalShowsPlainLines leaves a terminal that cannot be drawn on as
// it is.
func TestDumbTerminalShowsPlainLines(t *testing.T) {
	port, accept := rawServer(t)
	cmd := labo(t, "client2", port)
	cmd.Env = append(cmd.Env, "TERM=dumb")
	p := run(t, cmd)
	conn := accept()
	p.shows("[Client >>>] ", 1)
	p.leftTheTerminal()
	io.WriteString(conn, "salut")
	p.shows("[Client >>>] [Serveur] salut\r\n[Client >>>] ", 1)
	p.keys("exit\n")
	p.says(NoticeOneExit)
	io.WriteString(conn, "exit")
	if got := p.ends(); got != int(ByExit) {
		t.Errorf("ended %v", Ending(got))
	}
	if strings.Contains(p.screen.String(), "\x1b") {
		t.Errorf("sequences on a dumb terminal: %q", p.screen)
	}
}

func reads(t *testing.T, conn *net.TCPConn, want string) {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(bound))
	buf := make([]byte, len(want))
	if _, err := io.ReadFull(conn, buf); err != nil || string(buf) != want {
		t.Fatalf("read %q (%v), want %q", buf, err, want)
	}
}
