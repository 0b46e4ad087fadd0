package answer

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/lessons/measured"
	"labo/lessons/sonde"
	"labo/lessons/stage/paint"
	"labo/probe"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// The commands that a page prints, run while it is up, show what it says: each
// row with its ends and its state, a timer, IPV6_V6ONLY, what was counted, and
// the reservation that this ss may not list.
func TestChecksShowWhatThePageSays(t *testing.T) {
	probetest.Need(t, "ss")
	probetest.Need(t, "python3")
	defer setSS(measured.SSVersion)
	setSS(installedSS)
	for name, c := range map[string]struct {
		make func(t *testing.T, port uint16)
		want []string // beside the rows
	}{
		"nothing": {func(*testing.T, uint16) {}, nil},
		"a conversation": {func(t *testing.T, port uint16) {
			_, server := talk(t, port)
			if _, err := server.Write(make([]byte, 321)); err != nil {
				t.Fatal(err)
			}
		}, []string{"bytes_sent:321"}},
		"TIME-WAIT": {func(t *testing.T, port uint16) {
			client, server := talk(t, port)
			server.Close()
			client.Close()
			awaitRow(t, port, probe.TimeWait)
		}, []string{"timer:(timewait,"}},
		"an IPv6 server": {func(t *testing.T, port uint16) {
			l, err := net.Listen("tcp6", fmt.Sprintf("[::]:%d", port))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
		}, []string{"v6only:1"}},
		"a reservation": {func(t *testing.T, port uint16) {
			fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { unix.Close(fd) })
			if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: int(port)}); err != nil {
				t.Fatal(err)
			}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			port := freeport.Get(t)
			c.make(t, port)
			f := probe.Filter{Ports: []uint16{port}, Info: true}
			page, s := report(t, f)
			output := runChecks(t, page)
			for i := range s.Sockets {
				for _, words := range rowWords(&s.Sockets[i]) {
					if !strings.Contains(output, words) {
						t.Errorf("no %q in what the commands show of\n%s\n%s", words, page, output)
					}
				}
			}
			for _, words := range c.want {
				if !strings.Contains(output, words) {
					t.Errorf("no %q in what the commands show of\n%s\n%s", words, page, output)
				}
			}
			if len(s.Sockets) == 0 && strings.Contains(output, strconv.Itoa(int(port))) {
				t.Errorf("the page says there is nothing:\n%s", output)
			}
		})
	}
}

// The command of a page about a process shows its rows, and who holds them.
func TestCheckOfAProcessShowsItsRows(t *testing.T) {
	probetest.Need(t, "ss")
	talk(t, freeport.Get(t))
	f := probe.Filter{PIDs: []int{os.Getpid()}}
	s, err := probe.Sockets(t.Context(), f)
	if err != nil || len(s.Sockets) < 3 {
		t.Fatalf("%v, %v", s, err)
	}
	page := string(Report(paint.Palette{}, 80, f, s, nil))
	output := runChecks(t, page)
	for i := range s.Sockets {
		for _, words := range append(rowWords(&s.Sockets[i]), "pid="+strconv.Itoa(os.Getpid())+",") {
			if !strings.Contains(output, words) {
				t.Errorf("no %q in what the command shows of\n%s\n%s", words, page, output)
			}
		}
	}
}

// rowWords are what must be found of a row. A reservation is met by a refusal,
// or listed.
func rowWords(s *probe.Socket) []string {
	switch s.State {
	case probe.Bound:
		return []string{"Address already in use"}
	case probe.Established:
		return []string{"ESTAB", s.Local.String(), s.Remote.String()}
	case probe.Listen:
		return []string{"LISTEN", s.Local.String()}
	}
	return []string{s.State.String(), s.Local.String(), s.Remote.String()}
}

func report(t *testing.T, f probe.Filter) (string, *probe.Snapshot) {
	t.Helper()
	s, err := probe.Sockets(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := sonde.Answers(t.Context(), f, s, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(PortReport(paint.Palette{}, 80, f, s, answers)), s
}

// runChecks runs the commands of a page as they stand there.
func runChecks(t *testing.T, page string) string {
	t.Helper()
	_, commands, found := strings.Cut(page, "Vérifiez sans labo")
	if !found {
		t.Fatalf("no command in\n%s", page)
	}
	var all strings.Builder
	for line := range strings.Lines(commands) {
		if cmd, ok := strings.CutPrefix(line, noMark); ok {
			out, _ := exec.CommandContext(t.Context(), "sh", "-c", cmd).CombinedOutput() // a refusal is an answer
			all.Write(out)
		}
	}
	return all.String()
}

// talk opens a connection to a server of the port.
func talk(t *testing.T, port uint16) (client, server net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if client, err = net.Dial("tcp4", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

func awaitRow(t *testing.T, port uint16, st probe.State) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		s, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{port}, States: probe.NewStateSet(st)})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Sockets) > 0 {
			return
		}
	}
}
