//go:build record

package export

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRecord plays the steps for real and writes testdata/home/cahier.json,
// which the golden files are made from. It is no test, and built with
// -tags record only.
func TestRecord(t *testing.T) {
	if err := os.RemoveAll(recorded); err != nil {
		t.Fatal(err)
	}
	home, err := filepath.Abs(recorded)
	if err != nil {
		t.Fatal(err)
	}
	playFor(t, home)
	os.Remove(filepath.Join(home, "cahier.lock"))
}
