package room

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"labo/probe"
)

// RefusedError: the address answered that nobody listens there (ECONNREFUSED).
type RefusedError struct{ At netip.AddrPort }

func (e *RefusedError) Error() string { return fmt.Sprintf("%s: connection refused", e.At) }

// SilentError: nothing at all came back from the address in that time.
type SilentError struct {
	At    netip.AddrPort
	After time.Duration
}

func (e *SilentError) Error() string { return fmt.Sprintf("%s: no answer in %s", e.At, e.After) }

// NotRoomError: something listens there, and it is no room.
type NotRoomError struct {
	At   netip.AddrPort
	Said string // its first line, made visible; "" where it said nothing in that time
}

func (e *NotRoomError) Error() string { return fmt.Sprintf("%s: not a room: %q", e.At, e.Said) }

// CodeError: the room does not have that code, or does not look at one yet.
type CodeError struct {
	Wait time.Duration // no code from this address is looked at before; 0: try again
}

func (e *CodeError) Error() string { return fmt.Sprintf("wrong code, wait %s", e.Wait) }

// VersionError: the room's labo speaks another version of the protocol.
type VersionError struct{ Theirs string }

func (e *VersionError) Error() string { return "another version: " + e.Theirs }

// ErrSignature: the room did not accept the participant's signature.
var errSignature = errors.New("signature not accepted")

// How long an address is waited for.
const (
	knockFor = 6 * time.Second // a SYN is sent again after 1 s and after 3 (RFC 6298)
	infoFor  = 3 * time.Second // a NATS server speaks first, at once
)

// knock measures what answers at an address before anything is sent to it. A room
// tries its address before it serves there: what ends a call without a word is
// asked once more.
func knock(ctx context.Context, at netip.AddrPort) error {
	ended, err := knockOnce(ctx, at)
	if !ended {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(300 * time.Millisecond):
	}
	_, err = knockOnce(ctx, at)
	return err
}

// knockOnce also reports whether the call was ended from there without a word.
func knockOnce(ctx context.Context, at netip.AddrPort) (ended bool, err error) {
	begun := time.Now()
	d := net.Dialer{Timeout: knockFor}
	c, err := d.DialContext(ctx, "tcp", at.String())
	var timeout net.Error
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case probe.ErrnoName(err) == "ECONNREFUSED":
		return false, &RefusedError{at}
	case errors.As(err, &timeout) && timeout.Timeout():
		return false, &SilentError{at, time.Since(begun)}
	case err != nil:
		return probe.ErrnoName(err) == "ECONNRESET", err
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(infoFor))
	line, err := bufio.NewReaderSize(c, 4096).ReadSlice('\n')
	var info struct {
		Name string `json:"server_name"`
		Auth bool   `json:"auth_required"`
	}
	rest, nats := strings.CutPrefix(string(line), "INFO ")
	if !nats || json.Unmarshal([]byte(rest), &info) != nil || !info.Auth {
		return len(line) == 0 && !errors.Is(err, os.ErrDeadlineExceeded), &NotRoomError{at, Clean(string(line), 60)}
	}
	return false, nil
}

// errNoReason: so it is while a room opens, when labo does not hear yet who
// connects.
var errNoReason = errors.New("refused, and the door does not say why")

// askDoor asks why a participant was refused.
func askDoor(ctx context.Context, url, id string, trusted *tls.Config) error {
	nc, err := nats.Connect(url, nats.UserInfo("v"+protocol+"."+doorUser, ""), nats.CustomInboxPrefix(inboxOf(doorUser)),
		secured(trusted), nats.NoReconnect(), nats.Timeout(10*time.Second), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		return fmt.Errorf("%w: %w", errNoReason, err)
	}
	defer nc.Close()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	m, err := nc.RequestWithContext(ctx, doorSubject, []byte(id))
	if err != nil {
		return fmt.Errorf("%w: %w", errNoReason, err)
	}
	var a reply
	if json.Unmarshal(m.Data, &a) != nil {
		return errMessage
	}
	switch refusal(a.Error) {
	case wrongCode, tooSoon:
		return &CodeError{Wait: a.Wait}
	case otherVersion:
		return &VersionError{Clean(a.Version, maxName)}
	case full:
		return ErrFull
	case badSignature:
		return errSignature
	}
	return errMessage
}
