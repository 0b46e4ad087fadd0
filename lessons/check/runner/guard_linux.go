package runner

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// guardName is argument 0 of labo when it is to be a guard. Argument 1 is the
// house that it guards.
const guardName = "labo-garde"

func init() {
	if len(os.Args) == 2 && os.Args[0] == guardName {
		keepGuard(os.Args[1])
		os.Exit(0)
	}
}

// guard is labo run again, in a session of its own: when labo is killed, it
// ends what labo held. The program that labo started ends with it anyhow
// (PR_SET_PDEATHSIG); what that one started does not.
type guard struct {
	cmd  *exec.Cmd
	hold io.Closer // closed by the kernel when labo ends, however
}

// startGuard returns nil where none can be started: then the program still ends
// with labo.
func startGuard() *guard {
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{guardName, strconv.FormatUint(house, 16)}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	hold, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return nil
	}
	return &guard{cmd: cmd, hold: hold}
}

func (g *guard) dismiss() {
	if g != nil {
		_ = g.cmd.Process.Kill()
		_ = g.cmd.Wait()
		g.hold.Close()
	}
}

// keepGuard waits for the end of labo, and then ends all of its house.
func keepGuard(of string) {
	house, err := strconv.ParseUint(of, 16, 64)
	if _, e := io.Copy(io.Discard, os.Stdin); err != nil || e != nil {
		return
	}
	ours := func(pid int) bool { return markOf(pid)/marksPerHouse == house/marksPerHouse && lives(pid) }
	left := groupsOf(of)
	left.freeze()
	for over, none := time.Now().Add(endBound), 0; none < 2 && time.Now().Before(over); time.Sleep(lookEvery) {
		if none++; sweep(ours, 0) > 0 {
			none = 0
		}
	}
	left.remove()
}

// lives reports whether a process has not ended. The dead are init's to bury,
// which in a container may never do it.
func lives(pid int) bool {
	row, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, state, found := strings.Cut(string(row[bytes.LastIndexByte(row, ')')+1:]), " ")
	return found && state[0] != 'Z' && state[0] != 'X'
}
