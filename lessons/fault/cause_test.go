package fault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"labo/lessons/fault"
)

// english are the words of an error, names of errnos and programs aside.
var english = regexp.MustCompile(`\b[a-z]{3,}\b`)

// The errors that Go and the system really make: none of their words is in the
// cause that is shown.
func TestCauseHasNoWordOfGoOrTheSystem(t *testing.T) {
	dir := t.TempDir()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	late, over := context.WithTimeout(t.Context(), time.Nanosecond)
	defer over()
	<-late.Done()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	l.(*net.TCPListener).SetDeadline(time.Now())
	second := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"a deadline":            second(l.Accept()),
		"a port that is taken":  second(net.Listen("tcp4", l.Addr().String())),
		"nobody there":          second(net.Dial("tcp4", "127.0.0.1:1")),
		"a dial too long":       second((&net.Dialer{Timeout: time.Nanosecond}).Dial("tcp4", l.Addr().String())),
		"a dial that is left":   second((&net.Dialer{}).DialContext(gone, "tcp4", l.Addr().String())),
		"no such family":        second(net.Dial("tcp4", "[::1]:1")),
		"no such network":       second(net.Dial("carrier pigeon", "x:1")),
		"a file that is not":    second(os.Open(filepath.Join(dir, "nothing", "x"))),
		"a folder as a file":    os.WriteFile(dir, nil, 0o600),
		"a rename":              os.Rename(filepath.Join(dir, "x"), filepath.Join(dir, "y")),
		"a program that is not": exec.Command("labo-no-such-program").Run(),
		"a path that is not":    exec.Command(filepath.Join(dir, "x")).Run(),
		"a context that ended":  gone.Err(),
		"a context too late":    late.Err(),
		"a number":              second(strconv.ParseUint("x", 10, 16)),
		"a document":            json.Unmarshal([]byte("{"), &struct{}{}),
		"an end":                io.EOF,
		"a short end":           io.ErrUnexpectedEOF,
		"a pipe":                io.ErrClosedPipe,
		"a closed file":         os.ErrClosed,
		"a closed socket":       net.ErrClosed,
		"unsupported":           errors.ErrUnsupported,
		"a name":                &net.DNSError{Err: "no such host", Name: "nowhere", IsNotFound: true},
		"an unknown error":      errors.New("something went wrong"),
		"joined":                errors.Join(errors.New("first failed"), errors.New("second failed")),
		"wrapped":               fmt.Errorf("rename a b: %w", syscall.EIO),
		"an unknown number":     syscall.Errno(9999),
	} {
		if err == nil {
			t.Errorf("%s: no error was made", what)
			continue
		}
		cause := fault.Cause(err)
		if cause == "" {
			t.Errorf("%s: no words", what)
		}
		for _, word := range english.FindAllString(strings.ToLower(err.Error()), -1) {
			if regexp.MustCompile(`\b` + word + `\b`).MatchString(cause) {
				t.Errorf("%s: %q has %q of %q", what, cause, word, err)
			}
		}
	}
	for number := syscall.Errno(1); number < 134; number++ {
		if cause := fault.Cause(number); len(number.Error()) > 3 && strings.Contains(cause, number.Error()) {
			t.Errorf("%q", cause)
		}
	}
}

// What labo has words for is said with them, however deep it is wrapped.
func TestCauseSaysWhatIsKnown(t *testing.T) {
	own := fault.Failed("le programme n'a rien répondu", "", io.EOF)
	for _, tc := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("x: %w", own), "le programme n'a rien répondu"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, fault.Errno(syscall.ECONNREFUSED)},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, "aucune réponse à temps"},
		{errors.New("x"), "labo ne sait pas pourquoi"},
		{&fault.Fault{Err: io.EOF, Exit: 1}, "la fin est venue trop tôt"},
	} {
		if got := fault.Cause(tc.err); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.err, got, tc.want)
		}
	}
	if got := fault.Errno(io.EOF); got != "" {
		t.Errorf("the number of no errno is %q", got)
	}
}
