//go:build unix

package demo

import "syscall"

// Freeze stops the child where it is: it reads nothing more.
func (c *Child) Freeze() error { return c.cmd.Process.Signal(syscall.SIGSTOP) }
