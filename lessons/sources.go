package lessons

import (
	"fmt"
	"runtime"
	"strings"

	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// The words of the probe's means, on this system.

// descriptorSource is where the probe counts descriptors.
func descriptorSource() string {
	if runtime.GOOS == "linux" {
		return "/proc/PID/fd"
	}
	return "gopsutil"
}

// threadSource is where the probe counts the OS threads of a process.
func threadSource() string {
	if runtime.GOOS == "linux" {
		return "/proc/PID/stat"
	}
	return "gopsutil"
}

// cpuSource is where the probe reads the CPU time of this process.
func cpuSource() string {
	if runtime.GOOS == "windows" {
		return "GetProcessTimes"
	}
	return "getrusage"
}

// descriptorCheck is the command that lists the descriptors of a process.
func descriptorCheck(pid int) []string {
	switch runtime.GOOS {
	case "linux":
		return []string{fmt.Sprintf("ls -l /proc/%d/fd", pid)}
	case "windows":
		return []string{fmt.Sprintf("powershell -c (Get-Process -Id %d).HandleCount", pid)}
	}
	return []string{fmt.Sprintf("lsof -p %d", pid)}
}

// cpuCheck is the command that shows the CPU time and threads of a process.
func cpuCheck(pid int) []string {
	switch runtime.GOOS {
	case "linux":
		return []string{fmt.Sprintf("ps -o pid,stat,time,nlwp,comm -p %d", pid)}
	case "windows":
		return []string{fmt.Sprintf("powershell -c Get-Process -Id %d", pid)}
	}
	return []string{fmt.Sprintf("ps -M -p %d", pid)}
}

// boundCheck is a command that meets the reservation of a port: older releases
// of ss (before iproute2 6.8) list no bound socket.
func (b *Bench) boundCheck(s *probe.Snapshot) []string {
	if len(inState(s, probe.Bound)) == 0 {
		return nil
	}
	return []string{panel.BoundCheck(b.Server)}
}

// count says a number of things, or that it is unknown.
func count(n probe.Maybe[int], word string) string {
	if !n.Known {
		return "inconnu ici"
	}
	return text.Plural(n.Value, word)
}

// percent says a share of one core: "0,3 %".
func percent(share probe.Maybe[float64]) string {
	if !share.Known {
		return "part inconnue"
	}
	return strings.Replace(fmt.Sprintf("%.1f %%", share.Value*100), ".", ",", 1)
}

// rangeSource is where the probe reads the range of ephemeral ports.
func rangeSource() string {
	switch runtime.GOOS {
	case "linux":
		return "ip_local_port_range"
	case "windows":
		return "netsh"
	}
	return "sysctl"
}

// rangeCheck is the command that shows that range.
func rangeCheck() []string {
	switch runtime.GOOS {
	case "linux":
		return []string{"cat /proc/sys/net/ipv4/ip_local_port_range"}
	case "windows":
		return []string{"netsh int ipv4 show dynamicport tcp"}
	}
	return []string{"sysctl net.inet.ip.portrange.first net.inet.ip.portrange.last"}
}
