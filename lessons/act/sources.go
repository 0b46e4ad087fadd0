package act

import (
	"fmt"
	"runtime"
	"strings"

	"labo/lessons/text"
	"labo/probe"
)

// WaitCheck is the command that shows where in the kernel each thread of a
// process waits, "/proc/PID/task/TID/wchan:function"; where that cannot be seen,
// labo itself says what each waits for.
func WaitCheck(info probe.ProcessInfo) []string {
	if len(info.Tasks) == 0 {
		return CpuCheck(info.PID)
	}
	for _, t := range info.Tasks {
		if !t.Wait.Known {
			return []string{fmt.Sprintf("labo sonde --pid %d", info.PID)}
		}
	}
	return []string{fmt.Sprintf("grep . /proc/%d/task/*/wchan", info.PID)}
}

// The words of the probe's means, on this system.

// DescriptorSource is where the probe counts descriptors.
func DescriptorSource() string {
	if runtime.GOOS == "linux" {
		return "/proc/PID/fd"
	}
	return "gopsutil"
}

// ThreadSource is where the probe counts the OS threads of a process.
func ThreadSource() string {
	if runtime.GOOS == "linux" {
		return "/proc/PID/stat"
	}
	return "gopsutil"
}

// DescriptorCheck is the command that counts the descriptors of a process.
func DescriptorCheck(pid int) []string {
	switch runtime.GOOS {
	case "linux":
		return []string{fmt.Sprintf("ls /proc/%d/fd | wc -l", pid)}
	case "windows":
		return []string{fmt.Sprintf("powershell -c (Get-Process -Id %d).HandleCount", pid)}
	}
	return []string{fmt.Sprintf("lsof -p %d", pid)}
}

// CpuCheck is the command that shows the CPU time and threads of a process.
func CpuCheck(pid int) []string {
	switch runtime.GOOS {
	case "linux":
		return []string{fmt.Sprintf("ps -o pid,stat,time,nlwp,comm -p %d", pid)}
	case "windows":
		return []string{fmt.Sprintf("powershell -c Get-Process -Id %d", pid)}
	}
	return []string{fmt.Sprintf("ps -M -p %d", pid)}
}

// Count says a number of things, or that it is unknown.
func Count(n probe.Maybe[int], word string) string {
	if !n.Known {
		return "inconnu ici"
	}
	return text.Plural(n.Value, word)
}

// Percent says a share of one core: "0,3 %".
func Percent(share probe.Maybe[float64]) string {
	if !share.Known {
		return "part inconnue"
	}
	return strings.Replace(fmt.Sprintf("%.1f %%", share.Value*100), ".", ",", 1)
}
