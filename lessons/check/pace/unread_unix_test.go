//go:build unix

package pace

import (
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"
)

func TestUnread(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	holds := func(when string, want bool) {
		t.Helper()
		if got := Unread(r); got != want {
			t.Errorf("%s: unread is %v", when, got)
		}
	}
	holds("nothing was written", false)
	if _, err := w.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	holds("a byte was written", true)
	if _, err := r.Read(make([]byte, 8)); err != nil {
		t.Fatal(err)
	}
	holds("it was read", false)
	w.Close()
	holds("the end waits", true)
	r.Close()
	holds("closed", false)
}

// A reader at work does not hinder the question.
func TestUnreadBesideAReader(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	read := make(chan struct{})
	go func() {
		defer close(read)
		io.Copy(io.Discard, r)
	}()
	for range 100 {
		if Unread(r) {
			t.Fatal("unread, and nothing was written")
		}
		runtime.Gosched()
	}
	w.Close()
	<-read
}

func TestUnreadCall(t *testing.T) {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if Unread(l) {
		t.Error("a call before any was made")
	}
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for limit := time.Now().Add(20 * time.Second); !Unread(l); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("a call that waits is not seen")
		}
	}
}
