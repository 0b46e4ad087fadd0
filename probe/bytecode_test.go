package probe

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// bcOp is a step of a program, as the kernel reads it.
type bcOp struct {
	code, yes uint8
	no        int
	port      uint16
}

func readOp(b []byte) bcOp {
	op := bcOp{code: b[0], yes: b[1], no: int(binary.NativeEndian.Uint16(b[2:]))}
	if op.code != bcJump {
		op.port = binary.NativeEndian.Uint16(b[6:])
	}
	return op
}

// auditBytecode does what inet_diag_bc_audit does (net/ipv4/inet_diag.c).
func auditBytecode(prog []byte) error {
	b := prog
	for len(b) > 0 {
		if len(b) < bcOpLen {
			return fmt.Errorf("%d bytes left", len(b))
		}
		minLen := bcPortLen
		if b[0] == bcJump {
			minLen = bcOpLen
		} else if b[0] < bcSportGE || b[0] > bcDportLE || len(b) < bcPortLen {
			return fmt.Errorf("code %d with %d bytes left", b[0], len(b))
		}
		op := readOp(b)
		if op.no < minLen || op.no > len(b)+4 || op.no%4 != 0 {
			return fmt.Errorf("no=%d with %d bytes left", op.no, len(b))
		}
		if op.no < len(b) && !onYesChain(prog, len(b)-op.no) {
			return fmt.Errorf("no=%d with %d bytes left leads between the steps", op.no, len(b))
		}
		if int(op.yes) < minLen || int(op.yes) > len(b)+4 || op.yes%4 != 0 {
			return fmt.Errorf("yes=%d with %d bytes left", op.yes, len(b))
		}
		b = b[op.yes:]
	}
	return nil
}

// onYesChain is valid_cc: whether the steps that "yes" reaches include the one
// with left bytes left.
func onYesChain(prog []byte, left int) bool {
	for len(prog) > left {
		prog = prog[prog[1]:]
	}
	return len(prog) == left
}

// runBytecode is inet_diag_bc_run.
func runBytecode(prog []byte, sport, dport uint16) bool {
	left := len(prog)
	for left > 0 {
		op := readOp(prog[len(prog)-left:])
		var yes bool
		switch op.code {
		case bcSportGE:
			yes = sport >= op.port
		case bcSportLE:
			yes = sport <= op.port
		case bcDportGE:
			yes = dport >= op.port
		case bcDportLE:
			yes = dport <= op.port
		}
		if yes {
			left -= int(op.yes)
		} else {
			left -= op.no
		}
	}
	return left == 0
}

func TestPortBytecode(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= maxFilterPorts; n++ {
		ports := make([]uint16, n)
		for i := range ports {
			ports[i] = uint16(rng.Uint32())
		}
		ports[rng.IntN(n)] = []uint16{0, 1, 65535}[n%3]
		prog := portBytecode(ports)
		if err := auditBytecode(prog); err != nil {
			t.Fatalf("the kernel would refuse the program of %d ports: %v", n, err)
		}
		var try []uint16
		for _, p := range ports {
			try = append(try, p-1, p, p+1)
		}
		for _, sport := range try {
			for _, dport := range try {
				want := slices.Contains(ports, sport) || slices.Contains(ports, dport)
				if got := runBytecode(prog, sport, dport); got != want {
					t.Fatalf("ports %v: %d to %d is chosen: %v, want %v", ports, sport, dport, got, want)
				}
			}
		}
	}
}

func TestPortBytecodeNone(t *testing.T) {
	if prog := portBytecode(nil); prog != nil {
		t.Errorf("program for no port: % x", prog)
	}
	if prog := portBytecode(make([]uint16, maxFilterPorts+1)); prog != nil {
		t.Errorf("program for too many ports: %d bytes", len(prog))
	}
}

func TestDiagRequests(t *testing.T) {
	plain, f := Filter{}, Filter{Ports: []uint16{12345}}
	for _, c := range []struct {
		name             string
		length, offset   int // of the states
		req, port        diagRequest
		family, protocol byte
	}{
		{"one family", byFamilyLen, offByFamilyStates, requestFamily(linuxAFInet6, &plain), requestFamily(linuxAFInet, &f), linuxAFInet6, ipprotoTCP},
		{"both", bothLen, offBothStates, requestBoth(&plain), requestBoth(&f), 0, 0},
	} {
		req := c.req.data
		if len(req) != c.length || req[0] != c.family || req[1] != c.protocol {
			t.Errorf("%s: request % x", c.name, req)
		}
		states := StateSet(binary.NativeEndian.Uint32(req[c.offset:]))
		for _, st := range States {
			if !states.Has(st) {
				t.Errorf("%s: every state does not ask for %s", c.name, st)
			}
		}
		attr := c.port.data[c.length:]
		if n := int(binary.NativeEndian.Uint16(attr)); n != len(attr) || n%4 != 0 {
			t.Errorf("%s: attribute of %d bytes says %d", c.name, len(attr), n)
		}
		if typ := binary.NativeEndian.Uint16(attr[2:]); typ != attrBytecode {
			t.Errorf("%s: attribute %d", c.name, typ)
		}
	}
	if !diagStates(NewStateSet(SynReceived)).Has(newSynRecv) {
		t.Error("SYN-RECEIVED does not ask for TCP_NEW_SYN_RECV")
	}
	if got := diagStates(NewStateSet(Listen)); got != NewStateSet(Listen) {
		t.Errorf("LISTEN asks for %b", got)
	}
}
