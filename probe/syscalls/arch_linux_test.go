package syscalls

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"labo/probe/probetest"
)

// The numbers of each processor are those of golang.org/x/sys, which are
// generated from the kernel's headers.
func TestNumbersAreTheKernels(t *testing.T) {
	dir, err := exec.Command(probetest.Need(t, "go"), "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Fatal(err)
	}
	for arch, goarch := range map[*Arch]string{amd64: "amd64", arm64: "arm64"} {
		file := filepath.Join(strings.TrimSpace(string(dir)), "unix", "zsysnum_linux_"+goarch+".go")
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		numbers := map[string]int{}
		for _, m := range regexp.MustCompile(`SYS_(\w+)\s+= (\d+)`).FindAllStringSubmatch(string(b), -1) {
			n, _ := strconv.Atoi(m[2])
			numbers[strings.ToLower(m[1])] = n
		}
		if len(arch.Calls()) < 40 || len(numbers) < 200 {
			t.Fatalf("%s: %d calls, %d numbers", arch.Name, len(arch.Calls()), len(numbers))
		}
		for nr, name := range arch.Calls() {
			if numbers[name] != nr {
				t.Errorf("%s: %s is %d, not %d", arch.Name, name, numbers[name], nr)
			}
		}
		for name := range amd64Names() {
			if nr, ok := numbers[name]; ok && arch.Calls()[nr] != name {
				t.Errorf("%s does not follow %s (%d)", arch.Name, name, nr)
			}
		}
	}
}

func amd64Names() map[string]bool {
	names := map[string]bool{}
	for _, name := range amd64.Calls() {
		names[name] = true
	}
	return names
}
