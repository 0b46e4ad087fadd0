package demo

import "syscall"

// errnoName names the Winsock errors a TCP program meets (winsock2.h).
func errnoName(e syscall.Errno) string {
	return map[syscall.Errno]string{
		10013: "WSAEACCES",
		10024: "WSAEMFILE",
		10048: "WSAEADDRINUSE",
		10049: "WSAEADDRNOTAVAIL",
		10053: "WSAECONNABORTED",
		10054: "WSAECONNRESET",
		10060: "WSAETIMEDOUT",
		10061: "WSAECONNREFUSED",
	}[e]
}
