package link

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// letters are those of a code, as a room's: none is taken for another when said
// aloud in French, or read.
const letters = "ACEFHJKLMRSTUXZ"

// CodeLength is how many letters a code has.
const CodeLength = 6

// NewCode draws a code.
func NewCode() string {
	var code strings.Builder
	for code.Len() < CodeLength {
		var b [1]byte
		rand.Read(b[:])
		if int(b[0]) < 256/len(letters)*len(letters) { // each as likely
			code.WriteByte(letters[int(b[0])%len(letters)])
		}
	}
	return code.String()
}

// ReadCode reads a code as it is typed, in any case, with spaces or hyphens; ok
// is false for what no code can be.
func ReadCode(typed string) (code string, ok bool) {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(typed))
	return code, len(code) == CodeLength && strings.Trim(code, letters) == ""
}

// proof shows that who knows the code made it for this meeting.
func proof(code, side, host, guest string) string {
	h := hmac.New(sha256.New, []byte(code))
	for _, part := range []string{side, host, guest} {
		h.Write([]byte(part + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// nonce is never the same twice.
func nonce() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
