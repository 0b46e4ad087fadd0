package main

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// Ctrl+Z gives the shell its terminal back; fg shows the line being typed again.
func TestSuspendAnEditedLine(t *testing.T) {
	v, conn := inShell(t), clientOf(t)
	v.pressesAtOnce("labo client2 --port " + conn.port + "\n")
	v.sees("[Client >>>]")
	labo := v.labo()
	v.pressesAtOnce("avant")
	v.sees("[Client >>>] avant")
	v.pressesAtOnce("\x1a")
	eventually(t, "labo is stopped", func() bool { return strings.HasPrefix(processField(labo, "State"), "T") })
	v.pressesAtOnce("echo ici $((40+2))\n")
	v.sees("ici 42 $") // and the prompt: the shell reads again
	v.pressesAtOnce("fg\n")
	v.until("the line is back", func(lines []string) bool {
		return shown(lines, "ici 42 $ fg labo client2 --port "+conn.port+" [Client >>>] avant")
	})
	v.pressesAtOnce(" et après\r")
	conn.reads("avant et après")
	v.pressesAtOnce("\x03")
	eventually(t, "labo ends", func() bool { return processField(labo, "State") == "" })
	v.pressesAtOnce("exit\n")
	v.leaves(130, conn.port)
}

// Where no shell could wake it, the system lets it run on.
func TestCtrlZWithoutAShell(t *testing.T) {
	conn := clientOf(t)
	v := bySight(t, "labo", begunHome(t), "client2", "--port", conn.port)
	v.sees("[Client >>>]")
	v.pressesAtOnce("tou")
	v.sees("[Client >>>] tou")
	v.pressesAtOnce("\x1a")
	v.until("the line is shown again", func([]string) bool { return strings.Count(v.all(), "tou") > 1 })
	v.pressesAtOnce("jours là\r")
	conn.reads("toujours là")
	v.pressesAtOnce("\x03")
	v.leaves(130, conn.port)
}

// client is what a server of this test has of its client.
type client struct {
	t     *testing.T
	port  string
	conns chan net.Conn
	conn  net.Conn
}

func clientOf(t *testing.T) *client {
	t.Helper()
	l, port := listen(t)
	c := &client{t: t, port: port, conns: make(chan net.Conn, 1)}
	go func() {
		conn, err := l.Accept()
		l.Close()
		if err == nil {
			c.conns <- conn
		}
		close(c.conns)
	}()
	t.Cleanup(func() {
		l.Close()
		if c.conn != nil {
			c.conn.Close()
		}
	})
	return c
}

func (c *client) reads(want string) {
	c.t.Helper()
	if c.conn == nil {
		c.conn = <-c.conns
	}
	c.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	buf := make([]byte, len(want))
	if _, err := io.ReadFull(c.conn, buf); err != nil || string(buf) != want {
		c.t.Fatalf("read %q (%v), want %q", buf, err, want)
	}
}
