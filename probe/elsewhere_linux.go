package probe

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// elsewheres goes through the networks of the processes (/proc/PID/ns/net) and
// reads the tables of each that is not ours once, through one of them
// (/proc/PID/net/tcp: proc_pid_net(5)).
func elsewheres(ctx context.Context, port uint16) (found []Elsewhere) {
	own, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		return nil
	}
	read := map[string]bool{own: true}
	for _, pid := range procNames() {
		if ctx.Err() != nil {
			return found
		}
		network, err := os.Readlink("/proc/" + pid + "/ns/net")
		if err != nil || read[network] {
			continue
		}
		read[network] = true
		if !listensIn("/proc/"+pid+"/net/tcp", port) && !listensIn("/proc/"+pid+"/net/tcp6", port) {
			continue
		}
		n, _ := strconv.Atoi(pid)
		name, _ := os.ReadFile("/proc/" + pid + "/comm")
		found = append(found, Elsewhere{PID: n, Name: strings.TrimSuffix(string(name), "\n"), Network: network})
	}
	return found
}

// listensIn reports whether a table of sockets has a listener on port.
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
