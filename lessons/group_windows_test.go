package lessons

import "os/exec"

func inOwnGroup(*exec.Cmd) {}
