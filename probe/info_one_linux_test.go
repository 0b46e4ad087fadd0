package probe

import (
	"net"
	"reflect"
	"strconv"
	"testing"

	"labo/probe/probetest"
)

// Asked for one by one, sockets count what they count in a dump: of IPv4, of
// IPv6, and of both ends of a connection between them.
func TestInfoOneByOne(t *testing.T) {
	for name, c := range map[string]struct{ network, listen, call string }{
		"IPv4":       {"tcp4", "127.0.0.1", "127.0.0.1"},
		"IPv6":       {"tcp6", "::1", "::1"},
		"dual stack": {"tcp", "::", "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen(c.network, net.JoinHostPort(c.listen, "0"))
			if err != nil {
				probetest.Missing(t, "this machine has no %s: %v", name, err)
			}
			defer l.Close()
			port := uint16(l.Addr().(*net.TCPAddr).Port)
			for i := range 3 {
				client, err := net.Dial("tcp", net.JoinHostPort(c.call, strconv.Itoa(int(port))))
				must(t, err)
				defer client.Close()
				server, err := l.Accept()
				must(t, err)
				defer server.Close()
				_, err = client.Write(make([]byte, 100*(i+1)))
				must(t, err)
			}
			gone, err := net.Dial("tcp", net.JoinHostPort(c.call, strconv.Itoa(int(port))))
			must(t, err)
			f := Filter{Ports: []uint16{port}}
			source := sockDiag{dial: dialSockDiag}
			eventually(t, "it is the same", func() bool {
				s, err := Sockets(t.Context(), f)
				must(t, err)
				if gone != nil { // between the look and the count
					must(t, gone.(*net.TCPConn).SetLinger(0))
					must(t, gone.Close())
					gone = nil
				}
				each, dumped := append([]Socket(nil), s.Sockets...), append([]Socket(nil), s.Sockets...)
				must(t, source.countEach(t.Context(), each))
				asked := f
				asked.Info = true
				rows, _, err := dumpSockets(t.Context(), dialSockDiag, &asked)
				must(t, err)
				counted := 0
				for i := range dumped {
					for j := range rows {
						if rows[j].Local == dumped[i].Local && rows[j].Remote == dumped[i].Remote {
							dumped[i].Info = rows[j].Info
						}
					}
					if each[i].Info != nil {
						counted++
					}
					if !reflect.DeepEqual(each[i].Info, dumped[i].Info) {
						t.Logf("%v %v: %+v, and %+v", dumped[i].Local, dumped[i].Remote, each[i].Info, dumped[i].Info)
						return false
					}
				}
				return counted == 6
			})
		})
	}
}
