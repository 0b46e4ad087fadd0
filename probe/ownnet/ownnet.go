// Package ownnet gives tests a network of their own, so that nobody else's
// sockets are in sight, nor what the kernel remembers of them. It is imported by
// tests only.
package ownnet

import "os/exec"

// Isolate has a command start in a network of its own, whose loopback is down,
// and reports whether this system gives one. The command then calls [Raise].
func Isolate(cmd *exec.Cmd) bool { return isolate(cmd) }

// Raise brings up the loopback of a new network.
func Raise() error { return raise() }
