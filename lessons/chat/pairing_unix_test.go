//go:build unix

package chat

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// TestPairings plays one conversation in the four pairings of the sheet's
// programs and labo's, each on a terminal, and compares what each side showed,
// byte for byte, with what the sheet's two programs show between them.
func TestPairings(t *testing.T) {
	type maker func(*testing.T, string, uint16) *exec.Cmd
	makers := map[string]maker{"python": python, "labo": labo}
	reference := converse(t, python, python)
	if !strings.Contains(reference.server, "[Client] ça va ? 👋") || !strings.Contains(reference.client, ">>> ExIt") {
		t.Fatalf("the reference is no conversation: %+v", reference)
	}
	for server, makeServer := range makers {
		for client, makeClient := range makers {
			t.Run(server+" serveur, "+client+" client", func(t *testing.T) {
				got := converse(t, makeServer, makeClient)
				if got.server != reference.server {
					t.Errorf("the server showed\n%q\nwant\n%q", got.server, reference.server)
				}
				if got.client != reference.client {
					t.Errorf("the client showed\n%q\nwant\n%q", got.client, reference.client)
				}
			})
		}
	}
}

type screens struct{ server, client string }

// converse has a conversation typed and returns what both terminals showed.
func converse(t *testing.T, makeServer, makeClient func(*testing.T, string, uint16) *exec.Cmd) screens {
	t.Helper()
	port := freePort(t)
	server := run(t, makeServer(t, "serveur", port))
	server.shows("[Serveur] En attente de connexion...\r\n", 1)
	client := run(t, makeClient(t, "client", port))
	messages := []string{"bonjour", "ça va ? 👋", "", " exit ", "exité", strings.Repeat("long ", 200), "ExIt"}
	shown := 0
	for i, m := range messages {
		client.shows(">>> ", i+1)
		client.keys(m + "\n")
		if m == "" || i == len(messages)-1 {
			continue
		}
		shown++
		server.shows("\r\n[Client] ", shown) // before the next, or TCP might glue them
	}
	for _, p := range []*program{client, server} {
		want := 0
		if isLabo(p) {
			want = int(ByExit)
		}
		if got := p.ends(); got != want {
			t.Errorf("%s ended with status %d, want %d; stderr %s", p.name, got, want, p.stderr)
		}
	}
	if isLabo(server) && server.stderr.String() != "" {
		t.Errorf("labo remarked on an ordinary conversation: %s", server.stderr)
	}
	if want := fmt.Sprintln(NoticeEmptyLine, false); isLabo(client) && client.stderr.String() != want {
		t.Errorf("labo remarked %q, want only the empty line %q", client.stderr, want)
	}
	return screens{anyPort(server.screen.String()), client.screen.String()}
}

func isLabo(p *program) bool { return !strings.Contains(p.name, "python") }

// TestPairingsThroughPipes has the messages piped into the client, as
// printf … | python client.py: what the clients print is the same, and the
// servers get the same bytes.
func TestPairingsThroughPipes(t *testing.T) {
	for input, ending := range map[string]Ending{
		"exit\n": ByExit, "exit": ByExit, "EXIT\nperdu\n": ByExit, // then both stop reading
		"": PeerLeft, "un\n": PeerLeft, "Exit\r\nune ligne\n": PeerLeft, // EOFError in Python
	} {
		var outs []string
		for _, program := range []func(*testing.T, string, uint16) *exec.Cmd{python, labo} {
			port := freePort(t)
			server := run(t, labo(t, "serveur", port))
			server.shows("[Serveur] En attente", 1)
			cmd := program(t, "client", port)
			cmd.Stdin = strings.NewReader(input)
			out, err := cmd.Output()
			if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
				t.Fatalf("%q: %v", input, err)
			}
			if got := server.ends(); got != int(ending) {
				t.Errorf("%q: the server ended %v, want %v", input, Ending(got), ending)
			}
			outs = append(outs, string(out))
		}
		if outs[0] != outs[1] {
			t.Errorf("%q: labo prints %q, python %q", input, outs[1], outs[0])
		}
	}
}

// TestSheetServerSeesTheSameEnds has a client of labo leave the
// sheet's server in each way, which ends or not as FACTS says.
func TestSheetServerSeesTheSameEnds(t *testing.T) {
	for name, leave := range map[string]string{"Ctrl+D": "\x04", "Ctrl+C": "\x03"} {
		t.Run(name, func(t *testing.T) {
			port := freePort(t)
			server := run(t, python(t, "serveur", port))
			server.shows("[Serveur] En attente", 1)
			client := run(t, labo(t, "client", port))
			client.shows(">>> ", 1)
			client.keys(leave)
			want := map[string]Ending{"\x04": InputEnded, "\x03": Interrupted}[leave]
			if got := client.ends(); got != int(want) {
				t.Errorf("ended %v, want %v", Ending(got), want)
			}
			server.shows("[Client] \r\n", 100) // the endless loop of fact 2
		})
	}
}
