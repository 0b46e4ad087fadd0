package room

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// The subjects of a room, all under labo.KEY. KEY is a hash of the code, so that
// rooms of one cluster do not meet.
//
//	labo.KEY.k.…         what is kept: the stream. Only labo publishes here.
//	labo.KEY.wall        what the wall asks, told live to every guest
//	labo.KEY.in.ID.VERB  what guest ID sends to labo
//	_INBOX.ID.…          what is answered to guest ID
//
// A guest could name any subject as the one to answer on, and a server answers
// with rights of its own: with a vote acknowledged by JetStream itself, a guest
// would write its acknowledgement over another's vote. So guests do not talk to
// JetStream, and labo answers on the inbox of the sender and nowhere else.
const (
	account  = "LABO"
	laboUser = "labo"
)

var b32 = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// short is the first n letters of a hash, as a token of a subject.
func short(n int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return b32.EncodeToString(sum[:])[:n]
}

func keyOf(code string) string { return short(12, "labo room", Capitals(code)) }

func streamOf(key string) string { return "LABO_" + key }

func (r *Room) keeps(token ...string) string {
	return "labo." + r.key + ".k." + strings.Join(token, ".")
}

func wallOf(key string) string         { return "labo." + key + ".wall" }
func inOf(key, id, verb string) string { return fmt.Sprintf("labo.%s.in.%s.%s", key, id, verb) }
func inboxOf(id string) string         { return "_INBOX." + id }

// rights are what guest id may do, and nothing else.
func rights(key, id string) (publish, subscribe []string) {
	return []string{inOf(key, id, "*")}, []string{wallOf(key), inboxOf(id) + ".>"}
}

// token reports whether s can stand in a subject: 1 to 64 of a-z, 0-9, - and _.
func token(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}
