package calls

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"labo/lessons/text"
	"labo/probe/syscalls"
)

// timeHead is the head of a column of times spent in calls.
func timeHead(source syscalls.Source) string {
	if source == syscalls.SourcePython {
		return "durée"
	}
	return "noyau"
}

// tookText says how long a call took.
func tookText(source syscalls.Source, took time.Duration) string {
	if source == syscalls.SourcePython {
		return "en " + text.Duration(took)
	}
	return "bloqué " + text.Duration(took)
}

// clock writes a moment of the trace: "12,034 s".
func clock(d time.Duration) string {
	return strings.Replace(fmt.Sprintf("%.3f", d.Seconds()), ".", ",", 1) + text.NBSP + "s"
}

// longWait is from when on a call's time in the kernel is worth a word.
const longWait = time.Millisecond

// threadName returns how a thread is called: by Python, else by its number.
func threadName(e *syscalls.Event) string {
	if e.Thread != "" {
		return text.Visible(e.Thread)
	}
	return strconv.Itoa(e.TID)
}
