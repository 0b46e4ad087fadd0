package room

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nkeys"

	"labo/lessons/text"
	"labo/probe/files"
)

// What is kept of a room on the machine that opens it, in Dir/classes/NAME:
const (
	keptFile = "classe.json"  // its name, code, address and secrets, for good
	openFile = "ouverte.json" // how the instructor's other commands reach it, while it is open
	lockName = "verrou"       // held while it is open, however labo ends
	jetFiles = "jetstream"    // the folder of the embedded server
)

// maxKept bounds what is read of those files, in bytes.
const maxKept = 64 << 10

// kept is the content of keptFile.
type kept struct {
	Name   string         `json:"classe"`
	Code   string         `json:"code"`
	Addr   netip.AddrPort `json:"adresse,omitzero"` // where it listened last
	Issuer string         `json:"emetteur"`         // seed: signs the rights of participants (embedded)
	Token  string         `json:"jeton"`            // seed: how labo itself comes in (embedded)
	Made   time.Time      `json:"faite"`
	Page   Page           `json:"page,omitzero"`

	dir  string
	lock *os.File
}

// Page is where the instructor's page was served last, on 127.0.0.1: a browser
// that is open goes on with it when labo was killed and starts again.
type Page struct {
	Port uint16 `json:"port,omitempty"` // 0: never served
	Key  string `json:"cle"`            // what opens it
}

// Page returns where the instructor's page was served last, and what opens it.
func (r *Room) Page() (Page, error) {
	k, err := read[kept](filepath.Join(r.dir, keptFile))
	if err != nil {
		return Page{}, err
	}
	return k.Page, nil
}

// KeepPage keeps where the instructor's page is served.
func (r *Room) KeepPage(p Page) error {
	k, err := read[kept](filepath.Join(r.dir, keptFile))
	if err != nil {
		return err
	}
	k.dir, k.Page = r.dir, p
	return k.keep()
}

// toldOpen is the content of openFile.
type toldOpen struct {
	kept
	URL    string      `json:"url"`
	Creds  Credentials `json:"identifiants"`
	Phones string      `json:"telephones,omitempty"` // what a phone opens, where a page of phones is served
	Print  string      `json:"empreinte,omitempty"`  // of the room's certificate
}

// slug is the name of a room as the name of a folder: what two rooms may not share.
func slug(name string) string {
	s := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		}
		return '-'
	}, strings.ToLower(text.Fold(name)))
	if s = strings.Trim(s, "-"); s == "" {
		return short(8, name)
	}
	return text.Truncate(s, 40)
}

// open reads or makes what is kept of the room, and takes its lock.
func open(o Options) (_ *kept, err error) {
	dir := folder(o.Dir, o.Name)
	if err := files.Private(dir); err != nil {
		return nil, err
	}
	lock, err := files.Take(filepath.Join(dir, lockName), time.Now())
	if err != nil {
		return nil, err
	}
	k, err := read[kept](filepath.Join(dir, keptFile))
	if errors.Is(err, fs.ErrNotExist) {
		k, err = fresh(o), nil
	}
	if err == nil && o.Code != "" {
		k.Code = Capitals(o.Code)
	}
	if err != nil {
		lock.Close()
		return nil, err
	}
	k.dir, k.lock = dir, lock
	if err := k.keep(); err != nil {
		lock.Close()
		return nil, err
	}
	return k, nil
}

func fresh(o Options) *kept {
	kp, err := nkeys.CreateAccount()
	if err != nil {
		panic(err) // the system's source of randomness never fails (crypto/rand)
	}
	seed, _ := kp.Seed()
	return &kept{Name: Clean(o.Name, maxName), Code: drawCode(), Issuer: string(seed), Token: NewIdentity().Secret(), Made: time.Now()}
}

func (k *kept) keep() error {
	b, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return err
	}
	return files.Keep(filepath.Join(k.dir, keptFile), append(b, '\n'), 0o600)
}

// tell says how the instructor's other commands reach the room.
func (k *kept) tell(url string, creds Credentials, print string) error {
	b, err := json.Marshal(toldOpen{kept: *k, URL: url, Creds: creds, Print: print})
	if err != nil {
		return err
	}
	return files.Tell(filepath.Join(k.dir, openFile), append(b, '\n'), 0o600)
}

// TellPhones tells the instructor's other commands what a phone opens.
func (r *Room) TellPhones(address string) error {
	path := filepath.Join(r.dir, openFile)
	t, err := read[toldOpen](path)
	if err != nil {
		return err
	}
	t.Phones, r.phonesAt = address, address
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return files.Tell(path, append(b, '\n'), 0o600)
}

// ErrNotOpen: no labo on this machine has that room open.
var ErrNotOpen = errors.New("room not open on this machine")

// opened reads how to reach a room that another process has open.
func opened(dir, name string) (*toldOpen, error) {
	at := folder(dir, name)
	switch held, err := files.Held(filepath.Join(at, lockName)); {
	case errors.Is(err, fs.ErrNotExist), err == nil && !held:
		return nil, ErrNotOpen
	case err != nil && !errors.Is(err, errors.ErrUnsupported):
		return nil, err
	}
	t, err := read[toldOpen](filepath.Join(at, openFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotOpen
	}
	return t, err
}

func read[T any](path string) (*T, error) {
	b, err := files.Read(path, maxKept)
	if err != nil {
		return nil, err
	}
	v := new(T)
	if err := json.Unmarshal(b, v); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}
