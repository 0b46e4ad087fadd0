//go:build !linux

package lessontest

import (
	"testing"

	"labo/lessons/evidence"
)

// ChecksShow runs the commands of Linux alone.
func ChecksShow(testing.TB, evidence.Evidence) (ran int) { return 1 << 20 }
