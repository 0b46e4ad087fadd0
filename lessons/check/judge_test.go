package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labo/probe"
)

// Under a name that says nothing, a program is recognised by what it does.
func TestRoleIsObserved(t *testing.T) {
	t.Parallel()
	py := python(t)
	for _, dir := range []string{"../atelier/fichiers", "testdata/corriges"} {
		for _, role := range Roles {
			t.Run(filepath.Base(dir)+"/"+role.String(), func(t *testing.T) {
				t.Parallel()
				folder := t.TempDir()
				if err := copyFolder(dir, folder, 0); err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(folder, "essai.py")
				if err := os.Rename(filepath.Join(folder, role.String()+".py"), file); err != nil {
					t.Fatal(err)
				}
				d := judged(t, Config{File: file, Python: py, Seed: 3, Only: []string{"demarre"}})
				if d.Role != role.String() {
					t.Errorf("taken for %q", d.Role)
				}
			})
		}
	}
}

// A program that is neither is said to be neither.
func TestRoleOfSomethingElse(t *testing.T) {
	t.Parallel()
	py := python(t)
	file := filepath.Join(t.TempDir(), "essai.py")
	if err := os.WriteFile(file, []byte("print('bonjour')\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Judge(context.Background(), Config{File: file, Python: py, Port: freePort(t)})
	var unknown *UnknownRoleError
	if !errors.As(err, &unknown) || unknown.File != file {
		t.Errorf("error: %v", err)
	}
}

// A command is judged as a file is.
func TestACommandIsJudged(t *testing.T) {
	t.Parallel()
	py := python(t)
	file, err := filepath.Abs("../atelier/fichiers/client.py")
	if err != nil {
		t.Fatal(err)
	}
	d := judged(t, Config{File: file, Argv: []string{py.Path, file}, Role: Client, Seed: 3, Only: []string{"code"}})
	if d.Failed+d.NotChecked > 0 {
		t.Errorf("verdicts:\n%s", report(d))
	}
}

// A port that somebody has is named before anything starts.
func TestABusyPortIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = Judge(context.Background(), Config{
		File: "serveur.py", Role: Server, Port: addrPortOf(l).Port(),
		Python:  Python{Path: "/nothing/may/be/started"},
		Started: func(Report) { t.Error("it began") },
	})
	var busy *PortBusyError
	if !errors.As(err, &busy) {
		t.Fatalf("error: %v", err)
	}
	if len(busy.Sockets) == 0 || !busy.Sockets[0].HeldBy(os.Getpid()) {
		t.Errorf("it is not said that we have it: %+v", busy.Sockets)
	}
	if left := busy.Lingering(); left.Known {
		t.Errorf("a listener is taken for a memory of %v", left.Value)
	}
}

func TestAnUnknownCheckIsRefused(t *testing.T) {
	_, err := Judge(context.Background(), Config{File: "client.py", Role: Client, Port: freePort(t), Only: []string{"ecoute"}})
	var unknown *UnknownCheckError
	if !errors.As(err, &unknown) || unknown.ID != "ecoute" || unknown.Role != Client {
		t.Errorf("error: %v", err)
	}
}

// The same seed gives the same words, another seed others.
func TestSeed(t *testing.T) {
	words := func(seed uint64) (all []string) {
		tr := newTrial(context.Background(), &judge{Config: Config{Seed: seed}}, scenario{checks: []string{"depart"}})
		for range 8 {
			all = append(all, tr.word())
		}
		return all
	}
	if diff := cmp.Diff(words(5), words(5)); diff != "" {
		t.Errorf("seed 5 twice:\n%s", diff)
	}
	if cmp.Equal(words(5), words(6)) {
		t.Error("seeds 5 and 6 say the same")
	}
}

// A memory of the kernel is told from a program, and its end is known.
func TestLingering(t *testing.T) {
	at := netip.MustParseAddrPort("127.0.0.1:12345")
	memory := probe.Socket{State: probe.TimeWait, Local: at, Owner: probe.Owner{Kind: probe.OwnerKernel},
		Timer: probe.Known(probe.Timer{Kind: probe.TimerTimeWait, Remaining: 42e9})}
	held := probe.Socket{State: probe.Established, Local: at, Owner: probe.Owner{Kind: probe.OwnerProcess}}
	for name, tc := range map[string]struct {
		sockets []probe.Socket
		known   bool
	}{
		"a memory": {[]probe.Socket{memory}, true}, "nobody can be seen": {nil, false},
		"a program": {[]probe.Socket{held}, false}, "both": {[]probe.Socket{memory, held}, false},
	} {
		left := (&PortBusyError{Port: at.Port(), Sockets: tc.sockets}).Lingering()
		if left.Known != tc.known || tc.known && left.Value != 42e9 {
			t.Errorf("%s: %+v", name, left)
		}
	}
}

// The evidence of a failure holds what the issue of it needs.
func TestEvidenceOfTheEndlessLoop(t *testing.T) {
	t.Parallel()
	d := judged(t, Config{File: "../atelier/fichiers/serveur.py", Python: python(t), Seed: 7, Only: []string{"depart", "coupe"}})
	for _, c := range d.Checks {
		switch c.ID {
		case "depart":
			e := c.Evidence
			if e == nil || e.Threads == nil || *e.Threads != 1 || e.CPUShare == nil || e.ExitCode != nil || e.StdoutLen < floodBytes {
				t.Fatalf("evidence: %+v", e)
			}
			states := map[string]bool{}
			for _, s := range e.Sockets {
				states[s.State] = true
			}
			if e.Source == "sock_diag" && !states["CLOSE-WAIT"] {
				t.Errorf("states seen: %v", states)
			}
		case "coupe":
			e := c.Evidence
			if e == nil || e.Traceback == nil || e.Traceback.Line != 26 || e.ExitCode == nil || *e.ExitCode != 1 || c.Hint == nil {
				t.Errorf("evidence: %+v", e)
			}
		}
	}
}

// Waiting for a port says in the end who has it, and not that time is over.
func TestWaitingForAPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := addrPortOf(l).Port()
	for range 5 { // the end of the time may find it anywhere
		err := waitFree(t.Context(), port, 25*time.Millisecond)
		var busy *PortBusyError
		if !errors.As(err, &busy) || busy.Port != port || len(busy.Sockets) == 0 {
			t.Errorf("it is held: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := WaitFree(ctx, port, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("the reader leaves: %v", err)
	}
	time.AfterFunc(10*time.Millisecond, func() { l.Close() })
	if err := WaitFree(t.Context(), port, time.Hour); err != nil {
		t.Errorf("it is let go: %v", err)
	}
}

// A program that wants another port than the one it is judged on, which
// somebody else has, is not blamed for it.
func TestAnotherPortThatIsTakenIsNobodysFault(t *testing.T) {
	t.Parallel()
	py := python(t)
	source, err := os.ReadFile("../atelier/fichiers/serveur.py")
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := addrPortOf(l).Port()
	if !strings.Contains(string(source), "12345") {
		t.Fatal("the file has another port")
	}
	file := filepath.Join(t.TempDir(), "serveur.py")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(source), "12345", fmt.Sprint(taken))), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Judge(t.Context(), Config{File: file, Role: Server, Port: freePort(t), Python: py, Seed: 3, Only: []string{"demarre"}})
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("le port %d est tenu par un autre programme : ce n'est pas votre faute", taken)
	if got := r.Results[0]; got.Verdict != NotChecked || got.Cause != want {
		t.Errorf("%v, %q", got.Verdict, got.Cause)
	}
}
