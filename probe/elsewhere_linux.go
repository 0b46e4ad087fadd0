package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// listeners returns those of others in whose network somebody listens on port.
func listeners(ctx context.Context, others []Elsewhere, port uint16) (found []Elsewhere) {
	if len(others) == 0 {
		return nil
	}
	onLostThread(func() { // one for all: a thread costs as much as a look
		for _, e := range others {
			if ctx.Err() == nil && listensBeside(ctx, e.PID, port) {
				name, _ := os.ReadFile("/proc/" + strconv.Itoa(e.PID) + "/comm")
				e.Name = strings.TrimSuffix(string(name), "\n")
				found = append(found, e)
			}
		}
	})
	return found
}

// readNetworks goes through all processes.
func readNetworks() networks {
	proc, err := unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return networks{}
	}
	defer unix.Close(proc)
	return networksOf(proc, func(yield func(int) bool) {
		_ = eachNumber(proc, make([]byte, 16<<10), func(pid int) { yield(pid) })
	})
}

// networksOf reads /proc/PID/ns/net of processes in the open directory proc. The
// calls are raw, as those of [fdReader]: a machine has hundreds of processes.
func networksOf(proc int, pids iter.Seq[int]) (all networks) {
	var link [64]byte
	network := func(path []byte) ([]byte, unix.Errno) {
		n, _, errno := unix.RawSyscall6(unix.SYS_READLINKAT, uintptr(proc), uintptr(unsafe.Pointer(&path[0])),
			uintptr(unsafe.Pointer(&link[0])), uintptr(len(link)), 0, 0)
		if errno != 0 {
			return nil, errno
		}
		return link[:n], 0
	}
	own := ownNamespaces()[0]
	if own == "" {
		return all
	}
	seen := map[string]bool{own: true}
	all.hidden = true
	sized := sizedFDs(proc)
	var path [32]byte
	for pid := range pids {
		all.hidden = all.hidden && pid != 1 // it always lives
		switch net, errno := network(append(strconv.AppendInt(path[:0], int64(pid), 10), "/ns/net\x00"...)); errno {
		case 0:
			if !seen[string(net)] {
				seen[string(net)] = true
				all.others = append(all.others, Elsewhere{PID: pid, Network: string(net)})
			}
		case unix.EACCES, unix.EPERM:
			if n, err := countFDs(proc, fdPath(&path, pid)); n > 0 || !sized || err != nil { // not surely a thread of the kernel
				all.unread++
			}
		}
	}
	return all
}

// listensBeside reports whether somebody is seen to listen on port in the
// network of a process: by sock_diag where this thread may enter it (setns(2)), to
// stay there, else by its tables, through which the kernel takes milliseconds.
func listensBeside(ctx context.Context, pid int, port uint16) bool {
	dir := "/proc/" + strconv.Itoa(pid)
	network, err := unix.Open(dir+"/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(network)
	if err = unix.Setns(network, unix.CLONE_NEWNET); err == nil {
		err = asksListeners(ctx, port)
	}
	switch err {
	case nil:
		return true
	case errNobodyListens:
		return false
	}
	return listensIn(dir+"/net/tcp", port) || listensIn(dir+"/net/tcp6", port)
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
