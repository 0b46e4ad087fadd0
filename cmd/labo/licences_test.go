package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The licences that labo shows are those of what is inside, on every system
// that it is built for. `go generate ./cmd/labo` writes them anew.
func TestLicencesOfWhatIsInside(t *testing.T) {
	want := licenceText(t)
	if want == licences {
		return
	}
	if *update {
		if err := os.WriteFile("licences.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("licences.txt is not of today's modules: go generate ./cmd/labo")
}

func licenceText(t *testing.T) string {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]string{"Go, https://go.dev": strings.TrimSpace(string(root))} // its runtime and library are inside
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", ".")
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			if path, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
				modules[path] = dir
			}
		}
	}
	modules["labo"] = moduleRoot
	names := make([]string, 0, len(modules))
	for name := range modules {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) })
	var b strings.Builder
	for _, name := range names {
		found := false
		for _, pattern := range []string{"LICEN[CS]E*", "COPYING*", "NOTICE*"} {
			files, err := filepath.Glob(filepath.Join(modules[name], pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				words, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				found = true
				fmt.Fprintf(&b, "==== %s (%s)\n\n%s\n\n", name, filepath.Base(file), strings.TrimSpace(strings.ReplaceAll(string(words), "\r\n", "\n")))
			}
		}
		if !found {
			t.Errorf("%s has no licence", name)
		}
	}
	return b.String()
}

// rank puts labo before the others.
func rank(name string) int { return map[string]int{"labo": -2, "Go, https://go.dev": -1}[name] }
