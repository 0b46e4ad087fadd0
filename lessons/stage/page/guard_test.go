package page_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"labo/lessons/film"
	"labo/lessons/stage/page"
)

// served is a page that waits for a pause, and a browser that has its key.
func served(t *testing.T) (*page.Page, *page.Server, *http.Client) {
	t.Helper()
	p := page.New(nil)
	s, err := page.Serve(t.Context(), p, page.Options{Title: "Essai", Begun: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: hang}
	t.Cleanup(client.CloseIdleConnections)
	return p, s, client
}

// A browser that is open goes on with the page of a labo that was killed, where
// the next one has its key; without it, not.
func TestAKeptKeyOpensAgain(t *testing.T) {
	_, _, client := served(t)
	site := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "le mur") })
	serve := func(port int, key string) *page.Server {
		s, err := page.Serve(t.Context(), nil, page.Options{Port: uint16(port), Key: key, Site: site})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := serve(0, "K")
	client.Get(first.Address())
	at := strings.Split(first.Address(), "?")[0]
	for _, key := range []string{"K", "autre"} {
		first.Close()
		first = serve(first.Port(), key)
		if status, body, _ := ask(t, client, http.MethodGet, at, ""); (body == "le mur") != (key == "K") {
			t.Errorf("with the key %s: %d, %s", key, status, body)
		}
	}
	first.Close()
}

// ask sends a request with headers and returns the status and the body.
func ask(t *testing.T, c *http.Client, method, address, body string, headers ...string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(all), answer.Header
}

func TestOnlyTheReadersBrowserIsServed(t *testing.T) {
	p, s, client := served(t)
	p.See(film.Record{Kind: film.Pause})
	address, err := url.Parse(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	root := "http://" + address.Host
	stranger := &http.Client{Timeout: hang}
	defer stranger.CloseIdleConnections()
	for _, path := range []string{"/suite", "/web/page.js", "/agir"} {
		if status, _, _ := ask(t, stranger, "GET", root+path, ""); status != http.StatusForbidden {
			t.Errorf("without the key, %s answers %d", path, status)
		}
	}
	if status, body, _ := ask(t, stranger, "GET", root+"/?cle=AAAA", ""); status != http.StatusForbidden || strings.Contains(body, "page.js") {
		t.Errorf("a wrong key opens: %d %s", status, body)
	}
	status, body, headers := ask(t, client, "GET", s.Once(), "")
	if status != http.StatusOK || !strings.Contains(body, `<html lang="fr"`) {
		t.Fatalf("the key does not open: %d %s", status, body)
	}
	policy := headers.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || headers.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", headers)
	}
	if status, _, _ := ask(t, stranger, "GET", s.Once(), ""); status != http.StatusForbidden {
		t.Errorf("a key for one time opens twice: %d", status)
	}
	// Who has the key, from elsewhere: another name of this machine, another origin.
	const json = "application/json"
	act := `{"n":1,"act":"go"}`
	for _, tc := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"another name (DNS rebinding)", []string{"Host", "labo.example:" + address.Port(), "Origin", "http://labo.example:" + address.Port(), "Content-Type", json}, http.StatusMisdirectedRequest},
		{"another origin", []string{"Origin", "http://exemple.org", "Content-Type", json}, http.StatusForbidden},
		{"another port", []string{"Origin", "http://127.0.0.1:1", "Content-Type", json}, http.StatusForbidden},
		{"no origin", []string{"Content-Type", json}, http.StatusForbidden},
		{"a file", []string{"Origin", "null", "Content-Type", json}, http.StatusForbidden},
		{"a form", []string{"Origin", root, "Content-Type", "text/plain"}, http.StatusUnsupportedMediaType},
	} {
		if status, _, _ := ask(t, client, "POST", root+"/agir", act, tc.headers...); status != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, status, tc.want)
		}
	}
	if status, _, _ := ask(t, client, "POST", root+"/agir", `{"n":1,"act":"line","line":"`+strings.Repeat("x", 1<<20)+`"}`, "Origin", root, "Content-Type", json); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body without bounds: %d", status)
	}
	if status, _, _ := ask(t, client, "POST", root+"/agir", act, "Origin", root, "Content-Type", json); status != http.StatusNoContent {
		t.Errorf("the page's own act: %d", status)
	}
	if err := p.Desk().Pause(t.Context()); err != nil {
		t.Errorf("the pause ends with %v", err)
	}
}

// Each wait takes what is meant for it, once.
func TestAnActIsForTheWaitThatIsShown(t *testing.T) {
	p, s, client := served(t)
	ask(t, client, "GET", s.Address(), "")
	root := strings.Split(s.Address(), "/?")[0]
	act := func(body string) int {
		t.Helper()
		status, _, _ := ask(t, client, "POST", root+"/agir", body, "Origin", root, "Content-Type", "application/json")
		return status
	}
	if got := act(`{"n":1,"act":"go"}`); got != http.StatusConflict {
		t.Errorf("while nothing is waited for: %d", got)
	}
	p.See(film.Record{Kind: film.Ask, Options: question().Options})
	for _, body := range []string{`{"n":1,"act":"go"}`, `{"n":1,"act":"choose","choice":9}`, `{"n":1,"act":"choose","choice":-1}`, `{"n":1,"act":"line","line":"1"}`, `{"n":1,"act":"to","scene":"x"}`, `{"n":1}`} {
		if got := act(body); got != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", body, got)
		}
	}
	if got := act(`{"n":0,"act":"choose"}`); got != http.StatusConflict {
		t.Errorf("for another wait: %d", got)
	}
	if first, second := act(`{"n":1,"act":"choose","choice":1}`), act(`{"n":1,"act":"choose","choice":0}`); first != http.StatusNoContent || second != http.StatusConflict {
		t.Errorf("two pages answer: %d, %d", first, second)
	}
	if chosen, err := p.Desk().Ask(context.Background(), question()); chosen.Option != 1 || err != nil {
		t.Errorf("chosen %v, %v", chosen, err)
	}
}
