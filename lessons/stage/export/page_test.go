package export

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"labo/lessons/stage/markup"
)

func parseHTML(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// find returns the elements of a name, in their order; "*" is every element.
func find(n *html.Node, name string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (name == "*" || d.Data == name) {
			found = append(found, d)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf returns the words of a page, drawings included.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "style" {
			b.WriteString(d.Data + " ")
		}
	}
	return b.String()
}

// elements are all that a page is made of.
var elements = strings.Fields("html head meta title style body header main section article aside footer figure figcaption h1 h2 h3 h4 p a span div " +
	"ol ul li dl dt dd table caption thead tbody tr th td code pre blockquote br time svg desc polyline polygon text")

// checkPage holds what every page promises: it needs nothing else, and can be
// read without seeing it.
func checkPage(t *testing.T, page *html.Node) {
	t.Helper()
	ids := map[string]bool{}
	level := 0
	for _, n := range find(page, "*") {
		if !slices.Contains(elements, n.Data) {
			t.Errorf("the page has an element %s", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "srcset", strings.Contains(a.Val, "url("):
				t.Errorf("<%s %s=%q> runs or fetches something", n.Data, a.Key, a.Val)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("<%s href=%q> leads out of the page", n.Data, a.Val)
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("two elements have the id %q", a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			}
		}
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			next := int(n.Data[1] - '0')
			if next > level+1 {
				t.Errorf("heading %q is of level %d after level %d", textOf(n), next, level)
			}
			level = next
		}
	}
	for _, n := range find(page, "*") {
		for id := range strings.FieldsSeq(attr(n, "aria-labelledby")) {
			if !ids[id] {
				t.Errorf("<%s> is named by %q, which is nowhere", n.Data, id)
			}
		}
		if href := attr(n, "href"); href != "" && !ids[strings.TrimPrefix(href, "#")] {
			t.Errorf("a link leads to %q, which is nowhere", href)
		}
	}
	if lang := attr(find(page, "html")[0], "lang"); lang != "fr" {
		t.Errorf("the page is in %q", lang)
	}
	for _, table := range find(page, "table") {
		if heads := find(table, "th"); len(heads) == 0 || slices.ContainsFunc(heads, func(th *html.Node) bool { return attr(th, "scope") == "" }) {
			t.Errorf("a table has no headers, or one without scope: %s", textOf(table))
		}
	}
	for _, svg := range find(page, "svg") {
		title, desc := find(svg, "title"), find(svg, "desc")
		if attr(svg, "role") != "img" || len(title) != 1 || len(desc) != 1 || textOf(title[0]) == "" || textOf(desc[0]) == "" {
			t.Errorf("a drawing is not described: %s", textOf(svg))
		}
	}
}

func TestPageOfARealRunKeepsItsPromises(t *testing.T) {
	book := readFrom(t, recorded)
	page := parseHTML(t, exports(t, New(book, contentsOf(book), made))["cahier.html"])
	checkPage(t, page)
	if n := len(find(page, "svg")); n < 5 { // sequences, and a chart of one curve and of two
		t.Errorf("%d drawings", n)
	}
	policy := ""
	for _, m := range find(page, "meta") {
		if attr(m, "http-equiv") == "Content-Security-Policy" {
			policy = attr(m, "content")
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("the page's policy is %q", policy)
	}
	for _, bad := range []string{"@import", "url(", "http://", "https://"} {
		if strings.Contains(markup.Paper, bad) {
			t.Errorf("the style sheet has %s", bad)
		}
	}
}
