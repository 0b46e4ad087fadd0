package probe

import (
	"os"
	"testing"
)

// What the owner in human terms costs a page about a port.
func BenchmarkWhoIs(b *testing.B) {
	for b.Loop() {
		if _, err := WhoIs(b.Context(), os.Getpid()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWaits(b *testing.B) {
	for b.Loop() {
		if _, err := Waits(b.Context(), os.Getpid(), nil); err != nil {
			b.Fatal(err)
		}
	}
}
