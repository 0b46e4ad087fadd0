//go:build unix

package main

import "syscall"

// apart starts a program in a session of its own (setsid(2)).
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
