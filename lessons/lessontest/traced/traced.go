// Package traced tells what a tracer would have told of a server and a client.
// It is imported by tests only.
package traced

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"labo/lessons/trace"
	"labo/probe"
	"labo/probe/syscalls"
)

// Story is a server and a client on one clock, as the tracer tells them.
func Story(t *testing.T) []*trace.Report {
	dir := t.TempDir()
	server, client := filepath.Join(dir, "serveur.py"), filepath.Join(dir, "client.py")
	write := func(path, content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(server, "import socket\nserveur = socket.socket()\nserveur.bind(('localhost', 12345))\nserveur.listen(1)\n"+
		"connexion, adresse = serveur.accept()\nmessage = connexion.recv(1024)\nif message == b'rien':\n    print('jamais')\nconnexion.close()\n")
	write(client, "import socket\nclient = socket.create_connection(('localhost', 12345))\nclient.sendall(b'salut')\n")
	local, remote := end("127.0.0.1:12345"), end("127.0.0.1:40000")
	socket := func(fd int, l, r syscalls.Addr, s probe.State) *syscalls.Socket {
		return &syscalls.Socket{FD: fd, Type: "SOCK_STREAM", Local: l, Remote: r, State: s}
	}
	s, c := trace.NewRecord(), trace.NewRecord()
	for _, e := range []*syscalls.Event{
		Call(server, 2, 1, 1, &syscalls.Call{Name: "socket", FD: -1, Asked: -1, Ret: 3, Args: args("AF_INET", "SOCK_STREAM", "0")}),
		Call(server, 3, 2, 1, &syscalls.Call{Name: "bind", FD: 3, Asked: -1, Addr: local, Args: args("3", "127.0.0.1:12345"), Socket: socket(3, local, syscalls.Addr{}, probe.Bound)}),
		Call(server, 4, 3, 1, &syscalls.Call{Name: "listen", FD: 3, Asked: -1, Args: args("3", "1"), Socket: socket(3, local, syscalls.Addr{}, probe.Listen)}),
		Call(server, 5, 4, 100, &syscalls.Call{Name: "accept4", FD: 3, Asked: -1, Ret: 4, Addr: remote, Args: args("3", "127.0.0.1:40000", "SOCK_CLOEXEC"), Socket: socket(4, local, remote, probe.Established)}),
		Call(server, 6, 105, 50, Data(&syscalls.Call{Name: "recvfrom", FD: 4, Asked: 1024, Ret: 5}, "salut")),
		Call(server, 9, 160, 1, &syscalls.Call{Name: "close", FD: 4, Asked: -1, Args: args("4"), Socket: socket(4, local, remote, probe.CloseWait)}),
	} {
		s.Add(e)
	}
	for _, e := range []*syscalls.Event{
		Call(client, 2, 103, 1, &syscalls.Call{Name: "connect", FD: 3, Asked: -1, Addr: local, Args: args("3", "127.0.0.1:12345"), Socket: socket(3, remote, local, probe.Established)}),
		Call(client, 3, 150, 1, Data(&syscalls.Call{Name: "sendto", FD: 3, Asked: 5, Ret: 5}, "salut")),
	} {
		c.Add(e)
	}
	ran := make([]bool, 20)
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 9} {
		ran[n] = true
	}
	done := &syscalls.Status{}
	return []*trace.Report{
		{Name: "serveur.py", View: s.View(), Lines: true, Python: true, Wall: time.Second, CPU: 20 * time.Millisecond, Status: done,
			Executed: map[string][]bool{server: ran}},
		{Name: "client.py", View: c.View(), Lines: true, Python: true, Wall: time.Second, Status: done},
	}
}

// end is an end of a connection.
func end(s string) syscalls.Addr {
	return syscalls.Addr{Family: "AF_INET", IP: netip.MustParseAddrPort(s)}
}

// args are arguments as they are written.
func args(words ...string) []syscalls.Arg {
	var all []syscalls.Arg
	for _, w := range words {
		all = append(all, syscalls.Arg{Text: w})
	}
	return all
}

// Data gives a call the bytes it carried.
func Data(c *syscalls.Call, s string) *syscalls.Call {
	c.Data = []byte(s)
	c.Args = []syscalls.Arg{{Text: fmt.Sprint(c.FD)}, {Buf: true, Bytes: c.Data}, {Text: fmt.Sprint(c.Asked)}, {Text: "0"}}
	return c
}

// Call is a call that returned, at and took in milliseconds.
func Call(file string, line, at, took int, c *syscalls.Call) *syscalls.Event {
	c.Done = true
	return &syscalls.Event{Kind: syscalls.Return, At: time.Duration(at) * time.Millisecond, Took: time.Duration(took) * time.Millisecond,
		PID: 10, TID: 10, Thread: "MainThread", Place: syscalls.Place{File: file, Line: line}, Call: c}
}
