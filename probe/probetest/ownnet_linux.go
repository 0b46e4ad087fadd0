package probetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"labo/probe/ownnet"
)

// within tells how far [Run] has come: isNew for the process that it starts, isUp
// for its children, which share its network.
const (
	within = "LABO_TEST_OWN_NETWORK"
	isNew  = "new"
	isUp   = "up"
)

// OwnNetwork runs the tests of a package in a network of their own, and returns their
// exit code. Whoever is not root gets none here: the user namespace that it
// takes would change who may see what.
func OwnNetwork(m *testing.M) int {
	switch state := os.Getenv(within); {
	case state == isNew:
		if err := errors.Join(RaiseLoopback(), os.Setenv(within, isUp)); err != nil {
			fmt.Fprintln(os.Stderr, "loopback:", err)
			return 1
		}
		return m.Run()
	case state == isUp || os.Getuid() != 0 || !allowed():
		return m.Run()
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), within+"="+isNew)
	newNetwork(cmd)
	runtime.LockOSThread() // the child ends with this thread
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "tests in a network of their own:", err)
		return 1
	}
	go func() {
		for s := range stop {
			_ = cmd.Process.Signal(s)
		}
	}()
	err = cmd.Wait()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		fmt.Fprintln(os.Stderr, err)
	}
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		return code
	}
	return 2 // a signal
}

func isolate(cmd *exec.Cmd) bool {
	if !allowed() {
		return false
	}
	newNetwork(cmd)
	return true
}

func raise() error { return ownnet.RaiseLoopback() }

// newNetwork asks for a network namespace: network_namespaces(7), with a user
// namespace for whoever is not root (user_namespaces(7)).
func newNetwork(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	if uid := os.Getuid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
}

// allowed reports whether this machine gives us a network of our own, and we
// want it: LABO_TEST_SHARED is set to try the way of other systems.
var allowed = sync.OnceValue(func() bool {
	if os.Getenv("LABO_TEST_SHARED") != "" {
		return false
	}
	cmd := exec.Command("/bin/true")
	newNetwork(cmd)
	return cmd.Run() == nil
})
