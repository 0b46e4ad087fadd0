package page

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"log"
	"net/http"
	"sync"
)

// keys open a page. Each is drawn anew for each play, unless the page goes on
// where another labo served it: of what that one's browsers have, by the key.
type keys struct {
	shown, once, cookie string

	mu   *sync.Mutex
	used *bool // once was
}

func newKeys(kept string) keys {
	k := keys{shown: rand.Text(), once: rand.Text(), cookie: rand.Text(), mu: new(sync.Mutex), used: new(bool)}
	if kept != "" {
		k.shown, k.cookie = kept, fmt.Sprintf("%x", sha256.Sum256([]byte("cookie "+kept)))
	}
	return k
}

// open reports whether a key opens the page.
func (k *keys) open(key string) bool {
	if same(key, k.shown) {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if *k.used || !same(key, k.once) {
		return false
	}
	*k.used = true
	return true
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// policy lets the page load what labo serves, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard stands before everything: a name that is not this machine's (a page
// elsewhere whose name was made to lead here), a page of another origin, a
// browser without the key go no further.
func (s *Server) guard(next http.Handler) http.Handler {
	here := fmt.Sprintf("127.0.0.1:%d", s.port)
	local := fmt.Sprintf("localhost:%d", s.port)
	cookie := fmt.Sprintf("labo-%d", s.port) // cookies know no port
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if r.Host != here && r.Host != local {
			http.Error(w, "labo ne répond pas à ce nom", http.StatusMisdirectedRequest)
			return
		}
		origin := r.Header.Get("Origin")
		if origin != "" && origin != "http://"+r.Host || origin == "" && r.Method != http.MethodGet {
			http.Error(w, "labo ne répond qu'à sa propre page", http.StatusForbidden)
			return
		}
		if key := r.URL.Query().Get("cle"); key != "" && (r.URL.Path == "/" || r.URL.Path == "/pupitre") && s.keys.open(key) {
			http.SetCookie(w, &http.Cookie{Name: cookie, Value: s.keys.cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
			http.Redirect(w, r, r.URL.Path, http.StatusSeeOther) // the key stays in no history
			return
		}
		if c, err := r.Cookie(cookie); err != nil || !same(c.Value, s.keys.cookie) {
			if r.URL.Path != "/" && r.URL.Path != "/pupitre" {
				http.Error(w, "il manque la clé", http.StatusForbidden)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusForbidden)
			w.Write(cover{Title: "labo", Locked: true}.index())
			return
		}
		next.ServeHTTP(w, r)
	})
}

// quiet drops what net/http would write to the terminal of a lesson: a browser
// that leaves in the middle is nobody's concern.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
