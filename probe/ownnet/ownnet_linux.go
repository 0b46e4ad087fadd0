package ownnet

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// ask asks for a network namespace. Whoever is not root takes a user namespace
// for it (user_namespaces(7)), in which they keep their name and numbers: they
// are given the one right that the loopback takes, and nothing else.
func ask(cmd *exec.Cmd) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	a := cmd.SysProcAttr
	a.Cloneflags |= unix.CLONE_NEWNET
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		a.Cloneflags |= unix.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
		a.AmbientCaps = []uintptr{unix.CAP_NET_ADMIN}
	}
	return nil
}

func enter(argv []string) error {
	runtime.LockOSThread() // rights are those of a thread
	defer runtime.UnlockOSThread()
	if err := RaiseLoopback(); err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil && os.Getuid() != 0 {
		return fmt.Errorf("give up rights: %w", err)
	}
	self, err := os.Executable() // by its name, which others then see
	if err != nil {
		return err
	}
	return fmt.Errorf("start again: %w", unix.Exec(self, argv, os.Environ()))
}

// RaiseLoopback brings up the loopback of a new network.
func RaiseLoopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}
