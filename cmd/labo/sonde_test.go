package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"labo/lessons/text"
	"labo/probe/probetest/freeport"
)

// document is what docs/json.md says of `labo sonde --json`.
type document struct {
	Version int       `json:"version"`
	TakenAt time.Time `json:"taken_at"`
	Source  string    `json:"source"`
	Port    *struct {
		Number  uint16   `json:"number"`
		Bind    foreseen `json:"bind"`
		Connect foreseen `json:"connect"`
	} `json:"port"`
	Sockets []struct {
		Protocol  string  `json:"protocol"`
		State     string  `json:"state"`
		Local     *end    `json:"local"`
		Remote    *end    `json:"remote"`
		V6Only    *bool   `json:"v6only"`
		Interface *string `json:"interface"`
		RecvQueue *uint32 `json:"recv_queue"`
		SendQueue *uint32 `json:"send_queue"`
		Timer     *struct {
			Kind        string `json:"kind"`
			ExpiresMS   *int64 `json:"expires_ms"`
			Retransmits uint8  `json:"retransmits"`
		} `json:"timer"`
		Counters map[string]any `json:"counters"`
		Inode    *uint32        `json:"inode"`
		Owner    struct {
			Kind      string `json:"kind"`
			UID       *int   `json:"uid"`
			Processes []struct {
				PID         int    `json:"pid"`
				Name        string `json:"name"`
				Descriptors []int  `json:"descriptors"`
				Command     string `json:"command"`
			} `json:"processes"`
		} `json:"owner"`
	} `json:"sockets"`
	Processes []struct {
		PID     int    `json:"pid"`
		Name    string `json:"name"`
		Threads *int   `json:"threads"`
		FDs     *int   `json:"fds"`
		who
	} `json:"processes"`
	Notes []string `json:"notes"`
}

// who is what a process is beside its number.
type who struct {
	Program *string    `json:"program"`
	State   *string    `json:"state"`
	Start   *time.Time `json:"start"`
	Parent  *struct {
		PID     int    `json:"pid"`
		Program string `json:"program"`
	} `json:"parent"`
	Terminal  *string `json:"terminal"`
	UID       *int    `json:"uid"`
	User      *string `json:"user"`
	Elsewhere struct {
		Network *bool `json:"network"`
		PID     *bool `json:"pid"`
		User    *bool `json:"user"`
	} `json:"elsewhere"`
}

type foreseen struct {
	OK      *bool   `json:"ok"`
	Errno   *string `json:"errno"`
	Because []struct {
		Kind   string `json:"kind"`
		Count  int    `json:"count"`
		Socket any    `json:"socket"`
	} `json:"because"`
	Until *int64 `json:"until_ms"`
}

type end struct {
	Addr string `json:"addr"`
	Port uint16 `json:"port"`
}

