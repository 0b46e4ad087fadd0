package trace

import (
	"strings"
	"testing"

	"labo/probe/syscalls"
)

// Why the kernel is not watched is said with what was measured.
func TestWhyText(t *testing.T) {
	for want, why := range map[string]*syscalls.UnavailableError{
		"":                                nil,
		"ptrace_scope vaut 2) réserve à":  {Reason: syscalls.Yama, Scope: 2},
		"ptrace_scope vaut 3) interdit à": {Reason: syscalls.Yama, Scope: 3},
		"strace␛ (12)":                    {Reason: syscalls.AlreadyTraced, Tracer: "strace\x1b (12)"},
		"au moins la version 5.3":         {Reason: syscalls.OldKernel},
		"certains conteneurs":             {Reason: syscalls.Refused},
		"il faut Linux":                   {Reason: syscalls.NotThisSystem},
		"filtre seccomp":                  {Reason: syscalls.NoSeccomp},
	} {
		if got := WhyText(why); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%+v: %q, want %q in it", why, got, want)
		}
	}
}
