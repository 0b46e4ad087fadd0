package check

import (
	"net"
	"net/netip"
	"runtime"
)

// hasTerminals reports whether programs can be given a pseudo-terminal.
var hasTerminals = runtime.GOOS != "windows"

func addrPortOf(l net.Listener) netip.AddrPort { return l.Addr().(*net.TCPAddr).AddrPort() }
