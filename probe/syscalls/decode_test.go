package syscalls

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what is decoded into the golden files")

// recording is one call as the kernel told it: numbers, and the memory that
// was read to decode it. It is what makes the decoding of one processor
// testable on another.
type recording struct {
	Number int               `json:"number"`
	Args   [6]uint64         `json:"args"`
	Ret    int64             `json:"ret"`
	Errno  int               `json:"errno"`
	Error  string            `json:"error,omitempty"`
	Before map[string]string `json:"before"` // hexadecimal, by "address+length"
	After  map[string]string `json:"after"`
}

// recorded is the memory of a recording.
type recorded map[string]string

func (r recorded) read(addr uint64, n int) []byte {
	b, err := hex.DecodeString(r[fmt.Sprintf("%x+%d", addr, n)])
	if err != nil || len(b) == 0 {
		return nil
	}
	return b
}

// The recordings made on each processor decode to what stands beside them. So
// do those of x86-64 under the numbers of arm64, whose structures are the same.
func TestRecordedCalls(t *testing.T) {
	for _, arch := range arches {
		var out strings.Builder
		all, onArm := recordings(t, arch), 0
		for i := range all {
			here := all[i].decode(arch, all[i].Number)
			fmt.Fprintln(&out, here)
			if number := arm64.number(arch.callName(all[i].Number)); arch != arm64 && number >= 0 {
				onArm++
				if there := all[i].decode(arm64, number); there != here {
					t.Errorf("arm64 says %s, %s %s", there, arch.Name, here)
				}
			}
		}
		if arch != arm64 && onArm < 25 {
			t.Errorf("only %d of the calls recorded on %s exist on arm64", onArm, arch.Name)
		}
		golden := "testdata/calls-" + arch.Name + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s:\n%s", arch.Name, diff)
		}
	}
}

// recordings returns what was recorded on a processor.
func recordings(t *testing.T, arch *Arch) []recording {
	t.Helper()
	file, err := os.Open("testdata/calls-" + arch.Name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []recording
	for d := json.NewDecoder(file); d.More(); {
		var r recording
		if err := d.Decode(&r); err != nil {
			t.Fatalf("%s: %v", arch.Name, err)
		}
		all = append(all, r)
	}
	if len(all) < 30 {
		t.Fatalf("%s: %d recordings", arch.Name, len(all))
	}
	return all
}

// decode returns the call as it reads under that number on that processor.
func (r *recording) decode(arch *Arch, number int) string {
	c := decodeEntry(arch.callName(number), r.Args, recorded(r.Before))
	decodeReturn(c, r.Args, r.Ret, r.Errno, r.Error, recorded(r.After))
	return plain(c)
}

// plain writes a call for a golden file.
func plain(c *Call) string {
	var args []string
	for _, a := range c.Args {
		if a.Buf {
			s := fmt.Sprintf("%q", a.Bytes)
			if a.Cut {
				s += "…"
			}
			args = append(args, s)
		} else {
			args = append(args, a.Text)
		}
	}
	s := fmt.Sprintf("%s(%s) = %d", c.Name, strings.Join(args, ", "), c.Ret)
	if c.Err != "" {
		s += " " + c.Err
	}
	if c.Addr.Valid() {
		s += " addr=" + c.Addr.String()
	}
	return s
}

func TestDecodeAddr(t *testing.T) {
	for _, tc := range []struct {
		hex  string
		want Addr
	}{
		{"0200303900000000", Addr{Family: "AF_INET", IP: netip.MustParseAddrPort("0.0.0.0:12345")}},
		{"020030397f0000010000000000000000", Addr{Family: "AF_INET", IP: netip.MustParseAddrPort("127.0.0.1:12345")}},
		{"0a0030390000000000000000000000000000000000000001" + "00000000", Addr{Family: "AF_INET6", IP: netip.MustParseAddrPort("[::1]:12345")}},
		{"01002f746d702f6100", Addr{Family: "AF_UNIX", Path: "/tmp/a"}},
		{"01000061", Addr{Family: "AF_UNIX", Path: "@a"}},
		{"0100", Addr{Family: "AF_UNIX"}},
		{"1000", Addr{Family: "AF_NETLINK"}},
		{"02003039", Addr{Family: "AF_INET"}}, // cut short
		{"02", Addr{}},
		{"", Addr{}},
	} {
		b, err := hex.DecodeString(tc.hex)
		if err != nil {
			t.Fatal(err)
		}
		if got := decodeAddr(b); got != tc.want {
			t.Errorf("%s: %+v, want %+v", tc.hex, got, tc.want)
		}
	}
}

// hostile is a memory that answers anything with the same bytes, cut short.
type hostile []byte

func (h hostile) read(_ uint64, n int) []byte {
	if n < 0 || n > 1<<20 {
		panic(fmt.Sprintf("asked for %d bytes", n))
	}
	return append([]byte{}, h[:min(n, len(h))]...)
}

func FuzzDecode(f *testing.F) {
	f.Add(uint(0), []byte("\x02\x00\x30\x39\x7f\x00\x00\x01"), uint64(1), uint64(16), int64(8))
	f.Add(uint(9), []byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), ^uint64(0), ^uint64(0), int64(1)<<62)
	var names []string
	for name := range decoders {
		names = append(names, name)
	}
	if len(names) < 40 {
		f.Fatal("decoders are missing")
	}
	f.Fuzz(func(t *testing.T, which uint, memory []byte, x, y uint64, ret int64) {
		for i := range names {
			name := names[(int(which%uint(len(names)))+i)%len(names)]
			args := [6]uint64{x, y, y, x, y, x}
			c := decodeEntry(name, args, hostile(memory))
			decodeReturn(c, args, ret, 0, "", hostile(memory))
			if len(c.Data) > MaxData {
				t.Fatalf("%s kept %d bytes", name, len(c.Data))
			}
		}
	})
}

func FuzzParseJournal(f *testing.F) {
	f.Add([]byte(`{"kind":"enter","call":"recv","fd":4,"args":[{"text":"1024"}],"file":"/a.py","line":3,"at":1.5,"pid":1,"tid":2,"thread":"MainThread"}`))
	f.Add([]byte(`{"kind":"return","call":"accept","fd":3,"took":0.1,"ret":4,"err":"","socket":{"fd":4,"local":"127.0.0.1|1","remote":"::1|2"}}`))
	f.Add([]byte(`{"kind":"line","file":"/a.py","line":4096}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		j := journalReader{since: time.Unix(0, 0)}
		e := j.parse(line)
		if e != nil && e.Kind == Return && e.Call == nil {
			t.Fatal("a return without a call")
		}
	})
}
