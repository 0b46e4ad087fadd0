package hall

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"labo/lessons/room"
	"labo/lessons/vote"
)

// phone is one without a script: its forms, its cookie.
type phone struct {
	t    *testing.T
	root string
	http.Client
}

func (c *class) plain(t *testing.T) *phone {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &phone{t: t, root: c.phones.Address(), Client: http.Client{Jar: jar, Timeout: hang, Transport: &http.Transport{}}}
	t.Cleanup(p.CloseIdleConnections)
	return p
}

// post sends a form and returns the status and what can be read of the answer.
func (p *phone) post(path string, form url.Values, headers ...string) (int, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), "POST", p.root+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.root)
	return p.send(r, headers...)
}

func (p *phone) get(path string, headers ...string) (int, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), "GET", p.root+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.send(r, headers...)
}

func (p *phone) send(r *http.Request, headers ...string) (int, string) {
	p.t.Helper()
	for i := 0; i < len(headers); i += 2 {
		switch {
		case headers[i] == "Host":
			r.Host = headers[i+1]
		case headers[i+1] == "":
			r.Header.Del(headers[i])
		default:
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	answer, err := p.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'", "&#34;", `"`).Replace(string(all))
}

func (p *phone) enter(code, name string) string {
	p.t.Helper()
	_, page := p.post("/entrer", url.Values{"code": {code}, "pseudo": {name}})
	return page
}

func (p *phone) choose(ballot string, round, option int) string {
	p.t.Helper()
	_, page := p.post("/voter", url.Values{"vote": {ballot}, "tour": {fmt.Sprint(round)}, "choix": {fmt.Sprint(option)}})
	return page
}

const countedWords = "Votre vote est compté"

// Without a script, forms do: the code, the vote, another one, the word.
func TestAPhoneWithoutAScript(t *testing.T) {
	c := aClass(t)
	p := c.plain(t)
	if page := p.enter(strings.ToLower(c.Code()[:3])+" "+c.Code()[3:], "loutre 7"); !strings.Contains(page, "Vous êtes « loutre 7 »") {
		t.Fatalf("entering: %s", page)
	}
	if err := c.Ask(soon(t), room.Ballot{ID: "q", Question: "Alors ?", Options: []string{"oui", "non"}}); err != nil {
		t.Fatal(err)
	}
	if _, page := p.get("/"); !strings.Contains(page, "Alors ?") || !strings.Contains(page, `http-equiv="refresh"`) {
		t.Errorf("the question: %s", page)
	}
	if page := p.choose("q", 1, 2); !strings.Contains(page, countedWords+" : 2") {
		t.Errorf("voting: %s", page)
	}
	if err := c.Ask(soon(t), room.Ballot{ID: "m", Question: "Un mot ?"}); err != nil {
		t.Fatal(err)
	}
	if _, page := p.get("/"); strings.Contains(page, `http-equiv="refresh"`) {
		t.Error("the page is loaded again under who types")
	}
	if _, page := p.post("/voter", url.Values{"vote": {"m"}, "tour": {"1"}, "mot": {"  port   fermé "}}); !strings.Contains(page, "« port fermé »") {
		t.Errorf("the word: %s", page)
	}
	if _, page := p.post("/voter", url.Values{"vote": {"m"}, "tour": {"1"}, "mot": {" \u200b"}}); strings.Contains(page, "labo n'a pas pu") == (vote.Word(" \u200b") != "") {
		t.Errorf("an empty word: %s", page)
	}
}

// A phone votes once, for itself, while the vote is open, and only with the code.
func TestWhatAPhoneCannotDo(t *testing.T) {
	c := aClass(t)
	one, other, stranger := c.plain(t), c.plain(t), c.plain(t)
	one.enter(c.Code(), "loutre 7")
	other.enter(c.Code(), "panda 2")
	if err := c.Ask(soon(t), room.Ballot{ID: "q", Question: "Alors ?", Options: []string{"oui", "non"}}); err != nil {
		t.Fatal(err)
	}
	if page := stranger.choose("q", 1, 1); strings.Contains(page, countedWords) {
		t.Error("votes without the code")
	}
	// A secret of its own is no way in: the code is.
	forged := ticket{code: "AAAAAA", who: room.NewIdentity()}.cookie(false)
	at, _ := url.Parse(stranger.root)
	stranger.Jar.SetCookies(at, []*http.Cookie{forged})
	if page := stranger.choose("q", 1, 1); strings.Contains(page, countedWords) {
		t.Error("votes with another code")
	}
	if status, _ := stranger.get("/suite"); status != http.StatusForbidden {
		t.Errorf("follows the wall with another code: %d", status)
	}
	one.choose("q", 1, 1)
	one.choose("q", 1, 1)
	one.choose("q", 1, 2)
	if got := c.Counts("q", 1); got.Voters != 1 || got.Options[1] != 1 {
		t.Errorf("three votes of one phone: %+v", got)
	}
	// Nothing that a form holds names who votes: with the other's ID, it is itself.
	ids := map[string]string{}
	for _, m := range c.Members() {
		ids[m.Pseudonym] = m.ID
	}
	one.post("/voter", url.Values{"vote": {"q"}, "tour": {"1"}, "choix": {"1"}, "id": {ids["panda 2"]}, "pseudo": {"panda 2"}})
	if _, voted := c.Votes("q", 1)[ids["panda 2"]]; voted || len(c.Votes("q", 1)) != 1 {
		t.Errorf("votes: %+v", c.Votes("q", 1))
	}
	for name, form := range map[string]url.Values{
		"no such option": {"vote": {"q"}, "tour": {"1"}, "choix": {"3"}}, "a word": {"vote": {"q"}, "tour": {"1"}, "mot": {"oui"}},
		"another round": {"vote": {"q"}, "tour": {"2"}, "choix": {"1"}}, "another vote": {"vote": {"x"}, "tour": {"1"}, "choix": {"1"}},
		"a subject": {"vote": {"q.1.>"}, "tour": {"1"}, "choix": {"1"}}, "nothing": {},
	} {
		if _, page := other.post("/voter", form); strings.Contains(page, countedWords) {
			t.Errorf("%s is counted", name)
		}
	}
	if got := c.Counts("q", 1); got.Voters != 1 {
		t.Errorf("%+v", got)
	}
	if err := c.Act(soon(t), "q", vote.Act{Do: vote.Close, Round: 1}); err != nil {
		t.Fatal(err)
	}
	if page := other.choose("q", 1, 1); strings.Contains(page, countedWords) || !strings.Contains(page, "clos") {
		t.Errorf("after closing: %s", page)
	}
	if got := c.Counts("q", 1); got.Voters != 1 {
		t.Errorf("after closing: %+v", got)
	}
	if status, _ := one.post("/agir", url.Values{"faire": {"effacer"}}); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
		t.Errorf("a phone reaches the desk: %d", status)
	}
}

// What comes from another name, another page, or is too much goes no further.
func TestTheGuardOfPhones(t *testing.T) {
	c := aClass(t)
	p := c.plain(t)
	form := url.Values{"code": {c.Code()}, "pseudo": {"loutre 7"}}
	for name, tc := range map[string]struct {
		headers []string
		want    int
	}{
		"another name":   {[]string{"Host", "labo.example", "Origin", "http://labo.example"}, http.StatusMisdirectedRequest},
		"another origin": {[]string{"Origin", "http://exemple.org"}, http.StatusForbidden},
		"no origin":      {[]string{"Origin", ""}, http.StatusForbidden},
		"a file":         {[]string{"Origin", "null"}, http.StatusForbidden},
	} {
		if status, _ := p.post("/entrer", form, tc.headers...); status != tc.want {
			t.Errorf("%s: %d, want %d", name, status, tc.want)
		}
	}
	if len(c.Members()) != 0 {
		t.Error("somebody came in")
	}
	p.post("/entrer", url.Values{"code": {c.Code()}, "pseudo": {strings.Repeat("x", 1<<20)}})
	if len(c.Members()) != 0 {
		t.Error("a body without bounds is read")
	}
	r, _ := http.NewRequestWithContext(t.Context(), "POST", p.root+"/entrer", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.root)
	answer, err := p.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	cookie := answer.Header.Get("Set-Cookie")
	policy := answer.Header.Get("Content-Security-Policy")
	if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") || !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") {
		t.Errorf("cookie %q, policy %q", cookie, policy)
	}
	for _, path := range []string{"/web/../phones.go", "/pupitre", "/web/hall_test.go", "/ABCDEFGHIJK"} {
		if status, _ := p.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	refused := 0
	for range atOnce + 200 {
		if status, _ := p.get("/web/hall.css"); status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("a flood goes through")
	}
}

// Wrong codes slow down, and a right one is then looked at no sooner.
func TestWrongCodesSlowDown(t *testing.T) {
	c := aClass(t)
	p := c.plain(t)
	slowed := false
	for range 12 {
		page := p.enter("ZZZZZZ", "x")
		if strings.Contains(page, countedWords) || strings.Contains(page, "Vous êtes") {
			t.Fatal("a wrong code opens")
		}
		slowed = slowed || strings.Contains(page, "Trop de codes faux")
	}
	if !slowed {
		t.Error("twelve wrong codes are looked at at once")
	}
	if page := p.enter(c.Code(), "x"); strings.Contains(page, "Vous êtes") {
		t.Error("the right code is looked at in the middle of wrong ones")
	}
	if page := c.plain(t).enter("abc", "x"); !strings.Contains(page, "six lettres") {
		t.Errorf("a short code: %s", page)
	}
}

// Whatever a class calls itself and answers is words, on every page.
func TestHostileNamesAndWords(t *testing.T) {
	c := aClass(t)
	hostile := []string{"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "\x1b[2Jrien", "\u202eloutre", "a\nb", strings.Repeat("é", 300)}
	for _, name := range hostile {
		p := c.plain(t)
		p.enter(c.Code(), name)
		if err := c.Ask(soon(t), room.Ballot{ID: "m", Question: "Un mot ?"}); err != nil {
			t.Fatal(err)
		}
		p.post("/voter", url.Values{"vote": {"m"}, "tour": {"1"}, "mot": {name}})
	}
	for _, a := range []vote.Act{{Do: vote.Close, Round: 1}, {Do: vote.Reveal, Round: 1, Phase: vote.Closed}} { // all that was acknowledged is read by then
		if err := c.Act(soon(t), "m", a); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Counts("m", 1); got.Voters != len(hostile) {
		t.Fatalf("%+v", got)
	}
	browser := c.plain(t)
	for _, address := range []string{c.server.Address(), c.server.Lectern()} {
		browser.root = address
		_, page := browser.get("")
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") || strings.ContainsAny(page, "\x1b\u202e") || !strings.Contains(page, "alert(1)") {
			t.Errorf("%s:\n%s", address, page)
		}
	}
}