// listen opens a server of this process and returns its port, which no row of
// an earlier connection names.
func listen(t *testing.T) (net.Listener, string) {
	t.Helper()
	port := fmt.Sprint(freeport.Get(t))
	l, err := net.Listen("tcp4", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, port
}

func TestSondeJSONTellsOfARealServer(t *testing.T) {
	_, port := listen(t)
	for _, args := range [][]string{{"sonde", port}, {"sonde", "--pid", strconv.Itoa(os.Getpid()), "--ecoute"}, {"sonde", port, "--source", "gopsutil"}} {
		stdout, stderr, exit := play(t, append(args, "--json")...)
		if exit != 0 || stderr != "" {
			t.Fatalf("%v: exit %d, stderr %q", args, exit, stderr)
		}
		dec := json.NewDecoder(strings.NewReader(stdout))
		dec.DisallowUnknownFields()
		var d document
		if err := dec.Decode(&d); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, stdout)
		}
		if _, err := dec.Token(); err != io.EOF {
			t.Errorf("%v: something follows the document", args)
		}
		if d.Version != 2 || time.Since(d.TakenAt).Abs() > time.Minute {
			t.Errorf("%v: version %d, taken at %v", args, d.Version, d.TakenAt)
		}
		if args[1] == port {
			if p := d.Port; p == nil || strconv.Itoa(int(p.Number)) != port || p.Bind.OK == nil || *p.Bind.OK || *p.Bind.Errno != "EADDRINUSE" ||
				len(p.Bind.Because) != 1 || p.Bind.Because[0].Kind != "listener" || p.Bind.Until != nil || p.Connect.Errno != nil {
				t.Errorf("%v: port %+v", args, p)
			}
		} else if d.Port != nil {
			t.Errorf("%v: no port was asked for, and yet %+v", args, d.Port)
		}
		found := false
		for _, s := range d.Sockets {
			if strconv.Itoa(int(s.Local.Port)) != port {
				continue
			}
			found = true
			if s.Protocol != "tcp4" || s.State != "LISTEN" || s.Remote != nil || s.Local.Addr != "127.0.0.1" ||
				s.Owner.Kind != "process" || len(s.Owner.Processes) != 1 || s.Owner.Processes[0].PID != os.Getpid() {
				t.Errorf("%v: %+v", args, s)
			}
		}
		if !found || len(d.Processes) != 1 || d.Processes[0].PID != os.Getpid() || *d.Processes[0].Threads < 1 {
			t.Errorf("%v: port %s found: %v; processes %+v", args, port, found, d.Processes)
		}
		if w := d.Processes[0].who; *w.Program != "labo.test" || *w.State != "alive" || time.Since(*w.Start) > time.Hour ||
			w.Parent.PID != os.Getppid() || *w.User == "" {
			t.Errorf("%v: %+v", args, w)
		}
	}
}

// Lines come one by one, while labo runs.
func TestSondeFollowsARealConnectionInAPipe(t *testing.T) {
	l, port := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	var stderr bytes.Buffer
	exit := make(chan int, 1)
	started := make(chan struct{})
	go func() {
		c := newConsole(strings.NewReader(""), in, &startedWriter{&stderr, started}, nil)
		exit <- run(ctx, []string{"sonde", port, "--suivre=50ms"}, c)
		in.Close()
	}()
	<-started // the first measurement is done
	lines := make(chan string)
	go func() {
		defer close(lines)
		var all []byte
		buf := make([]byte, 4096)
		for {
			n, err := out.Read(buf)
			all = append(all, buf[:n]...)
			for {
				line, rest, found := bytes.Cut(all, []byte("\n"))
				if !found {
					break
				}
				lines <- string(line)
				all = rest
			}
			if err != nil {
				return
			}
		}
	}()
	until := func(words ...string) {
		t.Helper()
		limit := time.After(20 * time.Second)
		var seen []string
		for {
			select {
			case line := <-lines:
				seen = append(seen, line)
				all := true
				for _, w := range words {
					all = all && strings.Contains(line, w)
				}
				if all {
					return
				}
			case <-limit:
				t.Fatalf("no line with %q among\n%s", words, strings.Join(seen, "\n"))
			}
		}
	}
	client, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	until("+  —            → ESTABLISHED", "127.0.0.1:"+port)
	client.Close()
	until("→  ESTABLISHED  → CLOSE-WAIT", "127.0.0.1:"+port)
	cancel()
	go func() {
		for range lines { // let go of what is still being written
		}
	}()
	if got := <-exit; got != 0 {
		t.Errorf("exit %d: %s", got, &stderr)
	}
	if want := "Une ligne par changement : heure, état avant → après, local, distant, propriétaire (1 socket pour l'instant). Ctrl+C arrête."; !strings.Contains(
		strings.ReplaceAll(stderr.String(), text.NBSP, " "), want) {
		t.Errorf("stderr %q", &stderr)
	}
}

// startedWriter closes started at its first write.
type startedWriter struct {
	*bytes.Buffer
	started chan struct{}
}

func (w *startedWriter) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if w.started != nil {
		close(w.started)
		w.started = nil
	}
	return n, err
}
