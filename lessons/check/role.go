package check

import (
	"path/filepath"
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

// listens reports whether the program waits for calls.
func (r Role) listens() bool { return r == Server || r == Server2 }

// twoWay reports whether the program both sends and receives.
func (r Role) twoWay() bool { return r == Server2 || r == Client2 }

// receives reports whether the program shows what it is sent.
func (r Role) receives() bool { return r != Client }

// sends reports whether the program sends what is typed.
func (r Role) sends() bool { return r != Server }

// tag is what the sheet puts before a message that was received.
func (r Role) tag() string {
	if r.listens() {
		return "[Client]"
	}
	return "[Serveur]"
}

// RoleOfName recognises a role in the name of a file: serveur.py, mon_client2.py,
// Server.java. It returns NoRole when the name says nothing, or says both.
func RoleOfName(file string) Role {
	base := filepath.Base(file)
	name := text.Fold(strings.TrimSuffix(base, filepath.Ext(base)))
	found := NoRole
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}) {
		if english, ok := strings.CutPrefix(word, "server"); ok {
			word = "serveur" + english
		}
		role, ok := ParseRole(word)
		switch {
		case !ok:
		case found != NoRole:
			return NoRole
		default:
			found = role
		}
	}
	return found
}
