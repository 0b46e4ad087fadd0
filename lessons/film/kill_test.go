package film

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// recordHere has this test binary record until it is killed.
const recordHere = "LABO_TEST_RECORD"

func TestMain(m *testing.M) {
	if path := os.Getenv(recordHere); path != "" {
		w, err := Create(path, Head{Title: "Essai"}, nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		for i := 0; ; i++ {
			w.Write(Record{Kind: Prose, Measured: fmt.Sprint(i)})
			fmt.Println(i)
		}
	}
	os.Exit(m.Run())
}

// A film whose recorder was killed, at any moment, opens and ends where it was
// cut: nothing that was written before is lost.
func TestAKilledRecordingIsRead(t *testing.T) {
	const recordings = 100
	for n := range recordings {
		path := filepath.Join(t.TempDir(), "essai.film")
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), recordHere+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		written, until := -1, rand.IntN(60)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, err := fmt.Sscan(lines.Text(), &written); err != nil {
				t.Fatal(err)
			}
			if written >= until {
				break
			}
		}
		time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond) // any moment
		cmd.Process.Kill()
		cmd.Wait()
		f, err := Open(path)
		if err != nil || !f.Cut || f.Lost > 0 {
			t.Fatalf("recording %d, killed after %d records: %v, %+v", n, written, err, f)
		}
		if len(f.Records) <= written {
			t.Fatalf("%d records were written, %d are read", written+1, len(f.Records))
		}
		for i, r := range f.Records {
			if r.Measured != fmt.Sprint(i) {
				t.Fatalf("record %d says %q", i, r.Measured)
			}
		}
	}
}
