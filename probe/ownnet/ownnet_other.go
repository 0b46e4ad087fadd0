//go:build !linux

package ownnet

import "os/exec"

func ask(*exec.Cmd) error { return ErrNone }

func enter([]string) error { return ErrNone }
