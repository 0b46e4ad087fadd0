package seat

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"labo/lessons/room"
	"labo/probe/files"
)

// handFile is what waits to be handed in. « labo rejoindre » takes it away once the
// room has it.
const handFile = "participant.rendu"

// maxHanded bounds it, in bytes.
const maxHanded = 8 << 20

// HandIn gives « labo rejoindre », which runs, a document to hand in, and waits
// until the room has it. Where ctx ends before, the error is that of ctx: it is
// handed in as soon as the room answers.
func HandIn(ctx context.Context, dir string, document []byte) error {
	path := filepath.Join(dir, handFile)
	if err := files.Write(path, document, 0o600); err != nil {
		return err
	}
	for {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// hand hands in what waits.
func hand(ctx context.Context, g *room.Guest, dir string) {
	path := filepath.Join(dir, handFile)
	document, err := files.Read(path, maxHanded)
	if err != nil {
		return // nothing waits
	}
	const patience = 20 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := g.HandIn(ctx, document); err == nil || errors.Is(err, room.ErrTooLong) {
		os.Remove(path)
	}
}

// Pseudonym is that of the user whose labo's home is dir; "" where they never took
// a seat.
func Pseudonym(dir string) string {
	var k kept
	b, err := files.Read(filepath.Join(dir, file), maxFile)
	if err != nil || json.Unmarshal(b, &k) != nil {
		return ""
	}
	return room.Clean(k.Pseudonym, 24)
}
