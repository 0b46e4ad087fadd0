package room

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// protocol is the version of what guests and rooms say to one another.
const protocol = "1"

// gate answers the servers that ask labo whether a connection may come in, and
// with which rights (auth_callout). One mechanism serves the embedded server
// and a cluster.
type gate struct {
	issuer   nkeys.KeyPair
	account  string
	protocol string
	r        *Room
	tries
}

func newGate(issuer nkeys.KeyPair, account string, r *Room) *gate {
	return &gate{issuer: issuer, account: account, protocol: protocol, r: r, tries: newTries(r.limits)}
}

func (g *gate) open(nc *nats.Conn) error {
	_, err := nc.QueueSubscribe("$SYS.REQ.USER.AUTH", "labo", func(m *nats.Msg) {
		req, err := jwt.DecodeAuthorizationRequestClaims(string(m.Data))
		if err != nil {
			return
		}
		go func() { // another room's code is looked up
			user, refused := g.decide(req, time.Now())
			if b, err := g.answer(req, user, refused); err == nil {
				m.Respond(b)
			}
		}()
	})
	return err
}

// refusal is why a connection was not let in: a word of the protocol.
type refusal string

const (
	letIn        refusal = ""
	wrongCode    refusal = "code"
	tooSoon      refusal = "patience"
	otherVersion refusal = "version"
	badSignature refusal = "signature"
	full         refusal = "plein"
)

// decide says what a connection may do. Its user is "v1.ID", its password the
// code, its nkey the participant's, which signed the server's nonce; or
// "v1.porte" without any, which may only ask why another was refused.
func (g *gate) decide(req *jwt.AuthorizationRequestClaims, now time.Time) (*jwt.UserClaims, refusal) {
	version, id, _ := strings.Cut(strings.TrimPrefix(req.ConnectOptions.Username, "v"), ".")
	from := req.ClientInformation.Host
	user := jwt.NewUserClaims(req.UserNkey)
	user.Audience = g.account
	if id == doorUser {
		if !g.door(from, now) {
			return nil, tooSoon
		}
		user.Name = "v" + protocol + "." + doorUser
		user.Expires = now.Add(20 * time.Second).Unix()
		user.Permissions.Pub.Allow.Add(doorSubject)
		user.Permissions.Sub.Allow.Add(inboxOf(doorUser) + ".>")
		return user, letIn
	}
	switch {
	case version != g.protocol:
		return nil, g.refuse(from, id, otherVersion)
	case !token(id) || id != idOf(req.ConnectOptions.Nkey) || !signed(req):
		return nil, g.refuse(from, id, badSignature)
	}
	key, why := g.admit(from, id, req.ConnectOptions.Password, now)
	if why == letIn && !g.connects(id, req.ClientInformation.ID, now) {
		why = g.refuse(from, id, tooSoon)
	}
	if why != letIn {
		return nil, why
	}
	user.Name = id
	publish, subscribe := rights(key, id)
	user.Permissions.Pub.Allow.Add(publish...)
	user.Permissions.Sub.Allow.Add(subscribe...)
	return user, letIn
}

// admit says whether a participant may come in with that code, and to which
// room: labo of several rooms may share a cluster, and each answers for all. One
// who has joined before is not kept waiting by the wrong codes of its neighbours.
func (g *gate) admit(from, id, code string, now time.Time) (key string, why refusal) {
	known := g.r.knows(id)
	if !known && g.wait(from, now) > 0 {
		return "", g.refuse(from, id, tooSoon)
	}
	if !g.r.has(code) {
		g.wrong(from, now)
		return "", g.refuse(from, id, wrongCode)
	}
	if !known && !g.newcomer(from, id) {
		return "", g.refuse(from, id, full)
	}
	return keyOf(code), letIn
}

// why is why a participant was refused last, and how long it must wait.
func (g *gate) why(id string, now time.Time) (refusal, time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := g.refused[id]
	if a := g.from[r.from]; a != nil {
		return r.why, max(0, a.until.Sub(now))
	}
	return r.why, 0
}

// signed reports whether who connects has the secret of its nkey.
func signed(req *jwt.AuthorizationRequestClaims) bool {
	sig, err := base64.RawURLEncoding.DecodeString(req.ConnectOptions.SignedNonce)
	if err != nil {
		return false
	}
	kp, err := nkeys.FromPublicKey(req.ConnectOptions.Nkey)
	return err == nil && req.ClientInformation.Nonce != "" && kp.Verify([]byte(req.ClientInformation.Nonce), sig) == nil
}

func (g *gate) answer(req *jwt.AuthorizationRequestClaims, user *jwt.UserClaims, refused refusal) ([]byte, error) {
	res := jwt.NewAuthorizationResponseClaims(req.UserNkey)
	res.Audience = req.Server.ID
	if refused != letIn {
		res.Error = string(refused)
	} else {
		signed, err := user.Encode(g.issuer)
		if err != nil {
			return nil, err
		}
		res.Jwt = signed
	}
	s, err := res.Encode(g.issuer)
	return []byte(s), err
}
