// Package ownnet gives a command a network of its own: its ports are free, and
// nothing of it reaches another machine. Only Linux has one
// (network_namespaces(7)).
package ownnet

import (
	"errors"
	"os/exec"
)

// ErrNone says that this system gives no network of one's own.
var ErrNone = errors.New("no network of one's own on this system")

// Ask has a command, not yet started, start in a network of its own, whose
// loopback is down. The command is labo, which then calls [Enter] with the
// arguments to go on with. Whether the system grants it is told by Start:
// most refuse with EPERM or ENOSPC. Error: [ErrNone].
func Ask(cmd *exec.Cmd) error { return ask(cmd) }

// Enter brings up the loopback of the new network, gives up the right to do so,
// and runs this program again with argv: on success it does not return.
func Enter(argv []string) error { return enter(argv) }
