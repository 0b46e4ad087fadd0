package check

import (
	"path/filepath"
	"regexp"
	"strings"

	"labo/lessons/text"
)

// Role is which of the four programs of the sheet a program is.
type Role uint8

const (
	NoRole  Role = iota
	Server       // serveur.py: receives
	Client       // client.py: sends
	Server2      // serveur2.py: both ways, listens
	Client2      // client2.py: both ways, calls
)

// Roles are the four, in the order of the sheet.
var Roles = []Role{Server, Client, Server2, Client2}

var roleWords = map[Role]string{Server: "serveur", Client: "client", Server2: "serveur2", Client2: "client2"}

// String returns "serveur", "client", "serveur2" or "client2"; "" for none.
func (r Role) String() string { return roleWords[r] }

// ParseRole reads one of the four words.
func ParseRole(s string) (Role, bool) {
	for role, word := range roleWords {
		if word == s {
			return role, true
		}
	}
	return NoRole, false
}

// Listens reports whether the program waits for calls.
func (r Role) Listens() bool { return r == Server || r == Server2 }

// TwoWay reports whether the program both sends and receives.
func (r Role) TwoWay() bool { return r == Server2 || r == Client2 }

// receives reports whether the program shows what it is sent.
func (r Role) receives() bool { return r != Client }

// sends reports whether the program sends what is typed.
func (r Role) sends() bool { return r != Server }

// tag is what the sheet puts before a message that was received.
func (r Role) tag() string {
	if r.Listens() {
		return "[Client]"
	}
	return "[Serveur]"
}

var roleName = regexp.MustCompile(`(?:^|[^a-z])(serveur|server|client)[-_ ]?(2?)(?:[^a-z0-9]|$)`)

// RoleOfName recognises a role in the name of a file: serveur.py, mon_client2.py,
// Server.java. It returns NoRole when the name says nothing, or says both.
func RoleOfName(file string) Role {
	base := filepath.Base(file)
	name := text.Fold(strings.TrimSuffix(base, filepath.Ext(base)))
	found := roleName.FindAllStringSubmatch(name, -1)
	if len(found) != 1 {
		return NoRole
	}
	word := found[0][1]
	if word == "server" {
		word = "serveur"
	}
	role, _ := ParseRole(word + found[0][2])
	return role
}
