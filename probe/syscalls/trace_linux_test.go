package syscalls

import (
	"fmt"
	"os/exec"
	"sync"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"labo/probe"
)

func TestListenerIsHeldByTheKernel(t *testing.T) {
	_, c := start(t, realPython(t), "-c", `import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(3)
s.accept()`)
	accept := c.until(t, "accept", isCall(Enter, "accept4"))
	bind := c.until(t, "bind", isCall(Return, "bind"))
	listen := c.until(t, "listen", isCall(Return, "listen"))
	if s := bind.Call.Socket; s == nil || s.State != probe.Bound || s.Local.IP.Port() == 0 {
		t.Errorf("after bind: %+v", s)
	}
	if s := listen.Call.Socket; s == nil || s.State != probe.Listen || s.Local != bind.Call.Socket.Local {
		t.Errorf("after listen: %+v", s)
	}
	if accept.Call.FD != listen.Call.FD {
		t.Errorf("accept on %d, listen on %d", accept.Call.FD, listen.Call.FD)
	}
}

func TestSuspendedAndResumed(t *testing.T) {
	trace, c := start(t, "sh", "-c", "kill -STOP $$; exit 7")
	c.until(t, "stop", func(e *Event) bool { return e.Kind == Stopped })
	if err := trace.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if r := wait(t, trace); r.Status.Code != 7 {
		t.Errorf("%+v", r.Status)
	}
}

// A signal that the program handles interrupts its call and ends nothing.
func TestInterruptedCallIsToldAsSuch(t *testing.T) {
	trace, c := start(t, realPython(t), "-c", `import signal, socket
signal.signal(signal.SIGUSR1, lambda *_: None)
a, b = socket.socketpair()
a.recv(1)`)
	c.until(t, "recv", isCall(Enter, "recvfrom"))
	trace.Signal(syscall.SIGUSR1)
	e := c.until(t, "return", isCall(Return, "recvfrom"))
	if !e.Call.Restart || e.Call.Err != "ERESTART" {
		t.Errorf("%+v", e.Call)
	}
}

// Several programs are traced at once, each by its own thread, while this
// process starts and waits for others.
func TestSeveralAtOnce(t *testing.T) {
	defer goleak.VerifyNone(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			trace, c := start(t, "sh", "-c", fmt.Sprintf("true; /bin/true; exit %d", i))
			if r := wait(t, trace); r.Status.Code != i {
				t.Errorf("program %d: %+v", i, r.Status)
			}
			for _, e := range c.events {
				if e.Kind == Ended && e.PID == trace.PID() && e.Status.Code != i {
					t.Errorf("program %d was told to end with %+v", i, e.Status)
				}
			}
		})
		all.Go(func() {
			if err := exec.Command("true").Run(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
