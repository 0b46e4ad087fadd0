package probe

import (
	"os/exec"
	"testing"
)

// crowd starts processes that do nothing.
func crowd(b *testing.B, n int) {
	b.Helper()
	for range n {
		c := exec.Command("sleep", "1000")
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { c.Process.Kill(); c.Wait() })
	}
}

func BenchmarkElsewheres(b *testing.B) {
	crowd(b, 125)
	for b.Loop() {
		listeners(b.Context(), readNetworks().others, 12345)
	}
}

func BenchmarkForeseeFreeCrowd(b *testing.B) {
	crowd(b, 125)
	for b.Loop() {
		Foresee(b.Context(), 12345, &Snapshot{Source: SockDiag, ShowsBound: true})
	}
}
