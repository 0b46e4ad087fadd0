//go:build unix && !linux

package runner

import (
	"context"
	"os/exec"

	"golang.org/x/sys/unix"

	"labo/probe"
)

func init() { newCage = func() cage { return &groupCage{seen: map[int]bool{}} } }

// groupCage knows the processes of a program by two signs: they are in its
// process group, or descend from it. One that left both is not found.
type groupCage struct {
	pid  int
	seen map[int]bool // every descendant ever seen
}

func (c *groupCage) start(cmd *exec.Cmd, command Command, _ Limits) error {
	ownSession(cmd, command.Terminal)
	if err := cmd.Start(); err != nil {
		return err
	}
	c.pid = cmd.Process.Pid
	return nil
}

func (c *groupCage) limits() (set, met Limits) { return set, met }

func (c *groupCage) close() {}

func (c *groupCage) kill(buried bool) int {
	if c.pid == 0 {
		return 0
	}
	if !buried {
		tree, _ := probe.Tree(context.Background(), c.pid)
		for _, pid := range tree {
			c.seen[pid] = true
		}
	}
	found := 0
	if unix.Kill(-c.pid, unix.SIGKILL) == nil {
		found++
	}
	for pid := range c.seen {
		if unix.Kill(pid, unix.SIGKILL) == nil {
			found++
		} else {
			delete(c.seen, pid)
		}
	}
	return found
}
