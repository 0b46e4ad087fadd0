package demo

import (
	"errors"
	"os"
)

// signalWords: Windows ends processes with a code, not with a signal.
func signalWords(*os.ProcessState) (string, bool) { return "", false }

// Freeze cannot be done here: [errors.ErrUnsupported].
func (c *Child) Freeze() error { return errors.ErrUnsupported }
