package measured

import (
	"fmt"
	"net/netip"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"labo/probe"
)

// checkOn returns the command that checks, without labo and on a system, what
// the filter chooses.
func checkOn(goos string, f probe.Filter) string {
	switch goos {
	case "linux":
		return checkSS(f)
	case "windows":
		return checkNetstat(f)
	}
	return checkLsof(f)
}

// Shown is what a page says of sockets that its check must show too.
type Shown struct {
	Sockets  []probe.Socket
	Counters bool // [probe.Socket.Info] is said
	Rights   bool // it takes the administrator's rights to see as much
}

// Checks returns the commands that show, without labo and on this system, what
// a page says of the sockets that f chooses. They are commands to copy: they
// must not pass text.French.
func Checks(f probe.Filter, shown Shown) []string {
	return checksOn(runtime.GOOS, f, shown)
}

func checksOn(goos string, f probe.Filter, shown Shown) (all []string) {
	bound := boundIn(shown.Sockets)
	old := goos == "linux" && len(bound) > 0 && oldSS()
	listed := f
	if old {
		listed.States &^= probe.NewStateSet(probe.Bound)
	}
	if listed.States != 0 || f.States == 0 { // ss has something to list
		for _, one := range onePort(listed) {
			check := checkOn(goos, one)
			if goos == "linux" {
				check = strings.Replace(check, "ss -tanp", "ss -tanp"+columns(f, shown), 1)
				check = strings.TrimSuffix(check, boundSince)
			}
			if shown.Rights && goos != "windows" {
				check = "sudo " + check
			}
			all = append(all, check)
		}
	}
	if old {
		for _, at := range bound {
			all = append(all, boundCheck(at)+refusedComment)
		}
	}
	return all
}

// refusedComment says what a [boundCheck] shows. On a line of its own, it is a
// comment still: what is copied with it runs.
const refusedComment = "   #\u00a0refusé\u00a0:\u00a0EADDRINUSE"

// onePort returns a filter for each port of f, so that each is checked by a
// command short enough to be read and copied.
func onePort(f probe.Filter) []probe.Filter {
	if len(f.Ports) < 2 {
		return []probe.Filter{f}
	}
	var each []probe.Filter
	for _, port := range f.Ports {
		one := f
		one.Ports = []uint16{port}
		each = append(each, one)
	}
	return each
}

// boundIn returns the addresses that are reserved, a few.
func boundIn(sockets []probe.Socket) (all []netip.AddrPort) {
	const few = 2
	for i := range sockets {
		if s := &sockets[i]; s.State == probe.Bound && len(all) < few && !slices.Contains(all, s.Local) {
			all = append(all, s.Local)
		}
	}
	return all
}

// oldSS reports whether the ss of this machine is older than iproute2 6.8, which
// lists no socket that is bound and does not listen. It is asked once, and only
// where such a socket is shown.
func oldSS() bool {
	major, minor, found := release(SSVersion())
	return !found || major < 6 || major == 6 && minor < 8
}

// SSVersion asks the ss of this machine for its release; what is drawn in tests
// has another.
var SSVersion = sync.OnceValue(func() string {
	out, err := exec.Command("ss", "-V").Output()
	if err != nil {
		return ""
	}
	return string(out)
})

// release reads "ss utility, iproute2-6.1.0, libbpf 1.1.2".
func release(version string) (major, minor int, found bool) {
	_, rest, found := strings.Cut(version, "iproute2-")
	n, err := fmt.Sscanf(rest, "%d.%d", &major, &minor)
	return major, minor, found && n == 2 && err == nil
}

// columns are the options of ss for what not every page says: -o for timers, -e
// for IPV6_V6ONLY, -i for what was counted.
func columns(f probe.Filter, shown Shown) (options string) {
	var timers, v6only bool
	for i := range shown.Sockets {
		s := &shown.Sockets[i]
		timers = timers || s.Timer.Known && s.Timer.Value.Kind != probe.TimerNone
		v6only = v6only || s.V6Only.Known && s.State == probe.Listen
	}
	if timers {
		options += "o"
	}
	if v6only {
		options += "e"
	}
	if shown.Counters {
		options += "i"
		if len(f.PIDs) > 0 {
			options += "O" // on the line that is looked for
		}
	}
	return options
}

