package probe

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	cpuTime = func(ctx context.Context, pid int) Maybe[time.Duration] {
		if pid != os.Getpid() {
			return gopsutilCPUTime(ctx, pid)
		}
		var ru unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &ru); err != nil {
			return gopsutilCPUTime(ctx, pid)
		}
		return Known(time.Duration(ru.Utime.Nano() + ru.Stime.Nano()))
	}
}
