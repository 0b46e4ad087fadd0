package demo

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	"labo/probe"
)

// Passing is one moment of a connection that closes: the states of its two
// ends, [probe.StateUnknown] for one that is no longer in the table.
type Passing struct {
	Client, Server probe.State
	Port           uint16 // of the server
	Snapshot       *probe.Snapshot
}

// CloseOrderly opens a connection on a port that the kernel chooses, closes
// one end and then the other, and returns what the table shows before,
// between and after.
func CloseOrderly(ctx context.Context, serverFirst bool) ([]Passing, error) {
	m := &Made{}
	defer m.Close()
	c, err := m.couple(ctx)
	if err != nil {
		return nil, err
	}
	first, second := c.client, c.server
	if serverFirst {
		first, second = c.server, c.client
	}
	var passed []Passing
	see := func(until func(Passing) bool) error {
		p, err := c.passing(ctx, m.Port, until)
		passed = append(passed, p)
		return err
	}
	if err := see(func(p Passing) bool { return p.Client == probe.Established && p.Server == probe.Established }); err != nil {
		return nil, err
	}
	if err := first.Close(); err != nil {
		return nil, err
	}
	second.SetReadDeadline(time.Now().Add(stateBound))
	if _, err := io.Copy(io.Discard, second); err != nil {
		return nil, err
	}
	if err := see(func(p Passing) bool {
		return p.Client == probe.FinWait2 && p.Server == probe.CloseWait || p.Server == probe.FinWait2 && p.Client == probe.CloseWait
	}); err != nil {
		return nil, err
	}
	if err := second.Close(); err != nil {
		return nil, err
	}
	err = see(func(p Passing) bool { // who closed second is gone
		return p.Client == probe.TimeWait && p.Server == probe.StateUnknown || p.Server == probe.TimeWait && p.Client == probe.StateUnknown
	})
	return passed, err
}

// passing looks until the states are those, or for a moment: some systems do
// not show all of them.
func (c *couple) passing(ctx context.Context, port uint16, until func(Passing) bool) (Passing, error) {
	const bound, step = time.Second, time.Millisecond
	tick := time.NewTicker(step)
	defer tick.Stop()
	for deadline := time.Now().Add(bound); ; {
		s, err := look(ctx, probe.Filter{Ports: []uint16{port}})
		if err != nil {
			return Passing{}, err
		}
		p := Passing{Port: port, Snapshot: s}
		for i := range s.Sockets {
			switch sock := &s.Sockets[i]; {
			case sock.Local == c.near && sock.Remote == c.far:
				p.Client = sock.State
			case sock.Local == c.far && sock.Remote == c.near:
				p.Server = sock.State
			}
		}
		if until(p) || time.Now().After(deadline) {
			return p, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return p, ctx.Err()
		}
	}
}

// Unread is what a client learns when its server closes without having read
// what it had received.
type Unread struct {
	Sent   int
	Before Passing // while the bytes waited
	Err    error   // of the client's recv(): nil for an orderly end
}

// CloseUnread sends bytes to a server that closes without reading them.
func CloseUnread(ctx context.Context, data string) (Unread, error) {
	m := &Made{}
	defer m.Close()
	c, err := m.couple(ctx)
	if err != nil {
		return Unread{}, err
	}
	n, err := io.WriteString(c.client, data)
	if err != nil {
		return Unread{}, err
	}
	before, err := arrived(ctx, c, m.Port, n)
	if err != nil {
		return Unread{}, err
	}
	if err := c.server.Close(); err != nil {
		return Unread{}, err
	}
	c.client.SetReadDeadline(time.Now().Add(stateBound))
	_, err = c.client.Read(make([]byte, 1))
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return Unread{Sent: n, Before: before, Err: err}, nil
}

// arrived waits until n bytes wait for the server, where the system shows it, and
// returns the table that does.
func arrived(ctx context.Context, c *couple, port uint16, n int) (Passing, error) {
	return c.passing(ctx, port, func(p Passing) bool {
		for i := range p.Snapshot.Sockets {
			sock := &p.Snapshot.Sockets[i]
			if sock.Local == c.far && sock.Remote == c.near {
				return !sock.RecvQueue.Known || int(sock.RecvQueue.Value) >= n
			}
		}
		return false
	})
}

// HalfClose closes the client's way only, and returns what the client still
// receives from a server that answers after that.
func HalfClose(ctx context.Context, answer string) (p Passing, received string, err error) {
	m := &Made{}
	defer m.Close()
	c, err := m.couple(ctx)
	if err != nil {
		return p, "", err
	}
	if err := c.client.CloseWrite(); err != nil {
		return p, "", err
	}
	if p, err = c.passing(ctx, m.Port, func(p Passing) bool { return p.Client == probe.FinWait2 && p.Server == probe.CloseWait }); err != nil {
		return p, "", err
	}
	if err := heard(c.server, c.client, answer); err != nil {
		return p, "", err
	}
	data := make([]byte, len(answer))
	_, err = io.ReadFull(c.client, data)
	return p, string(data), err
}

// heard has the server read the client's end and answer.
func heard(server, client *net.TCPConn, answer string) error {
	server.SetReadDeadline(time.Now().Add(stateBound))
	client.SetReadDeadline(time.Now().Add(stateBound))
	if _, err := io.Copy(io.Discard, server); err != nil {
		return err
	}
	_, err := io.WriteString(server, answer)
	return err
}
