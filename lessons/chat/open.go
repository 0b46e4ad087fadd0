package chat

import (
	"context"
	"net"
	"net/netip"
)

// Listen opens the listening socket of [Server] on addr, for a lesson that
// accepts by itself: TCP, a backlog of [Backlog], SO_REUSEADDR as Go sets it.
// Errors are those of [Server.Run].
func Listen(ctx context.Context, addr netip.AddrPort) (*net.TCPListener, error) {
	return listen(ctx, addr, false)
}
