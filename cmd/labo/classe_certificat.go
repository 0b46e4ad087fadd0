package main

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"strings"
	"time"

	"labo/lessons/fault"
	"labo/lessons/room"
	"labo/lessons/text"
	"labo/probe/files"
)

// maxCertificate bounds the file of a certificate, in bytes.
const maxCertificate = 1 << 20

// certificate reads a PEM file: a certificate, those that vouch for it, its key.
func certificate(file string) (*tls.Config, error) {
	const both = "Ce fichier PEM contient le certificat, puis sa clé : `cat certificat.pem cle.pem > classe.pem`."
	shown := "« " + text.Visible(file) + " »"
	b, err := files.Read(file, maxCertificate)
	if err != nil {
		return nil, fault.Failed("le certificat de "+shown+" n'a pas pu être lu ("+fault.Cause(err)+")", both, err)
	}
	certificates, keys, locked := 0, 0, false
	for rest := b; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch {
		case block.Type == "CERTIFICATE":
			certificates++
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			keys++
			locked = locked || strings.Contains(block.Type, "ENCRYPTED") || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED")
		}
	}
	switch {
	case certificates == 0:
		return nil, fault.Failed(shown+" ne contient pas de certificat", both, nil)
	case keys == 0:
		return nil, fault.Failed(shown+" contient un certificat, mais pas sa clé", both, nil)
	case locked:
		return nil, fault.Failed("la clé de "+shown+" est protégée par un mot de passe", "Ôtez-le : `openssl pkey -in cle.pem -out ouverte.pem`, puis mettez cette clé dans le fichier.", nil)
	}
	pair, err := tls.X509KeyPair(b, b)
	if err != nil {
		return nil, fault.Failed("le certificat de "+shown+" et sa clé ne vont pas ensemble, ou sont abîmés", both, err)
	}
	day := func(t time.Time) string { return t.Local().Format("02/01/2006 à 15:04") }
	switch now := time.Now(); {
	case now.After(pair.Leaf.NotAfter):
		return nil, fault.Failed("le certificat de "+shown+" n'est plus valable depuis le "+day(pair.Leaf.NotAfter), "Les téléphones le refuseraient. Renouvelez-le, ou ouvrez la classe sans certificat.", nil)
	case now.Before(pair.Leaf.NotBefore):
		return nil, fault.Failed("le certificat de "+shown+" n'est valable qu'à partir du "+day(pair.Leaf.NotBefore), "L'heure de cette machine est-elle juste ?", nil)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// certified is the name of a certificate by which a class is called, "" where it has
// none, and whether somebody that this machine knows vouches for it there.
func certified(config *tls.Config, at netip.Addr) (name string, vouched bool) {
	leaf, others := config.Certificates[0].Leaf, x509.NewCertPool()
	for _, der := range config.Certificates[0].Certificate[1:] {
		if c, err := x509.ParseCertificate(der); err == nil {
			others.AddCert(c)
		}
	}
	if names := leaf.DNSNames; len(names) > 0 && !strings.Contains(names[0], "*") {
		name = names[0]
	}
	_, err := leaf.Verify(x509.VerifyOptions{DNSName: cmp.Or(name, at.String()), Intermediates: others})
	return name, err == nil
}

// vouched is [certified] for the class that was opened.
func (o *classeOptions) vouched(r *room.Room) (name string, vouched bool) {
	if o.certificate == "" {
		return "", false
	}
	config, err := certificate(o.certificate)
	if err != nil {
		return "", false
	}
	return certified(config, r.Addr().Addr())
}
