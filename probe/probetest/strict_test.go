package probetest

import (
	"fmt"
	"runtime"
	"testing"
)

// outcome is a testing.TB that notes how a test would have ended.
type outcome struct {
	testing.TB
	said string
}

func (o *outcome) Helper() {}

func (o *outcome) Fatalf(format string, args ...any) { o.end("fail: " + fmt.Sprintf(format, args...)) }
func (o *outcome) Skipf(format string, args ...any)  { o.end("skip: " + fmt.Sprintf(format, args...)) }

func (o *outcome) end(said string) {
	o.said = said
	runtime.Goexit()
}

func end(f func(t testing.TB)) string {
	o := new(outcome)
	done := make(chan struct{})
	go func() { defer close(done); f(o) }()
	<-done
	return o.said
}

func TestMissingFailsWhereStrict(t *testing.T) {
	skip := func(t testing.TB) { Missing(t, "no %s", "python3") }
	t.Setenv("LABO_STRICT", "")
	if got := end(skip); got != "skip: no python3" || Strict() {
		t.Errorf("not strict: %q", got)
	}
	t.Setenv("LABO_STRICT", "1")
	if got := end(skip); got != "fail: LABO_STRICT=1 forbids this skip: no python3" || !Strict() {
		t.Errorf("strict: %q", got)
	}
}

// On Linux, where all can be had, a skip for the system's sake is one too many.
func TestElsewhere(t *testing.T) {
	skip := func(t testing.TB) { Elsewhere(t, "no %s", "umask") }
	t.Setenv("LABO_STRICT", "1")
	want := "skip: no umask"
	if runtime.GOOS == "linux" {
		want = "fail: LABO_STRICT=1 forbids this skip: no umask"
	}
	if got := end(skip); got != want {
		t.Errorf("strict: %q, want %q", got, want)
	}
	t.Setenv("LABO_STRICT", "")
	if got := end(skip); got != "skip: no umask" {
		t.Errorf("not strict: %q", got)
	}
}

func TestNeed(t *testing.T) {
	t.Setenv("LABO_STRICT", "1")
	if path := Need(t, "go"); path == "" {
		t.Error("Need found no path for go")
	}
	if got := end(func(t testing.TB) { Need(t, "no-such-program-of-labo") }); got == "" {
		t.Error("Need went on without the program")
	}
}
