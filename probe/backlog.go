package probe

import "time"

// MostBacklog returns the most that listen() gives, whatever a program asks
// for: net.core.somaxconn on Linux (listen(2)), kern.ipc.somaxconn on macOS.
// It is unknown elsewhere.
func MostBacklog() Maybe[int] { return mostBacklog() }

// MostMemory returns how long the kernel remembers a finished connection
// (TIME-WAIT), counted from its end: twice net.inet.tcp.msl, on macOS. It is
// unknown elsewhere: Linux has a timer for each ([Socket.Timer]).
func MostMemory() Maybe[time.Duration] { return mostMemory() }
