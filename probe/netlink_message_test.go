package probe

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"syscall"
	"testing"
)

// datagramEnd is what Linux 6.18 sends at the end of a dump, after the rows.
const datagramEnd = "1400000003000200070000000000000000000000"

// realDatagrams are a row as it comes, and the end of a dump.
func realDatagrams(t testing.TB) [][]byte {
	row := kernelBytes(t, rowListen)
	b := binary.NativeEndian.AppendUint32(nil, uint32(nlHeaderLen+len(row)))
	b = binary.NativeEndian.AppendUint16(b, sockDiagByFamily)
	b = binary.NativeEndian.AppendUint16(b, 2) // NLM_F_MULTI
	b = binary.NativeEndian.AppendUint32(b, 7)
	b = binary.NativeEndian.AppendUint32(b, 4242)
	b = append(b, row...)
	return [][]byte{b, kernelBytes(t, datagramEnd), append(bytes.Clone(b), kernelBytes(t, datagramEnd)...)}
}

func TestNextMessageFaults(t *testing.T) {
	whole := realDatagrams(t)[0]
	length := func(n uint32) []byte {
		b := bytes.Clone(whole)
		binary.NativeEndian.PutUint32(b, n)
		return b
	}
	for name, b := range map[string][]byte{
		"shorter than a header":         whole[:15],
		"says less than a header":       length(15),
		"says nothing":                  length(0),
		"says more than there is":       length(uint32(len(whole)) + 1),
		"says more than a number holds": length(1<<32 - 1),
	} {
		if _, _, err := nextMessage(b); !errors.Is(err, errBadDatagram) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, rest, err := nextMessage(length(uint32(len(whole)) - 3))
	if err != nil || len(m.data) != len(whole)-nlHeaderLen-3 || len(rest) != 0 {
		t.Errorf("unpadded: %d bytes of data, %d left, %v", len(m.data), len(rest), err)
	}
}

func TestMessageErrno(t *testing.T) {
	data := func(n int32) []byte { return binary.NativeEndian.AppendUint32(nil, uint32(n)) }
	for _, c := range []struct {
		m    nlMessage
		want error
	}{
		{nlMessage{kind: nlError, data: data(-1)}, syscall.Errno(1)},
		{nlMessage{kind: nlDone, data: data(-105)}, syscall.Errno(105)},
		{nlMessage{kind: nlError, data: data(0)}, nil},
		{nlMessage{kind: nlDone, data: data(0)}, nil},
		{nlMessage{kind: nlDone}, nil},
		{nlMessage{kind: nlError}, errBadDatagram},
		{nlMessage{kind: nlError, data: []byte{1, 2, 3}}, errBadDatagram},
	} {
		if got := c.m.errno(); got != c.want {
			t.Errorf("%+v: %v, want %v", c.m, got, c.want)
		}
	}
}

func TestDiagRows(t *testing.T) {
	var r diagRows
	const n = 3*rowsPerPiece + 1
	for i := range n {
		if r.len() != i {
			t.Fatalf("%d rows, want %d", r.len(), i)
		}
		row := make([]byte, diagRowLen+8)
		binary.NativeEndian.PutUint32(row, uint32(i))
		r.add(row)
	}
	for i := range n {
		if row := r.at(i)[:diagRowLen]; binary.NativeEndian.Uint32(row) != uint32(i) {
			t.Fatalf("row %d is % x", i, row)
		}
	}
}

func FuzzDiagDump(f *testing.F) {
	seeds := realDatagrams(f)
	for _, b := range seeds {
		if len(b) < nlHeaderLen {
			f.Fatalf("seed % x", b)
		}
		f.Add(b)
		f.Add(b[:len(b)-1])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := diagDump{kind: sockDiagByFamily, seq: 7}
		err := d.add(bytes.Clone(b))
		if n := d.rows.len(); n*(nlHeaderLen+diagRowLen) > len(b) {
			t.Fatalf("%d rows in %d bytes", n, len(b))
		}
		var errno syscall.Errno
		if err != nil && !errors.Is(err, errBadDatagram) && !errors.As(err, &errno) {
			t.Errorf("error %v", err)
		}
		for i := range d.rows.len() {
			if err := d.rows.parse(i, new(diagRow)); err != nil {
				t.Errorf("row %d was kept: %v", i, err)
			}
		}
	})
}

func TestRealDatagrams(t *testing.T) {
	d := diagDump{kind: sockDiagByFamily, seq: 7}
	for i, b := range realDatagrams(t)[:2] {
		if d.done {
			t.Fatalf("done before datagram %d", i)
		}
		if err := d.add(b); err != nil {
			t.Fatal(err)
		}
	}
	if !d.done || d.rows.len() != 1 || d.dumpFault != (dumpFault{}) {
		t.Errorf("done: %v, %d rows, %+v", d.done, d.rows.len(), d.dumpFault)
	}
	if got := hex.EncodeToString(d.rows.at(0)[:diagRowLen]); got != rowListen[:2*diagRowLen] {
		t.Errorf("row %s", got)
	}
}
