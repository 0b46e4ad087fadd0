package room

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// selfMade is a certificate that nobody vouches for, as openssl makes one.
func selfMade(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "classe"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

// wire passes what goes to an address, and keeps all of it.
func wire(t *testing.T, to string) (at string, seen func() string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var kept syncBuffer
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				c.Close()
				continue
			}
			both := func(w, r net.Conn) {
				io.Copy(io.MultiWriter(w, &kept), r)
				w.Close()
			}
			go both(c, far)
			go both(far, c)
		}
	}()
	t.Cleanup(func() { l.Close() })
	return l.Addr().String(), kept.String
}

// Where a room has a certificate, who does not know it is told its fingerprint and
// sends nothing; who does votes, and the network reads neither code nor pseudonym
// nor question. Without one, it reads all of them.
func TestACertificateHidesTheClass(t *testing.T) {
	for _, config := range []*tls.Config{nil, selfMade(t)} {
		dir := t.TempDir()
		r, err := Open(within(t), Options{Name: "chiffre", Addr: loopback(), Dir: dir, TLS: config})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Abandon() })
		at, seen := wire(t, r.Addr().String())
		who := NewIdentity()
		who.Pseudonym = "panda 77"
		port, trust := netip.MustParseAddrPort(at), Trust{}
		if config != nil {
			_, err := Join(within(t), port, r.Code(), who)
			unknown, ok := errors.AsType[*CertificateError](err)
			if !ok || unknown.Fingerprint != r.Fingerprint() || strings.Contains(seen(), r.Code()) {
				t.Fatalf("an unknown certificate: %v, read on the network: %q", err, seen())
			}
			trust.Fingerprint = unknown.Fingerprint
			if _, err := JoinTrusting(within(t), port, r.Code(), who, Trust{Fingerprint: Fingerprint([]byte("another"))}); err == nil {
				t.Error("joined under the fingerprint of another")
			}
			if _, err := JoinTrusting(within(t), port, "AAAAAA", who, trust); err == nil {
				t.Error("joined with a wrong code")
			} else if _, wrong := errors.AsType[*CodeError](err); !wrong {
				t.Errorf("a wrong code: %v", err)
			}
		}
		g, err := JoinTrusting(within(t), port, r.Code(), who, trust)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { g.Close() })
		if g.Encrypted() != (config != nil) {
			t.Errorf("says that it is encrypted: %v", g.Encrypted())
		}
		if err := r.Ask(within(t), Ballot{ID: "b1", Question: "Qui lit ceci ?", Options: []string{"a", "b"}}); err != nil {
			t.Fatal(err)
		}
		until(t, g, "the wall asks", func() bool { return g.Wall().Open() })
		if err := g.Vote(within(t), "b1", 1, 2); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{r.Code(), "panda 77", "Qui lit ceci"} {
			if read := strings.Contains(seen(), secret); read != (config == nil) {
				t.Errorf("certificate: %v; %q is read on the network: %v", config != nil, secret, read)
			}
		}
		desk, err := Attach(within(t), dir, "chiffre")
		if err != nil {
			t.Fatalf("the projection: %v", err)
		}
		desk.Close(within(t))
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
