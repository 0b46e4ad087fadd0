// Package hall is a class in browsers: the page of a phone, on an address that
// the instructor opened; the wall and the desk, on 127.0.0.1 with a key. labo
// writes their HTML, whole regions at a time; a small script puts them in place
// as they come, and what a phone does works without it.
package hall

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"labo/lessons/room"
)

// Bounds of what phones may do; the room has its own on what they say.
const (
	maxConnections = 4096
	maxFollowers   = 2048 // pages that follow the wall at once
	maxFrom        = 400  // of them, from one address: a class behind one router
	maxBody        = 4 << 10
	perSecond      = 40  // requests from one address, in the long run
	atOnce         = 800 // and at once
	hereEvery      = 4 * time.Second
	idle           = 90 * time.Second // after which a phone that is not heard of is let go
)

// PhoneOptions are how phones are served.
type PhoneOptions struct {
	Room *room.Room
	At   netip.AddrPort // an address of this machine; port 0: any that is free
	TLS  *tls.Config    // nil: whoever is on the network can read the votes
	Name string         // by which phones call it, of the certificate; "" is the address
}

// Phones serves the page of phones. [ServePhones] makes one; Close ends it.
type Phones struct {
	room   *room.Room
	at     netip.AddrPort
	host   string // as phones have it in the address
	secure bool
	seats  seats
	floods floods
	http   http.Server
	stop   context.CancelFunc
	ended  sync.WaitGroup
}

// ServePhones begins to serve. The error is that of listening.
func ServePhones(ctx context.Context, o PhoneOptions) (*Phones, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	l, err := config.Listen(ctx, "tcp", o.At.String())
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx)) // phones are told that the class is over, then Close
	p := &Phones{room: o.Room, at: netip.AddrPortFrom(o.At.Addr(), uint16(l.Addr().(*net.TCPAddr).Port)), secure: o.TLS != nil, stop: stop}
	p.seats.room = o.Room
	p.host = p.at.String()
	if o.Name != "" {
		p.host = net.JoinHostPort(o.Name, strconv.Itoa(int(p.at.Port())))
	}
	p.http = http.Server{
		Handler: p.guard(p.routes()), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    log.New(io.Discard, "", 0), // a phone that leaves in the middle is nobody's concern
	}
	l = netutil.LimitListener(l, maxConnections)
	if o.TLS != nil {
		l = secured{l, o.TLS, p.host}
	}
	p.ended.Go(func() { p.http.Serve(l) }) // always ends with an error: Close
	p.ended.Go(func() { p.seats.sweep(ctx) })
	return p, nil
}

// Address is what a phone opens: "http://192.168.1.20:8080".
func (p *Phones) Address() string {
	if p.secure {
		return "https://" + p.host
	}
	return "http://" + p.host
}

// At is where phones are served.
func (p *Phones) At() netip.AddrPort { return p.at }

// Close ends: the pages show what they were told last, nothing listens any more,
// and the phones have left the room.
func (p *Phones) Close() {
	p.seats.close() // what follows a seat draws it once more, and ends
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	p.http.Shutdown(ctx)
	p.stop()
	p.http.Close()
	p.ended.Wait()
}

func (p *Phones) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.show)
	mux.HandleFunc("GET /{code}", p.show) // as a QR code has it
	mux.HandleFunc("GET /web/{name}", file)
	mux.HandleFunc("GET /suite", p.follow)
	mux.HandleFunc("POST /entrer", p.enter)
	mux.HandleFunc("POST /voter", p.vote)
	mux.HandleFunc("POST /nom", p.rename)
	mux.HandleFunc("POST /sortir", p.leave)
	return mux
}

// phonePolicy lets a phone load what labo serves and send forms to it, no more.
const phonePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// guard stands before everything: too many requests from an address, a name that
// is not this one (a page elsewhere whose name was made to lead here), a page of
// another origin go no further.
func (p *Phones) guard(next http.Handler) http.Handler {
	scheme := "http://"
	if p.secure {
		scheme = "https://"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", phonePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // with no-referrer, a form has no origin
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !p.floods.allow(from(r), time.Now()) {
			h.Set("Retry-After", "5")
			http.Error(w, "trop de demandes à la fois : attendez quelques secondes", http.StatusTooManyRequests)
			return
		}
		here, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if here == nil || r.Host != here.String() && r.Host != p.host {
			http.Error(w, "labo ne répond pas à ce nom", http.StatusMisdirectedRequest)
			return
		}
		origin := r.Header.Get("Origin")
		if origin != "" && origin != scheme+r.Host || origin == "" && r.Method != http.MethodGet {
			http.Error(w, "labo ne répond qu'à sa propre page", http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// from is the address of who asks.
func from(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}
