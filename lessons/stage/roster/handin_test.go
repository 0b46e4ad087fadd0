package roster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"labo/lessons/handin"
	"labo/lessons/notebook"
)

// Whatever a class hands in, its report is a whole page in which nothing of it is
// an element, and it leads to the page of each.
func TestTheReportOfAHostileClass(t *testing.T) {
	dir := t.TempDir()
	wrong, right := "noyau", "personne"
	names := []string{"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</style><b>", "\x1b[2J", "loutre 7"}
	for i, name := range names {
		book := &notebook.Notebook{Format: "1.4", Steps: []*notebook.Step{{Number: 1, Title: name, Scenes: []*notebook.Scene{{ID: "port-libre", Title: name,
			Predictions: []*notebook.Prediction{{Part: "prediction", Question: []string{name}, Options: []notebook.Option{{ID: wrong, Text: name}, {ID: right, Text: "Personne"}},
				Tries: []notebook.Try{{Chosen: &wrong, Right: &right}, {Chosen: []*string{&wrong, &right}[i%2], Right: &right}}}},
			Writings: []*notebook.Writing{{Part: "reponse", Question: []string{name}, Versions: []notebook.Version{{Text: name}}}}}}}},
			Judgements: []*notebook.Judgement{{File: name, Role: "serveur", Checks: []notebook.CheckVerdict{{ID: "code", Title: name, Idea: name, Level: "fiche", Verdict: "failed"}}}}}
		data, err := book.HandedIn(name, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, string(rune('a'+i))+handin.FileName(name)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	copies, err := handin.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"rapport", "rapport-2"} { // what is there stays
		out, err := WriteHandIn(filepath.Join(dir, "rapport"), handin.Class{Copies: copies}, nil, time.Now())
		if err != nil || out != filepath.Join(dir, want) {
			t.Fatalf("%q, %v", out, err)
		}
		data, err := os.ReadFile(filepath.Join(out, classPage))
		if err != nil {
			t.Fatal(err)
		}
		page := string(data)
		elements, links := map[string]int{}, 0
		for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
			token := z.Token()
			if token.Type == html.StartTagToken || token.Type == html.SelfClosingTagToken {
				elements[token.Data]++
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("an attribute %s", a.Key)
				}
				if token.Data == "a" && a.Key == "href" {
					if links++; !strings.HasPrefix(a.Val, pagesFolder+"/") {
						t.Errorf("leads to %q", a.Val)
					}
					if _, err := os.Stat(filepath.Join(out, a.Val)); err != nil {
						t.Error(err)
					}
				}
			}
		}
		if elements["script"]+elements["img"]+elements["b"] > 0 || elements["style"] != 1 || elements["h1"] != 1 || links != len(names) {
			t.Errorf("elements %v, %d links", elements, links)
		}
		if strings.Contains(page, "\x1b") || !strings.Contains(page, "loutre 7") {
			t.Error("what is read of the page")
		}
	}
}
