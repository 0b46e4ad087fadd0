package probetest

import "os/exec"

// Isolate has a command start in a network of its own, whose loopback is down,
// and reports whether this system gives one. The command then calls [RaiseLoopback].
func Isolate(cmd *exec.Cmd) bool { return isolate(cmd) }

// RaiseLoopback brings up the loopback of a new network.
func RaiseLoopback() error { return raise() }
