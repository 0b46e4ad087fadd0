package room

import (
	"crypto/rand"
	"math/big"
	"strings"

	"labo/lessons/text"
)

// letters are those that are not taken for another, read aloud in French or
// seen from the back: no B-D-P-T, no M-N, no G-J, no I-L-O-Q-U-V-Y, once one of
// each is kept.
const letters = "ACEFHJKLMRSTUXZ"

// CodeLetters is how many letters a code has: 15 to the 6th, 11 million, and
// wrong ones are slowed down.
const CodeLetters = 6

func drawCode() string {
	var b strings.Builder
	for range CodeLetters {
		b.WriteByte(letters[pick(len(letters))])
	}
	return b.String()
}

func pick(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // the system's source of randomness never fails (crypto/rand)
	}
	return int(i.Int64())
}

// Capitals is a code as it is compared: whatever case, spaces and dashes were typed.
func Capitals(code string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'A' && c <= 'Z' {
			return c
		}
		return -1
	}, strings.ToUpper(text.Fold(code)))
}

// IsCode reports whether s has the form of a code.
func IsCode(s string) bool { return len(Capitals(s)) == CodeLetters && len(s) <= 2*CodeLetters }
