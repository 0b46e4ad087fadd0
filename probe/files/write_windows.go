package files

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

func init() { rename = renameRetrying }

// renameRetrying is [os.Rename] that tries again for a moment while another
// program has the file open: an antivirus, an indexer, a reader.
func renameRetrying(from, to string) error {
	const pause, limit = 5 * time.Millisecond, 2 * time.Second
	start := time.Now()
	for {
		err := os.Rename(from, to)
		busy := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !busy || time.Since(start) > limit {
			return err
		}
		time.Sleep(pause)
	}
}
