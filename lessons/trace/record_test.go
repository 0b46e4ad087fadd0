package trace

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/syscalls"
)

var update = flag.Bool("update", false, "write what is drawn into the golden files")

// story is a server and a client on one clock, as the tracer tells them.
func story(t *testing.T) []*Report {
	dir := t.TempDir()
	server, client := filepath.Join(dir, "serveur.py"), filepath.Join(dir, "client.py")
	write := func(path, content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(server, "import socket\nserveur = socket.socket()\nserveur.bind(('localhost', 12345))\nserveur.listen(1)\n"+
		"connexion, adresse = serveur.accept()\nmessage = connexion.recv(1024)\nif message == b'rien':\n    print('jamais')\nconnexion.close()\n")
	write(client, "import socket\nclient = socket.create_connection(('localhost', 12345))\nclient.sendall(b'salut')\n")
	local, remote := end("127.0.0.1:12345"), end("127.0.0.1:40000")
	socket := func(fd int, l, r syscalls.Addr, s probe.State) *syscalls.Socket {
		return &syscalls.Socket{FD: fd, Type: "SOCK_STREAM", Local: l, Remote: r, State: s}
	}
	s, c := NewRecord(), NewRecord()
	for _, e := range []*syscalls.Event{
		call(server, 2, 1, 1, &syscalls.Call{Name: "socket", FD: -1, Asked: -1, Ret: 3, Args: args("AF_INET", "SOCK_STREAM", "0")}),
		call(server, 3, 2, 1, &syscalls.Call{Name: "bind", FD: 3, Asked: -1, Addr: local, Args: args("3", "127.0.0.1:12345"), Socket: socket(3, local, syscalls.Addr{}, probe.Bound)}),
		call(server, 4, 3, 1, &syscalls.Call{Name: "listen", FD: 3, Asked: -1, Args: args("3", "1"), Socket: socket(3, local, syscalls.Addr{}, probe.Listen)}),
		call(server, 5, 4, 100, &syscalls.Call{Name: "accept4", FD: 3, Asked: -1, Ret: 4, Addr: remote, Args: args("3", "127.0.0.1:40000", "SOCK_CLOEXEC"), Socket: socket(4, local, remote, probe.Established)}),
		call(server, 6, 105, 50, data(&syscalls.Call{Name: "recvfrom", FD: 4, Asked: 1024, Ret: 5}, "salut")),
		call(server, 9, 160, 1, &syscalls.Call{Name: "close", FD: 4, Asked: -1, Args: args("4"), Socket: socket(4, local, remote, probe.CloseWait)}),
	} {
		s.Add(e)
	}
	for _, e := range []*syscalls.Event{
		call(client, 2, 103, 1, &syscalls.Call{Name: "connect", FD: 3, Asked: -1, Addr: local, Args: args("3", "127.0.0.1:12345"), Socket: socket(3, remote, local, probe.Established)}),
		call(client, 3, 150, 1, data(&syscalls.Call{Name: "sendto", FD: 3, Asked: 5, Ret: 5}, "salut")),
	} {
		c.Add(e)
	}
	ran := make([]bool, 20)
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 9} {
		ran[n] = true
	}
	done := &syscalls.Status{}
	return []*Report{
		{Name: "serveur.py", View: s.View(), Lines: true, Python: true, Wall: time.Second, CPU: 20 * time.Millisecond, Status: done,
			Executed: map[string][]bool{server: ran}},
		{Name: "client.py", View: c.View(), Lines: true, Python: true, Wall: time.Second, Status: done},
	}
}

func end(s string) syscalls.Addr {
	return syscalls.Addr{Family: "AF_INET", IP: netip.MustParseAddrPort(s)}
}

func args(words ...string) []syscalls.Arg {
	var all []syscalls.Arg
	for _, w := range words {
		all = append(all, syscalls.Arg{Text: w})
	}
	return all
}

func data(c *syscalls.Call, s string) *syscalls.Call {
	c.Data = []byte(s)
	c.Args = []syscalls.Arg{{Text: fmt.Sprint(c.FD)}, {Buf: true, Bytes: c.Data}, {Text: fmt.Sprint(c.Asked)}, {Text: "0"}}
	return c
}

// call is a call that returned, at and took in milliseconds.
func call(file string, line, at, took int, c *syscalls.Call) *syscalls.Event {
	c.Done = true
	return &syscalls.Event{Kind: syscalls.Return, At: time.Duration(at) * time.Millisecond, Took: time.Duration(took) * time.Millisecond,
		PID: 10, TID: 10, Thread: "MainThread", Place: syscalls.Place{File: file, Line: line}, Call: c}
}

