package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"labo/lessons/check"
	"labo/lessons/text"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

var update = flag.Bool("update", false, "write what is shown into the golden files and scripts")

func TestMain(m *testing.M) {
	// Ignored signals (nohup, &) would be so in every labo that tests start.
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP, syscall.SIGTERM} {
		if signal.Ignored(s) && isTest() {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	programs := map[string]func(){
		"labo":        main,
		"labo-attend": waitMain,   // ends_test.go
		"labo-panne":  faultyMain, // panne_test.go
	}
	maps.Copy(programs, systemPrograms)
	testscript.Main(m, programs)
}

// systemPrograms are those of one system.
var systemPrograms = map[string]func(){}

// isTest reports whether this is the test program, not one of the programs of
// TestMain, which must find signals as they are.
func isTest() bool {
	return strings.HasSuffix(strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"), ".test")
}

// TestScript plays the sessions of testdata/script. Beside testscript's own
// commands they know:
//
//	status N PROGRAM ARGS…   run it; its exit status must be N
//	says stdout|stderr TEXT  it was written there, no-break spaces read as spaces
//	need PROGRAM             skip the session when it is not installed (package probetest)
//	freeport NAME            put into NAME a TCP port of 127.0.0.1 for this session (package freeport)
//	listening PORT           wait until a program listens on it
//	quiet                    nothing on stderr but that Python is slow to answer
//	connected PORT           wait until a client is connected to it
//
// and the places of scenes ([places]).
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else each labo built with -race ends 1 s late
			env.Setenv("LANG", "fr_FR.UTF-8")
			env.Setenv("LABO_HOME", filepath.Join(env.WorkDir, ".cahier"))
			recorded, err := filepath.Abs(filepath.Join(moduleRoot, "lessons", "stage", "export", "testdata", "home"))
			env.Setenv("RECORDED", recorded) // the notebook of a real run
			if err != nil {
				return err
			}
			env.Values[testingTB{}] = env.T()
			for name, value := range places(t) {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":    scriptStatus,
			"says":      scriptSays,
			"quiet":     scriptQuiet,
			"need":      scriptNeed,
			"freeport":  scriptFreePort,
			"listening": scriptListening, // chat_test.go
			"connected": scriptConnected,
		},
	})
}

// testingTB is the key under which a script keeps its [testing.TB].
type testingTB struct{}

func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func scriptSays(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] says stdout|stderr TEXT")
	}
	shown := strings.ReplaceAll(ts.ReadFile(args[0]), text.NBSP, " ")
	if strings.Contains(shown, args[1]) == neg {
		ts.Fatalf("%s: says %q is %v", args[0], args[1], neg)
	}
}

// scriptQuiet: nothing on stderr but what a slow machine honestly adds.
func scriptQuiet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: quiet")
	}
	said := strings.Join(strings.Fields(strings.ReplaceAll(ts.ReadFile("stderr"), "→", " ")), " ")
	if rest := strings.TrimSpace(strings.ReplaceAll(said, text.French(check.SlowPython), "")); rest != "" {
		ts.Fatalf("stderr says %q", rest)
	}
}

func scriptNeed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: need PROGRAM")
	}
	probetest.Need(ts.Value(testingTB{}).(testing.TB), args[0])
}

func scriptFreePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: freeport NAME")
	}
	ts.Setenv(args[0], fmt.Sprint(freeport.Get(ts.Value(testingTB{}).(testing.TB))))
}

// TestEveryCommandHasASession holds that no command is left without a script
// whose name begins with its own.
func TestEveryCommandHasASession(t *testing.T) {
	for _, cmd := range newRootCommand(newConsole(nil, nil, nil, nil)).Commands() {
		if cmd.Hidden {
			continue
		}
		scripts, err := filepath.Glob(filepath.Join("testdata", "script", cmd.Name()+"*.txtar"))
		if err != nil || len(scripts) == 0 {
			t.Errorf("no testdata/script/%s.txtar", cmd.Name())
		}
	}
}

// play runs labo in this process on the streams of a pipe.
func play(t *testing.T, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	var out, err bytes.Buffer
	exit = run(t.Context(), args, newConsole(strings.NewReader(""), &out, &err, nil))
	return strings.ReplaceAll(out.String(), text.NBSP, " "), strings.ReplaceAll(err.String(), text.NBSP, " "), exit
}
