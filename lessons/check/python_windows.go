package check

import (
	"context"
	"os/exec"
	"strings"
	"time"

	"labo/lessons/check/runner"
)

// Where Python was not installed, python.exe and python3.exe of the folder
// WindowsApps open the Microsoft Store, or say so and end with 9009; where it
// was installed from there, they are Python. Given an argument they open nothing.
func init() {
	pythonOffer = func(ctx context.Context, command string) string {
		path, err := exec.LookPath(command)
		if err != nil || !strings.Contains(strings.ToLower(path), `\microsoft\windowsapps\`) {
			return ""
		}
		p, err := runner.Start(runner.Command{Argv: []string{path, "-V"}}, nil)
		if err != nil {
			return path
		}
		defer p.Stop()
		select {
		case <-p.Done():
		case <-time.After(5 * time.Second):
		case <-ctx.Done():
		}
		const offered = 9009
		if exit, over := p.Ended(); over && exit.Code == offered {
			return path
		}
		return ""
	}
}
