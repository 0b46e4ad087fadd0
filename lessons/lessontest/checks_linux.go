package lessontest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"labo/lessons/evidence"
	"labo/probe"
	"labo/probe/probetest"
)

// ChecksShow runs each command that a page prints, while the page is up, and
// looks for what the page claims in what it shows. It returns how many were
// run. A command that a system without ss or ps could not run is not.
func ChecksShow(t testing.TB, e evidence.Evidence) (ran int) {
	t.Helper()
	for _, tool := range []string{"ss", "ps"} {
		if _, err := exec.LookPath(tool); err != nil && !probetest.Strict() {
			return 1 << 20
		}
	}
	output := ""
	for _, command := range e.Checks {
		out := runCheck(t, command)
		output += out
		ran++
		if lacks := lacking(e, command, out); lacks != "" && e.Sockets == nil {
			t.Errorf("« %s », %s: no %s in what « %s » shows:\n%s", e.Title, e.At.Format("15:04:05"), lacks, command, out)
		}
	}
	if e.Sockets == nil || len(e.Checks) == 0 {
		return ran
	}
	for i := range e.Sockets.Rows {
		if !showsRow(output, &e.Sockets.Rows[i]) {
			t.Errorf("« %s »: no row %+v in what %q show:\n%s", e.Title, e.Sockets.Rows[i], e.Checks, output)
		}
	}
	return ran
}

// runCheck runs a command as it is printed: ss and its like end by themselves.
func runCheck(t testing.TB, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "sh", "-c", command).CombinedOutput()
	if ctx.Err() != nil {
		t.Errorf("« %s » does not end: %v", command, err)
	}
	return string(out)
}

// showsRow reports whether a line of ss has the state, the queues, the ends, the
// timer and the processes of a row, or a refusal shows that it is reserved.
func showsRow(output string, s *probe.Socket) bool {
	if s.State == probe.Bound && strings.Contains(output, "Address already in use") {
		return true
	}
	remote := s.Remote.String()
	for line := range strings.Lines(output) {
		f := strings.Fields(line)
		if len(f) < 5 || f[0] != probetest.SSState(s.State.String()) || f[3] != s.Local.String() || s.Remote.IsValid() && f[4] != remote {
			continue
		}
		queues := fmt.Sprint(s.RecvQueue.Value, " ", s.SendQueue.Value)
		timer := probetest.SSTimer(uint8(s.Timer.Value.Kind))
		held := func(h *probe.Holder) bool { return strings.Contains(line, fmt.Sprintf("pid=%d,", h.PID)) }
		return f[1]+" "+f[2] == queues && (timer == "" || strings.Contains(line, "timer:("+timer+",")) &&
			!slices.ContainsFunc(s.Owner.Holders, func(h *probe.Holder) bool { return !held(h) })
	}
	return false
}

var digits = regexp.MustCompile(`\d+`)

// lacking returns what evidence that is no table claims and a command does not
// show, "" for nothing.
func lacking(e evidence.Evidence, command, out string) string {
	numbers := digits.FindAllString(strings.ReplaceAll(out, "\u00a0", ""), -1)
	shows := func(n string) bool { return slices.Contains(numbers, n) }
	var last string // of what was counted
	if e.Chart != nil {
		for _, c := range e.Chart.Curves {
			if n := len(c.Points); strings.HasPrefix(c.Label, "threads") && n > 0 && c.Points[n-1].Known {
				last = strconv.Itoa(int(c.Points[n-1].Value))
			}
		}
	}
	switch name, _, _ := strings.Cut(command, " "); name {
	case "ls": // the last figure that was counted
		if n := len(e.Values); last == "" && n > 0 {
			last = digits.FindString(e.Values[n-1].Text)
		}
		if e.Chart != nil {
			points := e.Chart.Curves[0].Points
			last = strconv.Itoa(int(points[len(points)-1].Value))
		}
		if strings.Contains(command, fmt.Sprintf("/%d/", os.Getpid())) {
			// What runs the command is ours too, and has descriptors meanwhile.
			n, _ := strconv.Atoi(last)
			if slices.ContainsFunc(numbers, func(s string) bool { m, _ := strconv.Atoi(s); return m >= n }) {
				return ""
			}
		}
		if !shows(last) {
			return "count " + last
		}
	case "ps": // and threads, of a process that is no more our own
		pid := digits.FindString(command)
		if !shows(pid) {
			return "process " + pid
		}
		if ours := strconv.Itoa(os.Getpid()); pid != ours && last != "" && !shows(last) && len(e.Checks) == 1 {
			return last + " threads"
		}
	case "grep":
		for _, v := range e.Values[1:] {
			tid := digits.FindString(v.Label[strings.LastIndex(v.Label, "("):])
			function := strings.TrimSuffix(v.Text[strings.LastIndex(v.Text, "(")+1:], ")")
			if want := "/task/" + tid + "/wchan:" + function + "\n"; function == "" || !strings.Contains(out, want) {
				return want
			}
		}
	case "cat":
		for _, n := range digits.FindAllString(e.Values[len(e.Values)-1].Text, -1) {
			if !shows(n) {
				return n
			}
		}
	case "labo": // where the system hides what could be checked
	default:
		return "rule for this command, and thus no claim"
	}
	return ""
}
