package demo

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"labo/probe"
)

// fill writes until the peer's window and our own buffer are full: what is
// sent after that has to wait, a FIN as well.
func fill(ctx context.Context, c *net.TCPConn) error {
	chunk := make([]byte, 64<<10)
	const patience = 10 * time.Millisecond
	for full := 0; full < 2; {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.SetWriteDeadline(time.Now().Add(patience))
		n, err := c.Write(chunk)
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		if n == 0 {
			full++
		} else {
			full = 0
		}
	}
	return c.SetWriteDeadline(time.Time{})
}

func makeListen(ctx context.Context, m *Made) error {
	l, err := m.listen(ctx)
	if err != nil {
		return err
	}
	return m.seen(ctx, endOf(l.Addr()), netip.AddrPort{})
}

func makeEstablished(ctx context.Context, m *Made) error {
	c, err := m.couple(ctx)
	if err != nil {
		return err
	}
	return m.seen(ctx, c.near, c.far)
}

func makeFinWait1(ctx context.Context, m *Made) error {
	c, err := m.couple(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(fill(ctx, c.client), c.client.CloseWrite()); err != nil {
		return err
	}
	return m.seen(ctx, c.near, c.far)
}

func makeFinWait2(ctx context.Context, m *Made) error {
	c, err := m.couple(ctx)
	if err != nil {
		return err
	}
	if err := c.client.CloseWrite(); err != nil {
		return err
	}
	return m.seen(ctx, c.near, c.far)
}

// makeCloseWait: the snapshot is that of a client which knows that its FIN has
// arrived, as whoever looks a moment later sees it.
func makeCloseWait(ctx context.Context, m *Made) error {
	c, err := m.couple(ctx)
	if err != nil {
		return err
	}
	if err := c.client.CloseWrite(); err != nil {
		return err
	}
	client := &Made{State: probe.FinWait2, Port: m.Port}
	if err := client.seen(ctx, c.near, c.far); ctx.Err() != nil {
		return err
	}
	return m.seen(ctx, c.far, c.near)
}

// makeClosing: both FINs wait behind full windows; then the server reads all,
// so that the client's FIN arrives while its own still waits.
func makeClosing(ctx context.Context, m *Made) error {
	c, err := m.couple(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(fill(ctx, c.client), fill(ctx, c.server), c.client.CloseWrite(), c.server.CloseWrite()); err != nil {
		return err
	}
	c.server.SetReadDeadline(time.Now().Add(stateBound))
	if _, err := io.Copy(io.Discard, c.server); err != nil {
		return err
	}
	return m.seen(ctx, c.far, c.near)
}

// makeLastAck: the client closes first; the server's FIN waits behind a full
// window.
func makeLastAck(ctx context.Context, m *Made) error {
	c, err := m.couple(ctx)
	if err != nil {
		return err
	}
	if err := c.client.CloseWrite(); err != nil {
		return err
	}
	c.server.SetReadDeadline(time.Now().Add(stateBound))
	if _, err := io.Copy(io.Discard, c.server); err != nil { // until the client's FIN
		return err
	}
	if err := errors.Join(fill(ctx, c.server), c.server.CloseWrite()); err != nil {
		return err
	}
	return m.seen(ctx, c.far, c.near)
}

func makeTimeWait(ctx context.Context, m *Made) error {
	c, err := m.couple(ctx)
	if err != nil {
		return err
	}
	if err := c.client.Close(); err != nil {
		return err
	}
	c.server.SetReadDeadline(time.Now().Add(stateBound))
	if _, err := io.Copy(io.Discard, c.server); err != nil {
		return err
	}
	if err := c.server.Close(); err != nil {
		return err
	}
	return m.seen(ctx, c.near, c.far)
}
