package probe

import (
	"encoding/hex"
	"strings"
	"testing"
)

// Tables as GetExtendedTcpTable fills them: ports in network order, then two
// bytes that say nothing.
func TestParseTCPTable(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	v4 := unhex("03000000" +
		"02000000 7f000001 3039abcd 00000000 00000000 2c010000" + // LISTEN 127.0.0.1:12345, 300
		"0b000000 7f000001 30390000 7f000001 c7380000 00000000" + // TIME-WAIT, nobody
		"05000000 7f0000") // cut
	rows := parseTCPTable(v4, TCP4)
	if len(rows) != 2 {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	first, err := gopsutilSocket(rows[0])
	if err != nil || first.State != Listen || first.Local.String() != "127.0.0.1:12345" || first.Remote.IsValid() || rows[0].Pid != 300 {
		t.Errorf("%+v, %v", first, err)
	}
	second, err := gopsutilSocket(rows[1])
	if err != nil || second.State != TimeWait || second.Remote.String() != "127.0.0.1:51000" || rows[1].Pid != 0 {
		t.Errorf("%+v, %v", second, err)
	}
	v6 := unhex("01000000" +
		"00000000000000000000000000000001 00000000 30390000" +
		"00000000000000000000000000000001 00000000 c7380000" +
		"08000000 2c010000")
	rows = parseTCPTable(v6, TCP6)
	if len(rows) != 1 {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	if s, err := gopsutilSocket(rows[0]); err != nil || s.State != CloseWait || s.Local.String() != "[::1]:12345" || s.Remote.String() != "[::1]:51000" {
		t.Errorf("%+v, %v", s, err)
	}
	for _, b := range [][]byte{nil, {1, 0, 0}, unhex("ffffffff"), unhex("ffffffff 02000000")} {
		if got := parseTCPTable(b, TCP4); len(got) != 0 {
			t.Errorf("% x: %+v", b, got)
		}
	}
}
