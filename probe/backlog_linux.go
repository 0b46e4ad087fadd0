package probe

import (
	"os"
	"strconv"
	"strings"
	"time"
)

func mostBacklog() Maybe[int] {
	b, err := os.ReadFile("/proc/sys/net/core/somaxconn")
	if err != nil {
		return Maybe[int]{}
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	return Maybe[int]{Value: n, Known: err == nil}
}

func mostMemory() Maybe[time.Duration] { return Maybe[time.Duration]{} }
