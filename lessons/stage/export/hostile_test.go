package export

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gtext "github.com/yuin/goldmark/text"

	"labo/lessons/notebook"
	"labo/lessons/text"
)

// attacks are what a network, a process or an edited file may try to be.
var attacks = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title></style><b>`, `{{.}} {{template "step"}}`,
	"\x1b[31mrouge\x1b[0m\x1b]0;titre\a", "a\nb\r\n# c", "\u202egauche\u2066", "invalide\xff\xfe", "| a | b |\n|---|---|",
	"`code` ``x`` `", "```\nsh\n```", "[lien](http://exemple.test)", "![image](http://exemple.test/x.png)", "<http://exemple.test>",
	"http://exemple.test www.exemple.test moi@exemple.test", "**gras** __gras__ *x* _y_ ~~z~~", "1. un", "- un", "+ un", "# titre", "> cité", "===", "---",
	"\\*", "&lt;b&gt; &amp; &#x3c;", "$x$ @nom #12", "javascript:alert(1)", "' onload='x", "-->", "]]>", "%s %d %!", "𝕏 👩‍🚀 聊天",
}

// hostileBook returns a real notebook in which every text is an attack, next
// to a word by which it can be found, and those texts as they are kept.
func hostileBook(t *testing.T) (*notebook.Notebook, []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(recorded, "cahier.json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	n := 0
	var poison func(v any) any
	// What is a word of the file itself stays, else there is nothing to show.
	stays := map[string]bool{"format": true, "id": true, "chosen": true, "right": true, "at": true, "begun": true, "ended": true, "done": true, "saved": true,
		"state": true, "protocol": true, "kind": true, "from": true, "to": true, "outcome": true, "part": true, "last": true}
	poison = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				if !stays[name] {
					v[name] = poison(inner)
				}
			}
		case []any:
			for i := range v {
				v[i] = poison(v[i])
			}
		case string:
			n++
			return attacks[n%len(attacks)]
		}
		return v
	}
	doc = poison(doc)
	scene := doc.(map[string]any)["steps"].([]any)[0].(map[string]any)["scenes"].([]any)[0].(map[string]any)
	scene["writings"] = []any{map[string]any{"part": "r", "question": attacks, "versions": []any{
		map[string]any{"at": "2026-11-22T14:02:07Z", "text": strings.Join(attacks, "\n\n")},
		map[string]any{"at": "2026-11-22T14:03:07Z", "text": "    indenté\n- tiret\n1) un"},
	}}}
	doc.(map[string]any)["judgements"] = hostileJudgements()
	home := t.TempDir()
	if data, err = json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "cahier.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if n < 3*len(attacks) {
		t.Fatalf("only %d texts were replaced", n)
	}
	return readFrom(t, home), attacks
}

func TestHostileTextStaysTextInHTML(t *testing.T) {
	book, _ := hostileBook(t)
	page := parseHTML(t, exports(t, New(book, contentsOf(book), made))["cahier.html"])
	checkPage(t, page)
	shown := textOf(page)
	for _, want := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "⟨ESC⟩[31mrouge", "⟨U+202E⟩gauche", "javascript:alert(1)", "&lt;b&gt;", `{{.}} {{template "step"}}`} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown as it is", want)
		}
	}
	for _, bad := range []string{"\x1b", "\u202e", "\x00", "␛"} {
		if strings.Contains(shown, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
}

func TestHostileTextIsNotObeyedByATerminal(t *testing.T) {
	book, _ := hostileBook(t)
	for name, shown := range exports(t, New(book, contentsOf(book), made)) {
		for _, r := range shown {
			if r != '\n' && (r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e || r == 0x2066) {
				t.Errorf("%s holds %U", name, r)
				break
			}
		}
	}
}

var github = goldmark.New(goldmark.WithExtensions(extension.GFM))

// renderMarkdown returns the words that Markdown shows.
func renderMarkdown(t *testing.T, source string) string {
	t.Helper()
	var b bytes.Buffer
	if err := github.Convert([]byte(source), &b); err != nil {
		t.Fatal(err)
	}
	return textOf(parseHTML(t, b.String()))
}

// Nothing that came from outside becomes a heading, a link, a picture or HTML;
// all of it is read as it is.
func TestHostileTextStaysTextInMarkdown(t *testing.T) {
	book, texts := hostileBook(t)
	report := New(book, contentsOf(book), made)
	source := exports(t, report)["cahier.md"]
	kinds := map[string]int{}
	doc := github.Parser().Parse(gtext.NewReader([]byte(source)))
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			kinds[n.Kind().String()]++
			switch n.Kind() {
			case ast.KindLink, ast.KindImage, ast.KindAutoLink, ast.KindRawHTML, ast.KindHTMLBlock, east.KindStrikethrough, ast.KindCodeBlock, east.KindTaskCheckBox:
				t.Errorf("the notebook has become a %s, in %s", n.Kind(), n.Parent().Kind())
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	headings, scenes := 1, 0 // the title
	for _, s := range report.Steps {
		headings++
		for _, sc := range s.Scenes {
			if sc.Begun {
				scenes++
			}
		}
	}
	headings += scenes + 1 // how to read the tables
	headings += 1 + len(report.Programs)
	if got := kinds[ast.KindHeading.String()]; got != headings {
		t.Errorf("%d headings, want %d", got, headings)
	}
	shown := squashed(renderMarkdown(t, source))
	for _, want := range texts {
		if want == "===" || want == "---" || strings.ContainsAny(want, "\n\r`") { // alone on a line, or code, they are set otherwise
			continue
		}
		want = strings.ReplaceAll(want, "\xff\xfe", "\ufffd\ufffd") // by encoding/json
		if w := squashed(visibleLines(want)); !strings.Contains(shown, w) {
			t.Errorf("%q is not shown as it is", want)
		}
	}
}

// FuzzMarkdown: any text is one paragraph, a quotation or a cell of a table,
// and is read as it was written.
func FuzzMarkdown(f *testing.F) {
	for _, a := range attacks {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.Join(strings.Fields(text.Visible(s)), " ")
		for _, source := range []string{mdLine(mdEscape(s)), "- " + mdLine(mdEscape(s)), mdQuote(s), "| a |\n| --- |\n| " + mdEscape(s) + " |", "| a |\n| --- |\n| " + mdCode(s) + " |"} {
			shown := strings.Join(strings.Fields(renderMarkdown(t, source)), " ")
			shown = strings.TrimSpace(strings.TrimPrefix(shown, "a "))
			if s != "" && squeezed(shown) != squeezed(s) {
				t.Errorf("%q, as %q, is read %q", s, source, shown)
			}
		}
	})
}

func squeezed(s string) string { return strings.TrimPrefix(strings.ReplaceAll(s, " ", ""), "a") }
