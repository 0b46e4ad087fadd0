//go:build unix

package demo

import "syscall"

type handle = int

func closeHandle(fd handle) error { return syscall.Close(fd) }
