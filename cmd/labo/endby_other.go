//go:build !linux

package main

// endBy does nothing here: the exit status says what ended the program.
func endBy(int) {}
