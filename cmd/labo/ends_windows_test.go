package main

// Windows sends no SIGINT to another process: ends_test.go is not for it.
func waitMain() { main() }
