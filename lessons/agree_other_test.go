//go:build !linux

package lessons

import (
	"testing"

	"labo/lessons/bench"
)

// witnessed needs ss and /proc.
func witnessed(*testing.T) (*bench.System, func() (answers, processes int)) {
	return nil, func() (int, int) { return 1 << 20, 1 << 20 }
}
