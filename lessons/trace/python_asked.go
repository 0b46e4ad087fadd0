//go:build windows || darwin

package trace

import (
	"context"
	"strings"

	"labo/lessons/check"
)

// What is called python3 may be Microsoft's or Apple's offer to install it:
// each is run.
func init() {
	findPython = func() (name, path string, err error) {
		p, err := check.FindPython(context.Background())
		if err != nil {
			return "", "", err
		}
		return strings.Fields(p.Command)[0], p.Path, nil
	}
}
