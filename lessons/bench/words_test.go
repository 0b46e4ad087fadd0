package bench

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"labo/lessons/demo"
)

// What a reader is told of a failure is in French where labo knows its cause.
func TestCauseIsSaidInFrench(t *testing.T) {
	slow := fmt.Errorf("the child is not ready after 10 s: %w", demo.ErrSlow)
	for err, want := range map[error]string{
		slow:                          "le programme lancé n'a pas répondu à temps",
		syscall.ECONNREFUSED:          "ECONNREFUSED",
		errors.New("\x1b[2J effacé"):  "␛[2J effacé",
		&doingError{"lancer x", slow}: "le programme lancé n'a pas répondu à temps",
	} {
		if got := CauseText(err); !strings.HasPrefix(got, want) {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
	p := &Player{}
	if got := p.frenchError(&doingError{"lancer le serveur", slow}); !strings.HasPrefix(got, "lancer le serveur : le programme lancé") {
		t.Errorf("a scene that could not go on says %q", got)
	}
}
