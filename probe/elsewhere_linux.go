package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// elsewheres goes through the networks of the processes (/proc/PID/ns/net) and
// looks once into each that is not ours.
func elsewheres(ctx context.Context, port uint16) (found []Elsewhere) {
	own, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		return nil
	}
	seen := map[string]bool{own: true}
	for _, pid := range procNames() {
		if ctx.Err() != nil {
			return found
		}
		network, err := os.Readlink("/proc/" + pid + "/ns/net")
		if err != nil || seen[network] {
			continue
		}
		seen[network] = true
		if !listensBeside(ctx, pid, port) {
			continue
		}
		n, _ := strconv.Atoi(pid)
		name, _ := os.ReadFile("/proc/" + pid + "/comm")
		found = append(found, Elsewhere{PID: n, Name: strings.TrimSuffix(string(name), "\n"), Network: network})
	}
	return found
}

// listensBeside reports whether somebody is seen to listen on port in the
// network of a process: by sock_diag where this process may enter it (setns(2)),
// else by its tables, through which the kernel takes milliseconds.
func listensBeside(ctx context.Context, pid string, port uint16) bool {
	network, err := unix.Open("/proc/"+pid+"/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(network)
	onLostThread(func() {
		if err = unix.Setns(network, unix.CLONE_NEWNET); err == nil {
			err = asksListeners(ctx, port)
		}
	})
	switch err {
	case nil:
		return true
	case errNobodyListens:
		return false
	}
	return listensIn("/proc/"+pid+"/net/tcp", port) || listensIn("/proc/"+pid+"/net/tcp6", port)
}

// onLostThread runs f on a thread that ends with it, whatever f makes of it:
// never on the main one, which does not end, and stands for the process in
// /proc.
func onLostThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			defer runtime.UnlockOSThread()
			onLostThread(f) // on another one, as this one is held
			return
		}
		f()
	}()
	<-done
}

var errNobodyListens = errors.New("nobody listens")

func asksListeners(ctx context.Context, port uint16) error {
	f := Filter{Ports: []uint16{port}, States: NewStateSet(Listen)}
	socks, _, err := dumpSockets(ctx, dialSockDiag, &f)
	if err == nil && len(choose(socks, &f)) == 0 {
		return errNobodyListens
	}
	return err
}

// listensIn reports whether a table of sockets (proc_pid_net(5)) has a listener
// on port.
func listensIn(table string, port uint16) bool {
	f, err := os.Open(table)
	if err != nil {
		return false
	}
	defer f.Close()
	// sl local_address rem_address st …: listeners come first.
	end := fmt.Sprintf(":%04X", port)
	lines := bufio.NewScanner(f)
	lines.Scan() // names of columns
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || fields[3] != "0A" {
			return false
		}
		if strings.HasSuffix(fields[1], end) {
			return true
		}
	}
	return false
}
