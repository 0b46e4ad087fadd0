package fault_test

import (
	"errors"
	"io/fs"
	"testing"

	"labo/lessons/fault"
)

func TestFault(t *testing.T) {
	failed := fault.Failed("le port 12345 est pris", "Essayez `labo serveur --port 12346`.", fs.ErrExist)
	for _, tc := range []struct {
		fault *fault.Fault
		text  string
		exit  int
	}{
		{fault.Usage("« x » n'est pas un port", "Un port va de 1 à 65535."), "« x » n'est pas un port", 2},
		{failed, "le port 12345 est pris: file already exists", 1},
		{fault.Failed("rien", "", nil), "rien", 1},
		{fault.Told(1), "", 1},
		{&fault.Fault{Err: fs.ErrExist, Exit: 1}, "file already exists", 1},
	} {
		if tc.fault.Error() != tc.text || tc.fault.Exit != tc.exit {
			t.Errorf("%+v: Error() = %q, Exit = %d; want %q, %d", tc.fault, tc.fault.Error(), tc.fault.Exit, tc.text, tc.exit)
		}
	}
	if !errors.Is(failed, fs.ErrExist) {
		t.Error("the cause of a fault is lost")
	}
}
