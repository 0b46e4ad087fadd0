package probe

import (
	"net"
	"testing"

	gnet "github.com/shirou/gopsutil/v3/net"
)

// BenchmarkTCPTables lists a thousand sockets, by labo and by gopsutil's own
// list, and counts how often the system is asked for its table, and
// for the owners in it.
func BenchmarkTCPTables(b *testing.B) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	for range 500 {
		c, err := net.Dial("tcp4", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		s, err := l.Accept()
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
	}
	b.Run("labo", func(b *testing.B) {
		calls, owners := 0, 0
		for range b.N {
			rows, err := tcpTables(func(family Family, class uintptr, buf []byte, size *uint32) error {
				calls++
				if class == tableOwners {
					owners++
				}
				return getTCPTable(family, class, buf, size)
			})
			if err != nil || len(rows) < 1000 {
				b.Fatalf("%d rows: %v", len(rows), err)
			}
		}
		b.ReportMetric(float64(calls)/float64(b.N), "tables/op")
		b.ReportMetric(float64(owners)/float64(b.N), "owners/op")
	})
	b.Run("gopsutil", func(b *testing.B) { // asks twice for each family
		for range b.N {
			rows, err := gnet.Connections("tcp")
			if err != nil || len(rows) < 1000 {
				b.Fatalf("%d rows: %v", len(rows), err)
			}
		}
	})
}
