package demo

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"strconv"

	"labo/lessons/chat"
	"labo/lessons/fault"
)

// RunChild is what a child started by [StartChild] does: args are those given
// there. It returns when the child has nothing more to do; most children end
// by a signal before that, which is the point of them.
func RunChild(args []string, stdin io.Reader, stdout io.Writer) error {
	// Ctrl+C must kill a child outright: what the kernel then closes by itself
	// is what the lesson shows.
	signal.Reset()
	go func() { // labo is gone: so are we
		io.Copy(io.Discard, stdin)
		os.Exit(0)
	}()
	if len(args) != 2 {
		return errChild
	}
	if to, err := netip.ParseAddrPort(args[1]); err == nil && args[0] == "client" {
		return connectAsChild(to, stdout)
	}
	port, err := strconv.ParseUint(args[1], 10, 16) // for some, another number
	if err != nil {
		return err
	}
	err = runChild(args[0], port, stdout)
	if err != nil {
		fmt.Fprintln(stdout, childFailed+cause(err))
	}
	return err
}

// cause says why a child failed.
func cause(err error) string {
	if f := chat.Fault(err); f != nil {
		return f.What
	}
	return fault.Cause(err)
}

func runChild(what string, number uint64, stdout io.Writer) error {
	port := uint16(number)
	switch what {
	case "serveur":
		return serveAsChild(port, stdout)
	case "client":
		return connectAsChild(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port), stdout)
	case "partage":
		return shareAsChild(port, stdout)
	case "fuite":
		return leakAsChild(int(number), stdout)
	case string(GoNetwork), string(GoRawCall):
		return waitAsChild(Tasks(what), int(number), stdout)
	}
	return errChild
}

var errChild = fault.Usage("cette commande est pour labo lui-même, pas pour vous", "")

// serveAsChild is the sheet's server: it says that it is ready when it listens.
func serveAsChild(port uint16, stdout io.Writer) error {
	server := chat.Server{Port: port, OnEvent: sayReady(chat.Listening, stdout)}
	_, err := server.Run(context.Background())
	return err
}

// connectAsChild is the sheet's client, with nobody at its keyboard: it says
// that it is ready when it is connected.
func connectAsChild(to netip.AddrPort, stdout io.Writer) error {
	client := chat.Client{Host: to.Addr().String(), Port: to.Port(), OnEvent: sayReady(chat.Connected, stdout)}
	_, err := client.Run(context.Background())
	return err
}

// shareAsChild is the other owner of a port that labo shares with it.
func shareAsChild(port uint16, stdout io.Writer) error {
	l, err := listenSharing(context.Background(), netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port), ReusePort)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, childReady)
	answer(l, fromThere)
	return nil
}

func sayReady(when chat.EventKind, stdout io.Writer) func(chat.Event) {
	return func(e chat.Event) {
		if e.Kind == when {
			fmt.Fprintln(stdout, childReady)
		}
	}
}
