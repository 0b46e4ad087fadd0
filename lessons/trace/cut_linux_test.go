package trace

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"labo/lessons/text"
	"labo/probe/probetest"
	"labo/probe/syscalls"
)

// Of a call that a signal interrupts it is told what became of it: Ctrl+C ends
// accept() with EINTR, and Python makes recv() again after a handler that raises
// nothing.
func TestAnInterruptedCallIsToldByWhatFollows(t *testing.T) {
	for name, c := range map[string]struct {
		source, call, says string
		sig                os.Signal
	}{
		"Ctrl+C": {"import signal, socket\nsignal.signal(signal.SIGINT, signal.default_int_handler)\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen(1)\ntry:\n    s.accept()\nexcept KeyboardInterrupt:\n    s.close()\n",
			"accept4", "et pas refait : il a rendu EINTR", syscall.SIGINT},
		"made again": {"import signal, socket\nsignal.signal(signal.SIGUSR1, lambda *_: None)\na, b = socket.socketpair()\na.recv(1)\n",
			"recvfrom", "puis refait", syscall.SIGUSR1},
	} {
		t.Run(name, func(t *testing.T) {
			file := writeProgram(t, c.source)
			python, err := exec.LookPath("python3")
			if err != nil {
				t.Fatal(err)
			}
			cut := make(chan struct{}, 2)
			session, err := Start(t.Context(), []*Command{{Words: []string{"python3", file}, Path: python, Python: true, Script: file}}, Options{
				How: Best, Files: func(int) [3]*os.File { return null(t) },
				Observe: func(_ int, e *syscalls.Event) {
					if e.Kind == syscalls.Enter && e.Call.Name == c.call {
						select {
						case cut <- struct{}{}:
						default:
						}
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer session.Kill()
			p := session.Programs[0]
			await := func() {
				select {
				case <-cut:
				case <-p.Done():
				}
			}
			await()
			if err := p.Signal(c.sig); err != nil {
				t.Fatal(err)
			}
			await() // the next call, or the end
			if p.Journal() {
				probetest.Elsewhere(t, "nobody may trace here: Python tells its calls, and of no signal")
			}
			var told []string
			for _, e := range p.Record.View().Events {
				if e.Kind == syscalls.Return && e.Call.Restart {
					told = append(told, Outcome(e.Call))
				}
			}
			if len(told) != 1 || !strings.Contains(strings.ReplaceAll(told[0], text.NBSP, " "), c.says) {
				t.Errorf("told %q, want one with %q", told, c.says)
			}
		})
	}
}
