package terminal

import "os"

func gone(*os.File) bool { return false }

// Gone is never true: Windows ends the programs of a closed window.
func (t *Terminal) Gone() bool { return false }

// Blocked is never true: a console shows what is written.
func (t *Terminal) Blocked() bool { return false }

// Drop does nothing: a console forgets the modes of a program that has ended.
func (t *Terminal) Drop() {}

// Stop does nothing: Windows suspends no program.
func (t *Terminal) Stop() {}
