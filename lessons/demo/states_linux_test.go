package demo

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/probe"
	"labo/probe/strict"
)

// The test program runs itself again as the child of a demonstration.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "enfant" {
		if err := RunChild(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// Every one of the eleven states is reached and held, without root, and ss
// shows the same.
func TestElevenStates(t *testing.T) {
	ss := strict.Need(t, "ss")
	for _, state := range Eleven {
		t.Run(state.String(), func(t *testing.T) {
			begun := time.Now()
			m, err := MakeState(t.Context(), state)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			t.Logf("%v in %v", state, time.Since(begun))
			if state == probe.Closed {
				if m.Inode == 0 {
					t.Error("no inode: nothing proves that the socket exists")
				}
				return
			}
			if m.Socket.State != state {
				t.Fatalf("the probe shows %v", m.Socket.State)
			}
			if !ssShows(t, ss, &m.Socket) {
				t.Errorf("ss does not show %v", m.Socket)
			}
		})
	}
}

var ssNames = map[probe.State]string{
	probe.Listen: "LISTEN", probe.SynSent: "SYN-SENT", probe.SynReceived: "SYN-RECV", probe.Established: "ESTAB",
	probe.FinWait1: "FIN-WAIT-1", probe.FinWait2: "FIN-WAIT-2", probe.CloseWait: "CLOSE-WAIT", probe.Closing: "CLOSING",
	probe.LastAck: "LAST-ACK", probe.TimeWait: "TIME-WAIT",
}

func ssShows(t *testing.T, ss string, s *probe.Socket) bool {
	t.Helper()
	out, err := exec.Command(ss, "-tanH", "-o").Output()
	if err != nil {
		t.Fatal(err)
	}
	remote := s.Remote.String()
	if !s.Remote.IsValid() {
		remote = "0.0.0.0:*"
	}
	for line := range bytes.Lines(out) {
		f := strings.Fields(string(line))
		if len(f) >= 5 && f[0] == ssNames[s.State] && f[3] == s.Local.String() && f[4] == remote {
			return true
		}
	}
	return false
}

// What was made is gone after Close, but for the memory of TIME-WAIT.
func TestStatesLeaveNothing(t *testing.T) {
	for _, state := range Eleven {
		m, err := MakeState(t.Context(), state)
		if err != nil {
			t.Fatal(err)
		}
		local, remote := m.Socket.Local, m.Socket.Remote
		m.Close()
		if state == probe.Closed || state == probe.TimeWait {
			continue
		}
		deadline := time.Now().Add(5 * time.Second)
		for {
			s, err := probe.Sockets(t.Context(), probe.Filter{Ports: []uint16{m.Port}})
			if err != nil {
				t.Fatal(err)
			}
			left := ""
			for _, sock := range s.Sockets {
				if sock.Local == local && sock.Remote == remote {
					left = fmt.Sprint(sock.State)
				}
			}
			if left == "" {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%v left a socket in %s", state, left)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}
}
