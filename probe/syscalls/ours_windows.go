package syscalls

// oursAlone trusts the user's own profile, where the cache is.
func oursAlone(string) error { return nil }
