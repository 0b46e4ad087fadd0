package probe

import (
	"maps"
	"net/netip"
	"slices"
	"syscall"
	"testing"

	gnet "github.com/shirou/gopsutil/v3/net"
)

// As macOS prints it.
const netstatOfMac = `Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)    
tcp4       0      0  127.0.0.1.12345        127.0.0.1.51234        TIME_WAIT  
tcp4       0      0  127.0.0.1.12345        *.*                    LISTEN     
tcp6       0      0  fe80::1%lo0.1024       fe80::1%lo0.1025       ESTABLISHED
tcp46      0      0  *.8080                 *.*                    LISTEN     
tcp6       0      0  2a01:e0a:1:2:3:4.61234 2a00:1450:4007:80.443  ESTABLISHED
tcp4       0      0  192.168.1.20.49213     17.57.146.20.5223      FIN_WAIT_2 
udp4       0      0  *.5353                 *.*                               
`

func TestParseNetstat(t *testing.T) {
	var got []Socket
	for _, row := range parseNetstat(netstatOfMac) {
		s, err := gopsutilSocket(row)
		if err != nil {
			t.Errorf("%+v: %v", row, err)
		}
		got = append(got, Socket{Family: s.Family, State: s.State, Local: s.Local, Remote: s.Remote})
	}
	at := netip.MustParseAddrPort
	want := []Socket{
		{Family: TCP4, State: TimeWait, Local: at("127.0.0.1:12345"), Remote: at("127.0.0.1:51234")},
		{Family: TCP4, State: Listen, Local: at("127.0.0.1:12345")},
		{Family: TCP6, State: Established, Local: at("[fe80::1%lo0]:1024"), Remote: at("[fe80::1%lo0]:1025")},
		{Family: TCP6, State: Listen, Local: at("[::]:8080")},
		{Family: TCP4, State: FinWait2, Local: at("192.168.1.20:49213"), Remote: at("17.57.146.20:5223")},
	} // an IPv6 address that was cut is no address
	if !slices.EqualFunc(got, want, func(a, b Socket) bool {
		return a.Family == b.Family && a.State == b.State && a.Local == b.Local && a.Remote == b.Remote
	}) {
		t.Errorf("read\n%+v\nwant\n%+v", got, want)
	}
}

// A row of netstat that lsof has too, with its owner, is there once; the others
// are there without owner.
func TestUnownedRows(t *testing.T) {
	lsof := []gnet.ConnectionStat{row(syscall.AF_INET, "LISTEN", "127.0.0.1", 12345, "", 0, 501)}
	all := addUnowned(lsof, parseNetstat(netstatOfMac))
	if len(all) != 5 || all[0].Pid != 501 {
		t.Fatalf("%d rows: %+v", len(all), all)
	}
	for _, r := range all[1:] {
		if r.Pid != 0 {
			t.Errorf("%+v has an owner", r)
		}
	}
}

func TestParseThreads(t *testing.T) {
	const ps = `USER     PID   TT   %CPU STAT PRI     STIME     UTIME COMMAND
lea      501 s000    0.0 S    31T   0:00.00   0:00.01 python3 serveur2.py
         501         0.0 S    31T   0:00.00   0:00.00 
         501         0.0 S    31T   0:00.00   0:00.00 
lea      777 s001    0.0 S    31T   0:00.02   0:00.05 python3 client.py
`
	if got, want := parseThreads(ps), map[int]int{501: 3, 777: 1}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestParseArguments(t *testing.T) {
	raw := "\x03\x00\x00\x00/usr/local/bin/python3\x00\x00\x00\x00python3\x00serveur.py\x00un mot\x00HOME=/Users/lea\x00"
	if got := parseArguments([]byte(raw)); !slices.Equal(got, []string{"python3", "serveur.py", "un mot"}) {
		t.Errorf("%q", got)
	}
	for _, cut := range []string{"", "\x03", "\x03\x00\x00\x00/bin/x", "\xff\xff\xff\xff/bin/x\x00\x00a"} {
		if got := parseArguments([]byte(cut)); len(got) != 0 {
			t.Errorf("%q: %q", cut, got)
		}
	}
}

// The rows of lsof, as gopsutil hands them on.
func TestLsofRows(t *testing.T) {
	for _, c := range []struct {
		row   gnet.ConnectionStat
		local string
	}{
		{row(syscall.AF_INET, "LISTEN", "127.0.0.1", 12345, "", 0, 501), "127.0.0.1:12345"},
		{row(syscall.AF_INET6, "LISTEN", "*", 8080, "", 0, 501), "[::]:8080"},
		{row(syscall.AF_INET6, "ESTABLISHED", "::1", 12345, "::1", 51234, 501), "[::1]:12345"},
	} {
		if s, err := gopsutilSocket(c.row); err != nil || s.Local.String() != c.local {
			t.Errorf("%+v: %v, %v", c.row, s.Local, err)
		}
	}
}
