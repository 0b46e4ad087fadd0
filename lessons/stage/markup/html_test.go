package markup

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hostile are what a text from outside may try to be.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onload='x`, `</title></style><b>`, "&lt;b&gt; &amp; &#x3c;", "javascript:alert(1)",
	"-->", "<!--<script>", "]]>", "{}", "+ADw-script+AD4-", "`x`", "\u2028alert(1)//", "//exemple.test/x", "data:text/html,<b>", "a b?c#d%41", "",
}

// FuzzF: whatever a value is, it is read back as it was, as text and in an
// attribute, and nothing else is in the page.
func FuzzF(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		read := strings.NewReplacer("\x00", "\ufffd", "\r\n", "\n", "\r", "\n").Replace(s) // by the parser (HTML standard, § 13.2.3.5)
		div := only(t, F(`<div title="{}">{}</div>`, s, s), "div")
		if got := div.Attr[0].Val; len(div.Attr) != 1 || got != read {
			t.Errorf("%q is %q in an attribute, of %v", s, got, div.Attr)
		}
		text := ""
		for c := div.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.TextNode {
				t.Fatalf("%q became %v", s, c)
			}
			text += c.Data
		}
		if text != read {
			t.Errorf("%q is read %q", s, text)
		}
	})
}

// only returns the one element of the body.
func only(t *testing.T, h HTML, name string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader("<body>" + h.String()))
	if err != nil {
		t.Fatal(err)
	}
	body := doc.FirstChild.LastChild
	if n := body.FirstChild; n == nil || n.Data != name || n.NextSibling != nil {
		t.Fatalf("%s is not one %s", h, name)
	}
	return body.FirstChild
}

// A link leads beside the page, whatever the name of the file.
func TestALinkHasNoScheme(t *testing.T) {
	page, _ := url.Parse("file:///home/eleve/verdicts/classe.html")
	for _, s := range append(hostile, "retours/élève 1.txt", "/etc/passwd", "///x", "mailto:x", "\x1b\n") {
		to, err := page.Parse(Link(s))
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if want := "/home/eleve/verdicts/"; s != "" && (to.Scheme != "file" || to.Host != "" || !strings.HasPrefix(to.Path, want)) {
			t.Errorf("%q leads to %s", s, to)
		} else if s != "" && to.Path != want+strings.TrimLeft(s, "/") {
			t.Errorf("%q is the file %q", s, to.Path)
		}
	}
}

// What a script reads as data is what was given, and ends nothing.
func TestDataStaysData(t *testing.T) {
	var got []string
	script := only(t, F("{}", F("<div>{}</div>", Data("x", hostile))), "div").FirstChild
	if script.Data != "script" || script.NextSibling != nil {
		t.Fatalf("the data became %v", script)
	}
	if err := json.Unmarshal([]byte(script.FirstChild.Data), &got); err != nil || fmt.Sprint(got) != fmt.Sprint(hostile) {
		t.Errorf("%q is read %q: %v", hostile, got, err)
	}
}

// A mistake in the program is found the first time that its page is made.
func TestMistakesAreFound(t *testing.T) {
	for name, wrong := range map[string]func(){
		"a value too few":       func() { F("{}{}", "a") },
		"a value too many":      func() { F("{}", "a", "b") },
		"a style that ends":     func() { Style("a{}</STYLE>") },
		"a script that ends":    func() { Script("'</script>'") },
		"a script in a comment": func() { Script("x = '<!--'") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is let through", name)
				}
			}()
			wrong()
		}()
	}
}
