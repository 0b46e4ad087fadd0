package demo

import "os"

// signalWords: Windows ends processes with a code, not with a signal.
func signalWords(*os.ProcessState) (string, bool) { return "", false }
