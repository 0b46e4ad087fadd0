package room

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// A document that is handed in goes in pieces, compressed, each a message under
// its number; then a slip that says how many there are, and their sum. Who hands
// in again replaces pieces and slip. The room does not read the pieces until
// somebody asks for the document.
const (
	verbPiece = "morceau"
	verbSlip  = "rendu"

	pieceSize = 16 << 10 // bytes, before base64: within Limits.Payload
	maxOpened = 8 << 20  // of one document, once decompressed
)

// HandedFolder is where, in [Keeping].Dir, the instructor's labo keeps what was
// handed in, one file a participant. [Erase] removes it.
const HandedFolder = "rendus"

// piece is a part of a document.
type piece struct {
	N    int    `json:"n"` // from 0
	Data string `json:"d"` // base64
}

// slip says that a document is whole.
type slip struct {
	Of  int       `json:"n"`
	Sum string    `json:"somme"` // SHA-256 of the compressed document, in hexadecimal
	At  time.Time `json:"a"`     // on the room's clock
}

// ErrTooLong: the document is longer than the room takes.
var ErrTooLong = errors.New("document too long")

// HandIn hands a document in: it returns once the room has kept it whole. A second
// one replaces the first. The error is [ErrTooLong], or that of [Guest.Vote].
func (g *Guest) HandIn(ctx context.Context, document []byte) error {
	packed, err := pack(document)
	if err != nil {
		return err
	}
	sum, of := sha256.Sum256(packed), 0
	for at := 0; at < len(packed); at += pieceSize {
		part := packed[at:min(at+pieceSize, len(packed))]
		if err := g.patiently(ctx, verbPiece, piece{N: of, Data: base64.StdEncoding.EncodeToString(part)}); err != nil {
			return err
		}
		of++
	}
	return g.patiently(ctx, verbSlip, slip{Of: of, Sum: hex.EncodeToString(sum[:])})
}

// CanHandIn returns [ErrTooLong] where a room would not take the document.
func CanHandIn(document []byte) error {
	_, err := pack(document)
	return err
}

func pack(document []byte) ([]byte, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(document); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if packed.Len() > defaultLimits.Document || len(document) > maxOpened {
		return nil, ErrTooLong
	}
	return packed.Bytes(), nil
}

// patiently asks again for as long as the room says that it is too fast.
func (g *Guest) patiently(ctx context.Context, verb string, v any) error {
	for {
		_, err := g.ask(ctx, verb, v)
		if !errors.Is(err, ErrTooFast) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// takePiece keeps a part of a document.
func (r *Room) takePiece(id string, data []byte, answer func(reply, error)) {
	var p piece
	if json.Unmarshal(data, &p) != nil || p.N < 0 || p.N >= r.pieces() || len(p.Data) > base64.StdEncoding.EncodedLen(pieceSize) {
		answer(reply{}, errMessage)
		return
	}
	r.put(p, func(_ uint64, err error) { answer(reply{}, err) }, "morceau", id, strconv.Itoa(p.N))
}

// pieces is the most that a document has.
func (r *Room) pieces() int { return r.limits.Document/pieceSize + 1 }

func (s *slip) bounded(now time.Time) {
	s.At, s.Sum = now, Clean(s.Sum, 64)
	s.Of = min(max(s.Of, 0), 1<<16)
}

// ErrNotWhole: a piece of the document is not there, or is of another one: it is
// being handed in again.
var ErrNotWhole = errors.New("document not whole")

// Handed is the document that a member handed in ([Member].Handed says whether
// there is one). The error is [ErrNotWhole], or that of JetStream.
func (r *Room) Handed(ctx context.Context, id string) ([]byte, error) {
	if !token(id) {
		return nil, ErrNotWhole
	}
	stream, err := r.js.Stream(ctx, streamOf(r.key))
	if err != nil {
		return nil, err
	}
	var s slip
	if err := r.last(ctx, stream, &s, "rendu", id); err != nil {
		return nil, err
	}
	if s.Of > r.pieces() {
		return nil, ErrNotWhole
	}
	var packed []byte
	for n := range s.Of {
		var p piece
		if err := r.last(ctx, stream, &p, "morceau", id, strconv.Itoa(n)); err != nil {
			return nil, err
		}
		data, err := base64.StdEncoding.DecodeString(p.Data)
		if err != nil {
			return nil, ErrNotWhole
		}
		packed = append(packed, data...)
	}
	if sum := sha256.Sum256(packed); hex.EncodeToString(sum[:]) != s.Sum {
		return nil, ErrNotWhole
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, ErrNotWhole
	}
	document, err := io.ReadAll(io.LimitReader(z, maxOpened+1))
	if err != nil || len(document) > maxOpened {
		return nil, ErrNotWhole
	}
	return document, nil
}

func (r *Room) last(ctx context.Context, stream jetstream.Stream, v any, token ...string) error {
	m, err := stream.GetLastMsgForSubject(ctx, r.keeps(token...))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return ErrNotWhole
	}
	if err != nil {
		return err
	}
	if json.Unmarshal(m.Data, v) != nil {
		return ErrNotWhole
	}
	return nil
}
