package holes

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"labo/lessons/check"
	"labo/probe/probetest/freeport"
)

// What is said of an order is what Python alone does of it: where it stops, that it
// waits, or that it ends.
func TestAnOrderIsAnsweredAsPythonDoes(t *testing.T) {
	py := python(t)
	orders := [][]int{{0, 1, 3, 2}, {0, 2, 1, 3, 4, 5, 6}, {0, 1, 2, 4}, {0, 1, 2, 3, 5, 4, 6}, {0, 1, 2, 6, 3}, {0, 1, 2, 3, 4, 5, 6}, {0, 1, 2, 3, 4}, {0, 3}, {0, 1, 2}, {3, 0}}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 8 {
		order := random.Perm(len(Lines))
		orders = append(orders, order[:2+random.IntN(6)])
	}
	numbered := regexp.MustCompile(`ligne \d`)
	for _, order := range orders {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			var lines []string
			for _, n := range order {
				lines = append(lines, Lines[n])
			}
			stopped, ended := alone(t, py, lines, freeport.Get(t))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			o, err := Order(ctx, py, lines, freeport.Get(t))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case stopped != "":
				if !strings.Contains(o.End, "s'arrête à « "+stopped+" »") {
					t.Errorf("Python stops at %q, and it is said %q", stopped, o.End)
				}
			case !ended:
				if !strings.Contains(o.End, "attend") {
					t.Errorf("Python waits, and it is said %q", o.End)
				}
			case !strings.Contains(o.End, "a fini"):
				t.Errorf("Python ends, and it is said %q", o.End)
			}
			if want := stopped == "" && ended && len(order) == len(Lines); o.Works != want || numbered.MatchString(o.End) {
				t.Errorf("works: %v, want %v; said: %q", o.Works, want, o.End)
			}
		})
	}
}

// alone runs lines with nobody watching, calls whoever listens, and returns the line
// that stops them, and whether they end.
func alone(t *testing.T, py check.Python, lines []string, port uint16) (stopped string, ended bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "serveur.py")
	source := fmt.Sprintf("import socket\nHOTE, PORT = \"localhost\", %d\n%s\n", port, strings.Join(lines, "\n"))
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), py.Path, file)
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	var peer net.Conn
	for began := time.Now(); ; {
		if peer == nil {
			if c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
				fmt.Fprint(c, "Bonjour")
				peer = c
				defer c.Close()
			}
		}
		select {
		case <-over:
			ended = true
		case <-time.After(20 * time.Millisecond):
			if peer == nil && time.Since(began) < 30*time.Second || time.Since(began) < 3*time.Second {
				continue
			}
			cmd.Process.Kill()
			<-over
		}
		break
	}
	if tb := regexp.MustCompile(`(?s).*line (\d+), in <module>`).FindStringSubmatch(errs.String()); tb != nil && ended {
		var n int
		fmt.Sscan(tb[1], &n)
		stopped = strings.Split(source, "\n")[n-1]
	}
	return stopped, ended
}
