package hall

import (
	"crypto/tls"
	"io"
	"net"
	"time"
)

// secured listens for phones that speak TLS, and sends one that does not to the
// address that does: who types an address leaves « https:// » out.
type secured struct {
	net.Listener
	config *tls.Config
	host   string
}

func (s secured) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return tls.Server(&firstHeard{Conn: c, host: s.host}, s.config), nil
}

// firstHeard looks at the first byte that is read: that of a TLS handshake is 22
// (RFC 8446, section 5.1).
type firstHeard struct {
	net.Conn
	host  string
	heard bool
}

func (c *firstHeard) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n == 0 || c.heard {
		return n, err
	}
	if c.heard = true; p[0] == 22 {
		return n, err
	}
	const patience = 200 * time.Millisecond
	c.SetDeadline(time.Now().Add(patience))
	io.WriteString(c.Conn, "HTTP/1.1 307 Temporary Redirect\r\nLocation: https://"+c.host+"/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	io.CopyN(io.Discard, c.Conn, 8<<10) // what is unread when it closes would reset it
	return 0, io.EOF
}
