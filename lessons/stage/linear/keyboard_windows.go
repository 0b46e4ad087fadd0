package linear

import (
	"io"

	"github.com/muesli/cancelreader"
)

// cancelreader would read the console whatever the input is, without echo, and
// end a line typed there by a carriage return alone. The console itself gives
// whole lines, edited as on any Windows program, and keeps Ctrl+C a signal; a
// read that waits there cannot be ended.
func init() {
	openKeys = func(in io.Reader) (cancelreader.CancelReader, bool, error) { return plain{in}, false, nil }
}

// plain is an input whose reads cannot be ended.
type plain struct{ io.Reader }

func (plain) Cancel() bool { return false }
func (plain) Close() error { return nil }
