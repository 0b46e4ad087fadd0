package room

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
)

// Trust is how a guest knows the certificate of a room that has one: one that this
// machine's authorities vouch for, or that of a fingerprint.
type Trust struct {
	Name        string // by which the room was called, "" for its address
	Fingerprint string // as [Fingerprint] writes it, "" for none
}

// CertificateError: the room has a certificate that nobody known vouches for.
type CertificateError struct {
	Fingerprint string // to be compared with that on the wall
	Err         error  // of crypto/x509
}

func (e *CertificateError) Error() string {
	return "certificate " + e.Fingerprint + ": " + e.Err.Error()
}
func (e *CertificateError) Unwrap() error { return e.Err }

// Fingerprint is the first half of the SHA-256 of a certificate, to be read aloud:
// "3F2A 91BC …", eight groups.
func Fingerprint(certificate []byte) string {
	sum := sha256.Sum256(certificate)
	var groups []string
	for i := 0; i < 16; i += 2 {
		groups = append(groups, fmt.Sprintf("%02X%02X", sum[i], sum[i+1]))
	}
	return strings.Join(groups, " ")
}

// config accepts the certificates that are trusted, for a room at host.
func (t Trust) config(host string) *tls.Config {
	if t.Name != "" {
		host = t.Name
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, // by what follows instead
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 {
				return errors.New("no certificate")
			}
			leaf, others := s.PeerCertificates[0], x509.NewCertPool()
			for _, c := range s.PeerCertificates[1:] {
				others.AddCert(c)
			}
			_, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Intermediates: others})
			if print := Fingerprint(leaf.Raw); err != nil && print != t.Fingerprint {
				return &CertificateError{print, err}
			}
			return nil
		}}
}

// secured is how a connection checks a certificate, where the server has one.
func secured(trusted *tls.Config) nats.Option {
	return func(o *nats.Options) error {
		o.TLSConfig = trusted
		return nil
	}
}
