package room

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/nats-io/nkeys"

	"labo/lessons/text"
)

// Identity is who a participant is: a secret, of which the ID is a hash. Whoever
// has the secret is the participant, and nobody else can be: the secret signs
// what the server asks, and never leaves this machine. No name is in it.
type Identity struct {
	Pseudonym string // drawn, or typed by the participant
	seed      string
	id        string
}

// NewIdentity draws a secret and a pseudonym.
func NewIdentity() Identity {
	kp, err := nkeys.CreateUser()
	if err != nil {
		panic(err) // the system's source of randomness never fails (crypto/rand)
	}
	seed, _ := kp.Seed()
	i, _ := ParseIdentity(string(seed), DrawPseudonym())
	return i
}

// ErrSecret: what was kept is not the secret of a participant.
var errSecret = errors.New("not a participant's secret")

// ParseIdentity is the identity of a secret that [Identity.Secret] returned.
func ParseIdentity(secret, pseudonym string) (Identity, error) {
	kp, err := nkeys.FromSeed([]byte(secret))
	if err != nil {
		return Identity{}, errSecret
	}
	public, err := kp.PublicKey()
	if err != nil || !nkeys.IsValidPublicUserKey(public) {
		return Identity{}, errSecret
	}
	return Identity{Pseudonym: Clean(pseudonym, maxName), seed: secret, id: idOf(public)}, nil
}

// Secret is what to keep, in a private place, to be the same participant again.
func (i Identity) Secret() string { return i.seed }

// ID is 20 letters and digits, the same for the same secret.
func (i Identity) ID() string { return i.id }

func idOf(public string) string { return short(20, "labo participant", public) }

// animals have no accent and are read aloud without a doubt.
var animals = strings.Fields("loutre renard panda koala lynx castor marmotte mouette pingouin tortue dauphin " +
	"chamois faucon belette colibri cigogne gecko grenouille mangouste narval ocelot perruche raton saumon " +
	"tatou toucan vigogne wombat zibeline bison")

// DrawPseudonym draws one: « loutre 7 ».
func DrawPseudonym() string { return fmt.Sprintf("%s %d", animals[pick(len(animals))], 1+pick(99)) }

// Clean is what a participant typed, as it can be shown anywhere: one line, what
// is not seen made visible, at most so many cells, no direction but left to
// right, and no more than two marks on one letter.
func Clean(s string, cells int) string {
	if len(s) > 8*cells {
		s = strings.ToValidUTF8(s[:8*cells], "")
	}
	marks := 0
	s = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			c = ' '
		case unicode.Is(unicode.Mn, c) || unicode.Is(unicode.Me, c):
			if marks++; marks > 2 {
				return -1
			}
			return c
		}
		marks = 0
		return c
	}, s)
	return text.Truncate(text.Visible(strings.Join(strings.Fields(s), " ")), cells)
}
