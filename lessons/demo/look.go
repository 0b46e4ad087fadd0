package demo

import "labo/probe"

// How demonstrations ask the system. Tests have every answer compared, at the
// moment it is given, with that of other tools.
var (
	look    = probe.Sockets
	examine = probe.Process
)
