package syscalls

import (
	"os"
	"os/signal"
	"testing"

	"golang.org/x/sys/unix"
)

// Stops of a traced program are not told by a signal; its end still is.
func TestNoSignalAtEachStop(t *testing.T) {
	told := make(chan os.Signal, 100)
	signal.Notify(told, unix.SIGCHLD)
	defer signal.Stop(told)
	trace, events := start(t, compileC(t, "fils.c"))
	wait(t, trace)
	if calls := len(events.events); calls < 100 {
		t.Fatalf("%d events only", calls)
	}
	<-told // at least one: a child ended
	if more := len(told); more > 10 {
		t.Errorf("%d signals more", more)
	}
}
