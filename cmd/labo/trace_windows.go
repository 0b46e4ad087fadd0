package main

import "os"

var keyboardSignals []os.Signal

// fromKeyboard is always true: Windows has no other way to send them.
func fromKeyboard() bool { return true }
