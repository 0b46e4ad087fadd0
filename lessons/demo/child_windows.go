package demo

import "errors"

func keepInherited() {} // nothing is inherited here but what is given

// Freeze cannot be done here: [errors.ErrUnsupported].
func (c *Child) Freeze() error { return errors.ErrUnsupported }
