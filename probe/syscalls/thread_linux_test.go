package syscalls

import (
	"io"
	"os/exec"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// Children that this process started itself end for whoever started them,
// whichever thread of the system comes to trace.
func TestOtherChildrenAreLeftAlone(t *testing.T) {
	defer goleak.VerifyNone(t)
	const status, others = 3, 8
	for range 10 {
		type child struct {
			*exec.Cmd
			stdin io.Closer
		}
		var children []child
		for range others {
			begun := make(chan child)
			go func() { // on some thread, which is free afterwards
				cmd := exec.Command("sh", "-c", "read line; exit 3")
				stdin, err := cmd.StdinPipe()
				if err == nil {
					err = cmd.Start()
				}
				if err != nil {
					t.Error(err)
				}
				begun <- child{cmd, stdin}
			}()
			children = append(children, <-begun)
		}
		trace, told := start(t, "sleep", "1000")
		told.until(t, "sleep", isCall(Enter, "clock_nanosleep"))
		for _, c := range children {
			c.stdin.Close()
			c.Wait()
			if got := c.ProcessState; got == nil || got.ExitCode() != status {
				t.Errorf("a child of ours ended with %v", got)
			}
		}
		trace.Signal(unix.SIGTERM)
		if r := wait(t, trace); r.Status.Name != "SIGTERM" {
			t.Errorf("the program ended with %+v", r.Status)
		}
		for _, e := range told.events {
			if e.PID != trace.PID() {
				t.Errorf("process %d is none of the program's: %v", e.PID, e.Kind)
			}
		}
		if t.Failed() {
			return
		}
	}
}
