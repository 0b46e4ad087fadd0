package syscalls

import (
	"os"
	"os/exec"
	"strings"
)

// Find returns the path of the executable that the word names. Its error is a
// [*StartError].
func Find(word string) (string, error) {
	if strings.ContainsAny(word, `:\/`) { // a folder called python hides no program
		if info, err := os.Stat(word); err == nil && info.IsDir() {
			return "", &StartError{Path: word, Err: ErrDirectory}
		}
	}
	path, err := exec.LookPath(word)
	if err != nil && path == "" {
		return "", &StartError{Path: word, Err: ErrNotFound}
	}
	return path, nil
}