// ssStates are the names that ss understands after "state" (ss(8)).
var ssStates = map[probe.State]string{
	probe.Listen: "listening", probe.SynSent: "syn-sent", probe.SynReceived: "syn-recv",
	probe.Established: "established", probe.FinWait1: "fin-wait-1", probe.FinWait2: "fin-wait-2",
	probe.CloseWait: "close-wait", probe.Closing: "closing", probe.LastAck: "last-ack",
	probe.TimeWait: "time-wait", probe.Closed: "closed",
	probe.Bound: "bound-inactive", // since iproute2 6.8: see boundSince
}

// boundSince follows a command that older releases of ss refuse.
const boundSince = " # depuis iproute2 6.8"

func checkSS(f probe.Filter) string {
	cmd := "ss -tanp"
	for _, st := range probe.States {
		if f.States.Has(st) {
			cmd += " state " + ssStates[st]
		}
	}
	var ports []string
	for _, p := range f.Ports {
		n := strconv.Itoa(int(p))
		ports = append(ports, "sport = :"+n+" or dport = :"+n)
	}
	if len(ports) > 0 {
		cmd += " '( " + strings.Join(ports, " or ") + " )'"
	}
	if len(f.PIDs) > 0 {
		var pids []string
		for _, pid := range f.PIDs {
			pids = append(pids, "pid="+strconv.Itoa(pid)+",")
		}
		cmd += " | grep -E '" + strings.Join(pids, "|") + "'"
	}
	if f.States.Has(probe.Bound) {
		cmd += boundSince
	}
	return cmd
}

// boundCheck returns a command that meets the reservation of an address by a
// socket that does not listen, which older releases of ss do not list: it asks
// for the same address and is refused (EADDRINUSE).
func boundCheck(at netip.AddrPort) string {
	family := ""
	if at.Addr().Is6() {
		family = "socket.AF_INET6"
	}
	return fmt.Sprintf(`python3 -c "import socket; socket.socket(%s).bind(('%s', %d))"`, family, at.Addr().WithZone(""), at.Port())
}

// lsofState returns the name that lsof understands after -sTCP (lsof(8)).
func lsofState(s probe.State) string {
	switch s {
	case probe.SynReceived:
		return "SYN_RCVD"
	case probe.FinWait1:
		return "FIN_WAIT_1"
	case probe.FinWait2:
		return "FIN_WAIT_2"
	case probe.Bound, probe.Closed:
		return "CLOSED"
	}
	return strings.ReplaceAll(s.String(), "-", "_")
}

func checkLsof(f probe.Filter) string {
	cmd := "lsof -nP -iTCP"
	for i, p := range f.Ports {
		sep := ","
		if i == 0 {
			sep = ":"
		}
		cmd += sep + strconv.Itoa(int(p))
	}
	var states []string
	for _, st := range probe.States {
		if !f.States.Has(st) {
			continue
		}
		if name := lsofState(st); !slices.Contains(states, name) {
			states = append(states, name)
		}
	}
	if len(states) > 0 {
		cmd += " -sTCP:" + strings.Join(states, ",")
	}
	if len(f.PIDs) > 0 {
		var pids []string
		for _, pid := range f.PIDs {
			pids = append(pids, strconv.Itoa(pid))
		}
		cmd += " -a -p " + strings.Join(pids, ",")
	}
	return cmd
}

// netstatState returns the name that Windows' netstat shows.
func netstatState(s probe.State) string {
	switch s {
	case probe.Listen, probe.Bound:
		return "LISTENING"
	case probe.SynReceived:
		return "SYN_RECEIVED"
	case probe.FinWait1:
		return "FIN_WAIT_1"
	case probe.FinWait2:
		return "FIN_WAIT_2"
	}
	return strings.ReplaceAll(s.String(), "-", "_")
}

// checkNetstat narrows with findstr, one after the other; a space between
// words is findstr's "or".
func checkNetstat(f probe.Filter) string {
	cmd := "netstat -ano"
	var words []string
	flush := func() {
		switch len(words) {
		case 0:
		case 1:
			cmd += " | findstr " + words[0]
		default:
			cmd += ` | findstr "` + strings.Join(words, " ") + `"`
		}
		words = nil
	}
	for _, p := range f.Ports {
		words = append(words, ":"+strconv.Itoa(int(p)))
	}
	flush()
	for _, st := range probe.States {
		if f.States.Has(st) {
			words = append(words, netstatState(st))
		}
	}
	flush()
	for _, pid := range f.PIDs {
		words = append(words, strconv.Itoa(pid))
	}
	flush()
	return cmd
}
