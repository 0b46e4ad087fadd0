package demo

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/probe"
	"labo/probe/probetest"
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
	for _, state := range Eleven {
		t.Run(state.String(), func(t *testing.T) {
			answers := 1
			if state == probe.Closed {
				answers = 0 // it is in no table: /proc proves it
			}
			witnessed(t, answers, 0)
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
				if !opens(t, m.Inode) {
					t.Errorf("no descriptor of this process is the socket %d", m.Inode)
				}
				rows, err := probetest.SS(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if slices.ContainsFunc(rows, func(r probetest.SSRow) bool { return uint64(r.Inode) == m.Inode }) {
					t.Error("ss has a row for it")
				}
				return
			}
			if m.Socket.State != state {
				t.Fatalf("the probe shows %v", m.Socket.State)
			}
		})
	}
}

// Of a state that both ends are in at once, the table shows both as they stay:
// whoever reads it and then looks with ss sees the same.
func TestStatesAreSettledWhenShown(t *testing.T) {
	other := map[probe.State]probe.State{
		probe.SynReceived: probe.Established, probe.Established: probe.Established, probe.FinWait1: probe.Established,
		probe.FinWait2: probe.CloseWait, probe.CloseWait: probe.FinWait2, probe.Closing: probe.FinWait2, probe.LastAck: probe.FinWait2,
	}
	for range 10 {
		for state, want := range other {
			m, err := MakeState(t.Context(), state)
			if err != nil {
				t.Fatal(err)
			}
			var shown []probe.State
			for _, s := range m.Snapshot.Sockets {
				shown = append(shown, s.State)
				if s.Local == m.Socket.Remote && s.Remote == m.Socket.Local && s.State != want {
					t.Errorf("%v: the other end is shown in %v, want %v", state, s.State, want)
				}
			}
			if len(shown) != 3 {
				t.Errorf("%v: the table shows %v", state, shown)
			}
			m.Close()
		}
	}
}

// opens reports whether this process has the socket open, by /proc/self/fd.
func opens(t *testing.T, inode uint64) bool {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(fds, func(fd os.DirEntry) bool {
		link, err := os.Readlink("/proc/self/fd/" + fd.Name())
		return err == nil && link == fmt.Sprintf("socket:[%d]", inode)
	})
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
