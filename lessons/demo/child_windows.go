package demo

import "errors"

// Freeze cannot be done here: [errors.ErrUnsupported].
func (c *Child) Freeze() error { return errors.ErrUnsupported }
