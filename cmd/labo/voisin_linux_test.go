package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/lessons/text"
	"labo/probe/probetest"
)

// neighbourMachine is a network namespace that stands for one.
type neighbourMachine struct {
	t    *testing.T
	ns   *os.File
	pid  int // of a process in it
	addr string
}

// machines returns two, joined by a cable.
func machines(t *testing.T) (a, b *neighbourMachine) {
	t.Helper()
	ip := probetest.Need(t, "ip")
	probetest.Need(t, "ss")
	if os.Getuid() != 0 {
		probetest.Missing(t, "joining two network namespaces takes root")
	}
	a, b = newMachine(t, "10.77.0.1"), newMachine(t, "10.77.0.2")
	a.run(ip, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", fmt.Sprint(b.pid))
	for _, m := range []*neighbourMachine{a, b} {
		m.run(ip, "addr", "add", m.addr+"/24", "dev", "cable")
		m.run(ip, "link", "set", "lo", "up")
		m.run(ip, "link", "set", "cable", "up")
	}
	return a, b
}

func newMachine(t *testing.T, addr string) *neighbourMachine {
	t.Helper()
	holder := exec.Command("sleep", "infinity")
	holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	if err := holder.Start(); err != nil {
		probetest.Missing(t, "no network namespace here: %v", err)
	}
	t.Cleanup(func() { holder.Process.Kill(); holder.Wait() })
	ns, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", holder.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ns.Close() })
	return &neighbourMachine{t: t, ns: ns, pid: holder.Process.Pid, addr: addr}
}

// in calls f on that neighbourMachine: what it starts is there.
func (m *neighbourMachine) in(f func()) {
	m.t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	here, err := os.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()))
	if err != nil {
		m.t.Fatal(err)
	}
	defer here.Close()
	if err := unix.Setns(int(m.ns.Fd()), unix.CLONE_NEWNET); err != nil {
		m.t.Fatal(err)
	}
	defer func() {
		if err := unix.Setns(int(here.Fd()), unix.CLONE_NEWNET); err != nil {
			panic(err) // the thread is lost on the other neighbourMachine
		}
	}()
	f()
}

func (m *neighbourMachine) run(name string, args ...string) {
	m.t.Helper()
	m.in(func() {
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			m.t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	})
}

// ss is what that neighbourMachine's ss says of the port of the scenes.
func (m *neighbourMachine) ss() (rows []probetest.SSRow) {
	m.t.Helper()
	m.in(func() {
		var err error
		if rows, err = probetest.SS(m.t.Context(), 12345); err != nil {
			m.t.Fatal(err)
		}
	})
	return rows
}

// side is a labo on a neighbourMachine.
type side struct {
	t    *testing.T
	cmd  *exec.Cmd
	ends chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
}

func (s *side) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

func (s *side) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.ReplaceAll(s.out.String(), text.NBSP, " ")
}

// labo starts one, which its reader has let play alone.
func (m *neighbourMachine) labo(args ...string) *side {
	m.t.Helper()
	self, err := os.Executable()
	if err != nil {
		m.t.Fatal(err)
	}
	s := &side{t: m.t, cmd: exec.Command(self, append([]string{"voisin", "--texte", "--auto=0s"}, args...)...), ends: make(chan struct{})}
	s.cmd.Args[0] = "labo"
	s.cmd.Env = append(os.Environ(), "LABO_HOME="+m.t.TempDir(), "GORACE=atexit_sleep_ms=0")
	s.cmd.Stdout, s.cmd.Stderr = s, s
	m.in(func() { err = s.cmd.Start() })
	if err != nil {
		m.t.Fatal(err)
	}
	go func() { s.cmd.Wait(); close(s.ends) }()
	m.t.Cleanup(func() { s.cmd.Process.Kill(); <-s.ends })
	return s
}

const neighbourBound = 3 * time.Minute // for hanging

// sees waits until words were said.
func (s *side) sees(words string) {
	s.t.Helper()
	for deadline := time.Now().Add(neighbourBound); !strings.Contains(flat(s.said()), flat(words)); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%q was not said:\n%s", words, s.said())
		}
	}
}

// exit waits for the end.
func (s *side) exit() int {
	s.t.Helper()
	select {
	case <-s.ends:
	case <-time.After(neighbourBound):
		s.t.Fatalf("labo does not end:\n%s", s.said())
	}
	return s.cmd.ProcessState.ExitCode()
}