func golden(t *testing.T, name string, got []string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	out := ""
	for _, line := range got {
		out += strings.TrimRight(line, " ") + "\n"
	}
	if *update {
		if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestViews(t *testing.T) {
	reports := story(t)
	for _, width := range []int{60, 80, 110} {
		style := Style{Width: width, Explain: true}
		golden(t, fmt.Sprintf("lignes-%d.golden", width), reports[0].Page(style))
		golden(t, fmt.Sprintf("resume-%d.golden", width), reports[0].SummaryPage(style))
		golden(t, fmt.Sprintf("sequence-%d.golden", width), Sequence(style, reports))
		var out bytes.Buffer
		thread := NewThread(&out)
		thread.Width, thread.Explain, thread.Names = width, true, true
		Chronology(reports, func(int) int { return 0 }, thread)
		golden(t, fmt.Sprintf("fil-%d.golden", width), strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"))
	}
}

// Nothing is wider than asked for, whatever the programs say.
func TestViewsFit(t *testing.T) {
	reports := story(t)
	reports[0].Name = strings.Repeat("très long ", 20)
	for width := 40; width < 140; width += 7 {
		style := Style{Width: width, Explain: true, Palette: paint.New(true)}
		for name, lines := range map[string][]string{
			"lignes": reports[0].Page(style), "resume": reports[0].SummaryPage(style), "sequence": Sequence(style, reports)} {
			for _, line := range lines[1:] {
				if text.Width(line) > width {
					t.Errorf("%s at %d columns: %d cells: %q", name, width, text.Width(line), line)
				}
			}
		}
	}
}

// Bytes of the program never reach the screen as they are.
func TestHostileBytesAreShown(t *testing.T) {
	evil := "\x1b[2J\u202e\x07é\xff"
	e := call("/tmp/a.py", 1, 1, 1, data(&syscalls.Call{Name: "sendto", FD: 4, Asked: 5, Ret: 5}, evil))
	e.Thread = evil
	r := NewRecord()
	r.Add(e)
	r.Add(&syscalls.Event{Kind: syscalls.Exec, PID: 10, TID: 10, Program: evil})
	report := &Report{Name: evil, View: r.View(), Lines: true}
	var out bytes.Buffer
	Chronology([]*Report{report}, func(int) int { return 0 }, NewThread(&out))
	style := Style{Width: 100, Explain: true}
	all := out.String() + strings.Join(report.Page(style), "") + strings.Join(report.SummaryPage(style), "") +
		strings.Join(Sequence(style, []*Report{report}), "")
	if strings.ContainsAny(all, "\x1b\x07\u202e") || strings.Contains(all, "\xff") || !strings.Contains(all, "␛[2J") {
		t.Errorf("%q", all)
	}
}

func TestRecordIsBounded(t *testing.T) {
	r := NewRecord()
	var out bytes.Buffer
	thread := NewThread(&out)
	for i := range 200_000 {
		e := call("/tmp/a.py", 1+i%2, i, 0, data(&syscalls.Call{Name: "recvfrom", FD: 4, Asked: 5}, ""))
		r.Add(e)
		thread.Write("a", e)
		tid := 100 + i%5000
		r.Add(&syscalls.Event{Kind: syscalls.Ended, PID: 10, TID: tid})
	}
	thread.Flush("a")
	v := r.View()
	if v.Calls != 200_000 || len(v.Events) != keptEvents || v.Dropped+keptEvents != 400_000 || len(v.Threads) > keptThreads {
		t.Errorf("%d calls, %d events, %d dropped, %d threads", v.Calls, len(v.Events), v.Dropped, len(v.Threads))
	}
	if l := v.Lines[syscalls.Place{File: "/tmp/a.py", Line: 1}]; l.Calls != 100_000 || l.Shapes[0].Count != 100_000 {
		t.Errorf("%+v", l)
	}
	if n := strings.Count(out.String(), "\n"); n > 4*repeatsShown {
		t.Errorf("%d lines written for a program that turns", n)
	}
	if !strings.Contains(out.String(), "encore 199"+text.NBSP+"980") {
		t.Errorf("the turns are not counted: %s", out.String())
	}
}

// Every followed call is explained, in a sentence that stands alone.
func TestEveryCallIsExplained(t *testing.T) {
	names := syscalls.Names()
	if len(names) < 45 {
		t.Fatalf("%d names", len(names))
	}
	for _, name := range names {
		w, ok := Explain(name, syscalls.SourceKernel)
		if !ok || !strings.HasSuffix(w.Says, ".") || !strings.HasSuffix(w.Man, ")") {
			t.Errorf("%s: %+v", name, w)
		}
	}
	for name, w := range pythonWords {
		if !strings.HasPrefix(w.Says, "Python ") || !strings.HasSuffix(w.Says, ".") {
			t.Errorf("%s: %+v", name, w)
		}
	}
}

func TestJSONIsOneEventALine(t *testing.T) {
	reports := story(t)
	var out bytes.Buffer
	j := NewJSON(&out)
	for i, r := range reports {
		for _, e := range r.View.Events {
			j.Event(i, e)
		}
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 8 || j.Err() != nil {
		t.Fatalf("%d lines, %v", len(lines), j.Err())
	}
	var accept struct {
		Kind, Call, Thread, Address string
		Line                        int
		At, Took                    float64
		Ret                         int
		Socket                      struct {
			FD                   int
			Local, Remote, State string
		}
	}
	if err := json.Unmarshal([]byte(lines[3]), &accept); err != nil {
		t.Fatal(err)
	}
	if accept.Kind != "call" || accept.Call != "accept4" || accept.Line != 5 || accept.At != 0.004 || accept.Took != 0.1 || accept.Ret != 4 ||
		accept.Socket.State != "ESTABLISHED" || accept.Socket.Remote != "127.0.0.1:40000" || accept.Address != "127.0.0.1:40000" {
		t.Errorf("%+v in %s", accept, lines[3])
	}
}

func TestAlignFollowsBytesAcrossPrograms(t *testing.T) {
	var told []string
	for _, s := range Align(story(t)) {
		if s.Kernel != "" {
			told = append(told, s.Event.Call.Name+" "+s.Kernel)
		}
	}
	want := []string{"bind réserve :12345", "listen ouvre :12345", "accept4 :40000 ↔ :12345", "connect :40000 ↔ :12345",
		"sendto 5" + text.NBSP + "octets", "recvfrom 5" + text.NBSP + "octets en 5" + text.NBSP + "ms", "close ferme :12345"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

func TestRanges(t *testing.T) {
	for want, n := range map[string][]int{"": nil, "1": {1}, "1, 2": {1, 2}, "1 à 3": {1, 2, 3}, "1, 4 à 6, 9, 10": {1, 4, 5, 6, 9, 10}} {
		if got := Ranges(n); got != want {
			t.Errorf("%v: %q, want %q", n, got, want)
		}
	}
}
