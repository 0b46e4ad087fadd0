package files

import "os"

const noFollow, noWait = 0, 0

// oursAlone trusts the user's own profile, where the cache is.
func oursAlone(string) error { return nil }

// trusted: making a link takes a right that only administrators have.
func trusted(os.FileInfo) bool { return true }
