package hall

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"labo/lessons/evidence"
	"labo/lessons/room"
)

// From the desk to the wall: « Montrez-moi » asks, a refusal shows nothing, an
// agreement shows the diagram without its author, who takes it off again.
func TestTheDeskAsksToShow(t *testing.T) {
	c := aClass(t)
	who := room.NewIdentity()
	who.Pseudonym = "loutre 7"
	g, err := room.Join(soon(t), c.Addr(), c.Code(), who)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	read := func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	desk := func() string { return read(browser.Get(c.server.Lectern())) }
	wall := func() string { return read(browser.Get(c.server.Address())) }
	act := func(what string) string {
		t.Helper()
		form := url.Values{"faire": {what}, "qui": {who.ID()}}
		at, _ := url.Parse(c.server.Address())
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, at.Scheme+"://"+at.Host+"/agir", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", at.Scheme+"://"+at.Host)
		return read(browser.Do(r))
	}
	said := func(k room.Consent, words string, events ...evidence.Event) {
		t.Helper()
		if err := g.Answer(soon(t), k, events); err != nil {
			t.Fatal(err)
		}
		if page := desk(); !strings.Contains(page, words) {
			t.Errorf("%s: the desk does not say %q", k, words)
		}
	}
	if !strings.Contains(desk(), "Montrez-moi") {
		t.Fatal("the desk cannot ask")
	}
	act("montrer")
	for _, page := range []string{act("demander"), act("montrer"), wall()} {
		if strings.Contains(page, "<svg role") && strings.Contains(page, "Un programme de la classe") {
			t.Fatal("shown before its author agrees")
		}
	}
	said(room.Refused, "préfère que non")
	act("montrer")
	if strings.Contains(wall(), "Un programme de la classe") {
		t.Fatal("shown after a refusal")
	}
	act("demander")
	said(room.Agreed, "Au mur", evidence.Refused(evidence.Client, "connect <b>", "connect", "ECONNREFUSED"))
	act("montrer")
	shown := wall()
	if !strings.Contains(shown, "Un programme de la classe") || !strings.Contains(shown, "ECONNREFUSED") {
		t.Fatalf("agreed to, not shown:\n%s", shown)
	}
	for _, never := range []string{who.Pseudonym, who.ID(), "connect <b>"} {
		if strings.Contains(shown, never) {
			t.Errorf("the wall shows %q", never)
		}
	}
	said(room.TakenOff, "Montrez-moi")
	if strings.Contains(wall(), "Un programme de la classe") {
		t.Error("taken off, and shown")
	}
}
