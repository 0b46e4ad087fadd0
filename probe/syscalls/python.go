package syscalls

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labo/probe/files"
)

// The modules that Python imports by itself when it starts: lignes tells the
// tracer which line runs, journal the calls as Python sees them. suite is the
// beginning of each.
var (
	//go:embed suite.py
	nextModule []byte
	//go:embed lignes.py
	linesModule []byte
	//go:embed journal.py
	journalModule []byte
)

// Variables that the modules read.
const (
	envRoots   = "LABO_TRACE"
	envJournal = "LABO_JOURNAL"
)

// WithLines returns the environment in which a Python program tells its lines
// to the tracer: those of the files below roots, absolute directories. A
// program that is not Python is not changed by it.
func WithLines(env, roots []string) ([]string, error) {
	return withModule(env, roots, linesModule)
}

func withModule(env, roots []string, module []byte) ([]string, error) {
	path, err := ModulePath(env, module)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, root := range roots {
		abs, err := filepath.Abs(root)
		if err != nil {
			return nil, err
		}
		all = append(all, abs)
		if real, err := filepath.EvalSymlinks(abs); err == nil && real != abs {
			all = append(all, real)
		}
	}
	return append(without(env, "PYTHONPATH", envRoots),
		"PYTHONPATH="+path, envRoots+"="+strings.Join(all, string(os.PathListSeparator))), nil
}

// ModulePath returns the PYTHONPATH with which a Python started in env imports
// module by itself, as its sitecustomize.
func ModulePath(env []string, module []byte) (string, error) {
	path, err := installModule(module)
	if err != nil {
		return "", fmt.Errorf("install the Python module: %w", err)
	}
	if old := lookup(env, "PYTHONPATH"); old != "" {
		path += string(os.PathListSeparator) + old
	}
	return path, nil
}

func lookup(env []string, name string) string {
	value := ""
	for _, v := range env {
		if rest, ok := strings.CutPrefix(v, name+"="); ok {
			value = rest
		}
	}
	return value
}

func without(env []string, names ...string) []string {
	var kept []string
next:
	for _, v := range env {
		for _, name := range names {
			if strings.HasPrefix(v, name+"=") {
				continue next
			}
		}
		kept = append(kept, v)
	}
	return kept
}

// installModule returns a directory that holds module as sitecustomize.py. It
// is always the same one for the same module: nothing grows, and a trace that
// is killed leaves nothing more than the next one needs.
func installModule(module []byte) (string, error) {
	module = slices.Concat(nextModule, module)
	sum := sha256.Sum256(module)
	name := "trace-" + hex.EncodeToString(sum[:6])
	var failed error
	for _, base := range files.Places() {
		dir := filepath.Join(base, name)
		err := writeModule(dir, module)
		if err == nil {
			return dir, nil
		}
		failed = errors.Join(failed, err)
	}
	return "", failed
}

// writeModule puts the module into dir. The directory must be ours alone to
// write: Python runs what it finds there.
func writeModule(dir string, module []byte) error {
	if err := files.Private(dir); err != nil {
		return err
	}
	file := filepath.Join(dir, "sitecustomize.py")
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, module) {
		return nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return files.Tell(file, module, 0o600)
}
