package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// awaitEmptySession waits until no process is left of a session whose leader
// was killed: what it had started ends by itself.
func awaitEmptySession(t *testing.T, leader int) {
	t.Helper()
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		left := inSession(leader)
		if len(left) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("still there, ten seconds after labo was killed: %v", left)
		}
	}
}

// inSession returns the processes of a session, zombies aside, as
// proc_pid_stat(5) has them.
func inSession(leader int) []string {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	var found []string
	for _, path := range stats {
		row, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		name := strings.LastIndex(string(row), ")")    // it may hold anything
		fields := strings.Fields(string(row)[name+1:]) // state, ppid, pgrp, session, ...
		if len(fields) > 3 && fields[0] != "Z" && fields[0] != "X" && fields[3] == strconv.Itoa(leader) {
			found = append(found, strings.TrimSpace(string(row)))
		}
	}
	return found
}
