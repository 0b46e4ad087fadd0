package main

// fromKeyboard is always true: Windows has no other way to send them.
func fromKeyboard() bool { return true }
