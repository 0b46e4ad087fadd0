package probe

import "context"

// triesBound reports whether a socket of our own, bound and not listening, is
// shown by the best source of this system; set by the init of the systems
// where one may be.
var triesBound func(ctx context.Context) bool

// ShowsBound reports whether a source shows [Bound] sockets. Where it does
// not, a port without any socket may yet be taken. It is tried, not deduced
// from a version: sock_diag shows them since Linux 6.8, gopsutil never does.
func ShowsBound(ctx context.Context, source Source) bool {
	return source == SockDiag && triesBound != nil && triesBound(ctx)
}
