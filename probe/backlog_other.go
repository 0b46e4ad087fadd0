//go:build !linux && !darwin

package probe

import "time"

func mostBacklog() Maybe[int] { return Maybe[int]{} }

func mostMemory() Maybe[time.Duration] { return Maybe[time.Duration]{} }
