package demo

import "errors"

// limitDescriptors: Windows has no such limit on a process.
func limitDescriptors(int) error { return errors.ErrUnsupported }
