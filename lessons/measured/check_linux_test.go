package measured

import (
	"net/netip"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// Where ss cannot show a bound socket, the other command does: what tries to
// take the same address is refused, and succeeds once it is free.
func TestBoundCheckMeetsTheReservation(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		probetest.Missing(t, "python3 is not installed")
	}
	port := freeport.Get(t) // nobody takes it while it is free
	for _, c := range []struct {
		family int
		addr   syscall.Sockaddr
		local  string
	}{
		{syscall.AF_INET, &syscall.SockaddrInet4{Port: int(port), Addr: [4]byte{127, 0, 0, 1}}, "127.0.0.1"},
		{syscall.AF_INET6, &syscall.SockaddrInet6{Port: int(port), Addr: [16]byte{15: 1}}, "::1"},
	} {
		fd, err := syscall.Socket(c.family, syscall.SOCK_STREAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Bind(fd, c.addr); err != nil {
			syscall.Close(fd)
			if c.family == syscall.AF_INET6 {
				t.Log("no IPv6 here: ", err)
				continue
			}
			t.Fatal(err)
		}
		cmd := boundCheck(netip.AddrPortFrom(netip.MustParseAddr(c.local), uint16(port)))
		out, err := exec.CommandContext(t.Context(), "sh", "-c", cmd).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "Address already in use") {
			t.Errorf("%s: %v\n%s", cmd, err, out)
		}
		syscall.Close(fd)
		if out, err := exec.CommandContext(t.Context(), "sh", "-c", cmd).CombinedOutput(); err != nil {
			t.Errorf("%s, the port being free: %v\n%s", cmd, err, out)
		}
	}
}
