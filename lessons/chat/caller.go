package chat

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// callerKind is what a client turns out to be by its first bytes.
type callerKind uint8

const (
	callerPlain callerKind = iota // as the sheet's client, or nc
	callerHTTP
	callerTLS
)

// tlsExcerpt is how many bytes of a TLS session are shown: enough to see that
// they are no text.
const tlsExcerpt = 24

var (
	// A request line, RFC 9112 section 3: method, target, version. A long
	// target may leave the version to the next read.
	requestLine = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|PATCH|TRACE|PRI) [!-~]+(?: HTTP/[0-9.]+\r?\n|$)`)
	})
	userAgent = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\r?\nuser-agent: *([^\r\n]*)`) })
)

// recogniseCaller tells by the first read of a connection who calls, and what
// is to be said about that.
func recogniseCaller(read []byte) (callerKind, Notice) {
	switch {
	case isClientHello(read):
		return callerTLS, Notice{Kind: NoticeTLS, N: len(read)}
	case isRequest(read):
		n := Notice{Kind: NoticeHTTP}
		if m := userAgent().FindSubmatch(read); m != nil {
			n.Text = strings.TrimSpace(string(m[1]))
		}
		if strings.HasPrefix(n.Text, "Mozilla/") { // every browser since 1994
			n.Kind = NoticeBrowser
		}
		return callerHTTP, n
	}
	return callerPlain, Notice{}
}

// isRequest reports whether read begins an HTTP request. A chat line may well
// begin with "GET x", so without the version only a full read counts.
func isRequest(read []byte) bool {
	m := requestLine().Find(read)
	return m != nil && (bytes.IndexByte(m, '\n') >= 0 || len(read) == ReadSize)
}

// isClientHello reports whether read begins a TLS session: a handshake record
// (22) of version 3.x whose first message is a ClientHello (1), RFC 8446
// sections 5.1 and 4.
func isClientHello(read []byte) bool {
	return len(read) >= 6 && read[0] == 22 && read[1] == 3 && read[2] <= 4 && read[5] == 1
}