// neighbours are two labo that have met, the server's first.
func neighbours(t *testing.T, a, b *neighbourMachine, scene string) (server, client *side) {
	t.Helper()
	server = a.labo("--ecouter", "--adresse", a.addr, "--nom", "loutre 7", "--scene", scene)
	server.sees("On attend votre voisin")
	code := regexp.MustCompile(`labo voisin \S+ ([A-Z]{6})`).FindStringSubmatch(server.said())
	if code == nil {
		t.Fatal(server.said())
	}
	return server, b.labo(a.addr, code[1], "--nom", "buse 2", "--scene", scene)
}

// row returns the only row of ss in that state.
func row(t *testing.T, rows []probetest.SSRow, state string) probetest.SSRow {
	t.Helper()
	var found []probetest.SSRow
	for _, r := range rows {
		if r.State == state && r.Remote.IsValid() {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d rows in %s: %+v", len(found), state, rows)
	}
	return found[0]
}

// Two machines play all the scenes; the cable is pulled in the middle and put
// back. What each says of its kernel is what its own ss says.
func TestNeighboursPlay(t *testing.T) {
	a, b := machines(t)
	server, client := neighbours(t, a, b, "poignee")
	for _, s := range []*side{server, client} {
		s.sees("DÉBRANCHEZ")
	}
	a.run("ip", "link", "set", "cable", "down")
	server.sees("PERSONNE N'ENTEND")
	client.sees("PERSONNE N'ENTEND")
	client.sees("renvoi ×3")
	held, waits := row(t, a.ss(), "ESTAB"), row(t, b.ss(), "ESTAB")
	if held.SendQ != 0 || held.Timer != "" {
		t.Errorf("the server's kernel: %+v", held)
	}
	if waits.SendQ == 0 || waits.Timer != "on" {
		t.Errorf("the client's kernel: %+v", waits)
	}
	for s, words := range map[*side][]string{
		server: {"l'interface cable est coupée", "ESTABLISHED  " + held.Local.String() + "  " + held.Remote.String() + "  0/0", "Cette table est vieille"},
		client: {"l'interface cable n'a plus de liaison", fmt.Sprintf("ESTABLISHED  %v  %v  0/%d", waits.Local, waits.Remote, waits.SendQ), "SYN-SENT", "Cette table est vieille"},
	} {
		for _, w := range words {
			s.sees(w)
		}
	}
	a.run("ip", "link", "set", "cable", "up")
	for _, s := range []*side{server, client} {
		if exit := s.exit(); exit != 0 {
			t.Errorf("exit %d:\n%s", exit, s.said())
		}
	}
	for s, words := range map[*side][]string{
		server: {"ESTABLISHED, le noyau", "1 RST de plus", "TIME-WAIT chez le client, puis chez le serveur", "rend 16 octets", "send() confie 16 octets", "CLOSE-WAIT", "échoue avec ECONNRESET", "Les heures de buse 2"},
		client: {"refusée en", "(dit par loutre 7)", "TIME-WAIT chez le client, puis chez le serveur", "file d'envoi du client vide", "FIN-WAIT-2", "recv() échoue avec ECONNRESET"},
	} {
		for _, w := range words {
			if !strings.Contains(flat(s.said()), w) {
				t.Errorf("%q was not said:\n%s", w, s.said())
			}
		}
	}
	nothingLeft(t, a, b)
}

// flat is a text without its line ends.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// nothingLeft holds that no socket of the scenes is left but memories.
func nothingLeft(t *testing.T, all ...*neighbourMachine) {
	t.Helper()
	for _, m := range all {
		for _, r := range m.ss() {
			if r.State != "TIME-WAIT" {
				t.Errorf("left on %s: %+v", m.addr, r)
			}
		}
		left, err := filepath.Glob("/proc/[0-9]*/ns/net")
		if err != nil {
			t.Fatal(err)
		}
		own, _ := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", m.pid))
		for _, path := range left {
			if ns, _ := os.Readlink(path); ns == own && path != fmt.Sprintf("/proc/%d/ns/net", m.pid) {
				t.Errorf("a process is left on %s: %s", m.addr, path)
			}
		}
	}
}

// The cable is pulled for good: each tells what it holds, and ends with Ctrl+C.
func TestNeighboursEndWithoutTheCable(t *testing.T) {
	a, b := machines(t)
	server, client := neighbours(t, a, b, "cable")
	for _, s := range []*side{server, client} {
		s.sees("DÉBRANCHEZ")
	}
	b.run("ip", "link", "set", "cable", "down")
	for s, words := range map[*side]string{server: "l'interface cable n'a plus de liaison", client: "l'interface cable est coupée"} {
		s.sees(words)
		s.sees("PERSONNE N'ENTEND")
		s.cmd.Process.Signal(os.Interrupt)
		if exit := s.exit(); exit != 130 {
			t.Errorf("exit %d:\n%s", exit, s.said())
		}
	}
	nothingLeft(t, a, b)
}
