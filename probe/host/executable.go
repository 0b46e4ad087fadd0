package host

import (
	"os"
	"os/exec"
	"path/filepath"
)

// Executable is [os.Executable]; where that cannot be told (a Linux without
// /proc), the program that the name under which this one was called leads to.
func Executable() (string, error) {
	self, err := os.Executable()
	if err == nil {
		return self, nil
	}
	named, lookErr := exec.LookPath(os.Args[0])
	if lookErr != nil {
		return "", err
	}
	return filepath.Abs(named)
}
