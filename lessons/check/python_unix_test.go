//go:build unix

package check

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Whoever waits for a slow python is told once, and gets it all the same.
func TestASlowPythonIsTold(t *testing.T) {
	dir := t.TempDir()
	ready := filepath.Join(dir, "ready")
	script := fmt.Sprintf("#!/bin/sh\nwhile [ ! -e '%s' ]; do sleep 0.05; done\necho 3 11 /usr/bin/slow-python\n", ready)
	if err := os.WriteFile(filepath.Join(dir, "python3"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	told := 0
	p, err := AwaitPython(t.Context(), func() {
		told++
		if err := os.WriteFile(ready, nil, 0o644); err != nil { // only now does it answer
			t.Error(err)
		}
	})
	want := Python{Command: "python3", Path: "/usr/bin/slow-python", Major: 3, Minor: 11, Start: p.Start}
	if p.Start == 0 {
		t.Error("it took no processor time")
	}
	if err != nil || p != want || told != 1 {
		t.Errorf("%+v, %v, told %d times", p, err, told)
	}
}
