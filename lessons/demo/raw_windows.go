package demo

import "syscall"

type handle = syscall.Handle

func closeHandle(fd handle) error { return syscall.Closesocket(fd) }
