package freeport

import (
	"fmt"
	"net"
)

// bindable reports whether a program could bind the port now.
func bindable(port uint16) bool {
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	l.Close()
	return true
}
