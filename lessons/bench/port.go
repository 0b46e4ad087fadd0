package bench

import (
	"context"

	"labo/lessons/chat"
)

// CheckPort returns nil when a server can listen on port of the loopback
// address now, else what chat says of it: a [*chat.PortTakenError] with who
// has it, or a [*chat.ListenError].
func CheckPort(ctx context.Context, port uint16) error {
	l, err := chat.Listen(ctx, serverAddr(port))
	if err != nil {
		return err
	}
	return l.Close()
}
