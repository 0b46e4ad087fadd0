package probe

// MostBacklog returns the most that listen() gives, whatever a program asks
// for: net.core.somaxconn on Linux (listen(2)), kern.ipc.somaxconn on macOS.
// It is unknown elsewhere.
func MostBacklog() Maybe[int] { return mostBacklog() }
