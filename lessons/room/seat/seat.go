// Package seat is a participant's own machine in a class: who the participant
// is, kept from one class to the next, and what their other commands have
// written in the notebook, told to the room.
package seat

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"labo/lessons/room"
	"labo/probe/files"
)

// What is kept in labo's home:
const (
	file     = "participant.json"
	lockFile = "participant.verrou" // held while « labo rejoindre » runs
	byeFile  = "participant.quitter"
)

// maxFile bounds what is read of them, in bytes.
const maxFile = 16 << 10

// kept is the content of the file.
type kept struct {
	Secret    string    `json:"secret"`
	Pseudonym string    `json:"pseudo"`
	Address   string    `json:"adresse,omitempty"`   // of the last class
	Print     string    `json:"empreinte,omitempty"` // of its certificate, which the participant compared
	Saved     time.Time `json:"ecrit"`
}

// Seat is the participant of this machine. Take returns one.
type Seat struct {
	dir     string
	lock    *os.File
	kept    kept
	trusted string
}

// Take takes the seat of the user whose labo's home is dir: the one they had,
// else a new one. The caller leaves it. The error is a [*files.HeldError] where
// a « labo rejoindre » of theirs runs already, or that of a file.
func Take(dir string) (*Seat, error) {
	if err := files.Private(dir); err != nil {
		return nil, err
	}
	lock, err := files.Take(filepath.Join(dir, lockFile), time.Now())
	if err != nil {
		return nil, err
	}
	s := &Seat{dir: dir, lock: lock}
	b, err := files.Read(filepath.Join(dir, file), maxFile)
	if err == nil {
		err = json.Unmarshal(b, &s.kept)
	}
	if _, unreadable := room.ParseIdentity(s.kept.Secret, ""); unreadable != nil {
		who := room.NewIdentity()
		s.kept.Secret, s.kept.Pseudonym = who.Secret(), who.Pseudonym
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !isSyntax(err) {
		s.Leave()
		return nil, err
	}
	os.Remove(filepath.Join(dir, byeFile)) // of a class that is over
	return s, nil
}

// isSyntax reports whether a file was read, and is not as labo writes it: a new
// secret replaces it.
func isSyntax(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, typed := errors.AsType[*json.UnmarshalTypeError](err)
	return syntax || typed
}

// Address is that of the last class, "" where there was none.
func (s *Seat) Address() string { return s.kept.Address }

// Fingerprint is that of the certificate of a class at that address, as the
// participant compared it; "" for none.
func (s *Seat) Fingerprint(address string) string {
	if address != s.kept.Address {
		return ""
	}
	return s.kept.Print
}

// Trust takes note of a fingerprint that was compared, for Keep.
func (s *Seat) Trust(fingerprint string) { s.trusted = fingerprint }

// Identity is who the participant is; pseudonym replaces the one they had, unless
// it is "".
func (s *Seat) Identity(pseudonym string) (room.Identity, error) {
	if pseudonym != "" {
		s.kept.Pseudonym = room.Clean(pseudonym, 24)
	}
	return room.ParseIdentity(s.kept.Secret, s.kept.Pseudonym)
}

// Keep keeps who the participant is, and where the class was.
func (s *Seat) Keep(address string) error {
	if s.trusted != "" || address != s.kept.Address {
		s.kept.Print = s.trusted
	}
	s.kept.Address, s.kept.Saved = address, time.Now()
	b, err := json.MarshalIndent(s.kept, "", "  ")
	if err != nil {
		return err
	}
	return files.Keep(filepath.Join(s.dir, file), append(b, '\n'), 0o600)
}

// Leave gives the seat back.
func (s *Seat) Leave() error {
	if s.lock == nil {
		return nil
	}
	return s.lock.Close()
}

// Asked reports whether « labo quitter » has asked to leave.
func (s *Seat) Asked() bool {
	_, err := os.Lstat(filepath.Join(s.dir, byeFile))
	return err == nil
}

// Taken reports whether a « labo rejoindre » of this user runs. The error is
// that of the lock.
func Taken(dir string) (bool, error) {
	held, err := files.Held(filepath.Join(dir, lockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return held, err
}

// Ask asks it to leave.
func Ask(dir string) error {
	return files.Write(filepath.Join(dir, byeFile), []byte("labo quitter\n"), 0o600)
}
