package link

import (
	"bufio"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"
)

// Why two labo do not meet, beside errors of the network.
var (
	ErrCode    = errors.New("wrong code")
	ErrTaken   = errors.New("it plays with another")
	ErrVersion = errors.New("another version")
	ErrNotLabo = errors.New("no greeting")
	ErrSilent  = errors.New("nothing came")
)

// version is that of what is said on a link.
const version = 1

const (
	maxGreeting   = 1 << 10 // bytes
	greetingBound = 5 * time.Second
	wrongDelay    = time.Second // before who gave a wrong code is told so
)

// greeting is a line by which two labo meet. The host speaks first.
type greeting struct {
	Labo    string `json:"labo"` // "voisin"
	Version int    `json:"version"`
	Nonce   string `json:"nonce,omitempty"`
	Name    string `json:"name,omitempty"`
	Proof   string `json:"proof,omitempty"`
	Refused string `json:"refused,omitempty"` // "code", "taken", "version"
}

func say(c net.Conn, g greeting) error {
	g.Labo, g.Version = "voisin", version
	line, err := json.Marshal(g)
	if err == nil {
		_, err = c.Write(append(line, '\n'))
	}
	return err
}

// hear reads one greeting.
func hear(r *bufio.Reader) (g greeting, err error) {
	line, err := readLine(r, maxGreeting)
	if err != nil {
		return g, err
	}
	if json.Unmarshal(line, &g) != nil || g.Labo != "voisin" {
		return g, ErrNotLabo
	}
	if g.Version != version {
		return g, ErrVersion
	}
	return g, nil
}

// readLine reads a line of at most so many bytes, without its end.
func readLine(r *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if line = append(line, part...); len(line) > most {
			return nil, fmt.Errorf("a line of more than %d bytes", most)
		}
		if err == nil {
			return line[:len(line)-1], nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
}

// welcome meets who comes, and returns their name.
func welcome(c net.Conn, r *bufio.Reader, code, name string) (string, error) {
	c.SetDeadline(time.Now().Add(greetingBound))
	mine := nonce()
	if err := say(c, greeting{Nonce: mine}); err != nil {
		return "", err
	}
	g, err := hear(r)
	if err != nil {
		if errors.Is(err, ErrVersion) {
			say(c, greeting{Refused: "version"})
		}
		return "", err
	}
	if !hmac.Equal([]byte(g.Proof), []byte(proof(code, "guest", mine, g.Nonce))) {
		time.Sleep(wrongDelay)
		say(c, greeting{Refused: "code"})
		return "", ErrCode
	}
	if err := say(c, greeting{Name: name, Proof: proof(code, "host", mine, g.Nonce)}); err != nil {
		return "", err
	}
	return bounded(g.Name), c.SetDeadline(time.Time{})
}

// knock meets who listens, and returns their name.
func knock(c net.Conn, r *bufio.Reader, code, name string) (string, error) {
	c.SetDeadline(time.Now().Add(greetingBound + wrongDelay))
	host, err := hear(r)
	if err != nil {
		return "", err
	}
	if host.Refused != "" {
		return "", refusal(host.Refused)
	}
	mine := nonce()
	if err := say(c, greeting{Nonce: mine, Name: name, Proof: proof(code, "guest", host.Nonce, mine)}); err != nil {
		return "", err
	}
	g, err := hear(r)
	switch {
	case err != nil:
		return "", err
	case g.Refused != "":
		return "", refusal(g.Refused)
	case !hmac.Equal([]byte(g.Proof), []byte(proof(code, "host", host.Nonce, mine))):
		return "", ErrCode // it does not know it
	}
	return bounded(g.Name), c.SetDeadline(time.Time{})
}

func refusal(word string) error {
	switch word {
	case "code":
		return ErrCode
	case "taken":
		return ErrTaken
	case "version":
		return ErrVersion
	}
	return ErrNotLabo
}

// MaxName is the most characters of a name.
const MaxName = 24

func bounded(name string) string {
	if r := []rune(name); len(r) > MaxName {
		return string(r[:MaxName])
	}
	return name
}
