package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"

	"labo/lessons/chat"
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
	if len(args) == 2 && args[0] == "serveur" {
		port, err := strconv.ParseUint(args[1], 10, 16)
		if err != nil {
			return err
		}
		return serveAsChild(uint16(port), stdout)
	}
	return errors.New("a command for labo itself, not for you")
}

func serveAsChild(port uint16, stdout io.Writer) error {
	server := chat.Server{Port: port, OnEvent: func(e chat.Event) {
		if e.Kind == chat.Listening {
			fmt.Fprintln(stdout, childReady)
		}
	}}
	_, err := server.Run(context.Background())
	return err
}
