package prose

import (
	"strings"
	"testing"
)

const sample = `# Un titre

Un résumé
sur deux lignes.

## Une scène {#une-scene}

Du texte, **fort**, *penché*, ` + "`code`" + `, avec {port}.

` + "```python" + `
serveur.bind((hote, {port}))
` + "```" + `

### prediction

Que se passe-t-il sur {port} ?

- ` + "`oui`" + ` oui, {port}
- ` + "`non`" + ` non

### explication

1. un
2. deux
`

func TestParse(t *testing.T) {
	step, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if step.Title != "Un titre" || step.Summary != "Un résumé sur deux lignes." {
		t.Errorf("title %q, summary %q", step.Title, step.Summary)
	}
	sec, ok := step.Section("une-scene")
	if !ok || sec.Title != "Une scène" || len(sec.Parts) != 3 {
		t.Fatalf("section: %v %+v", ok, sec)
	}
	opening, _ := sec.Part("")
	if got := opening.Blocks[0].Spans; len(got) != 7 || got[1] != (Span{Strong, "fort"}) || got[3] != (Span{Emphasis, "penché"}) || got[5] != (Span{CodeSpan, "code"}) {
		t.Errorf("spans: %+v", got)
	}
	question, _ := sec.Part("prediction")
	if len(question.Options) != 2 || question.Options[0].ID != "oui" || Text(question.Options[1].Spans) != "non" {
		t.Errorf("options: %+v", question.Options)
	}
	answer, _ := sec.Part("explication")
	if b := answer.Blocks[0]; b.Kind != List || !b.Ordered || len(b.Items) != 2 {
		t.Errorf("list: %+v", b)
	}
}

func TestASketchLeavesOutWhatOnlyTheSceneKnows(t *testing.T) {
	part := &Part{Blocks: []Block{
		{Kind: Paragraph, Spans: []Span{{Text: "port {port}, message {message}, {{tel quel}}"}}},
		{Kind: Code, Lines: []string{"bind({port}, {adresse})"}},
	}, Options: []Option{{ID: "un", Spans: []Span{{Text: "{nombre} sur {port}"}}}}}
	got := part.Sketch(map[string]string{"port": "12345"})
	for _, c := range [][2]string{
		{Text(got.Blocks[0].Spans), "port 12345, message …, {tel quel}"},
		{got.Blocks[1].Lines[0], "bind(12345, …)"},
		{Text(got.Options[0].Spans), "… sur 12345"},
	} {
		if c[0] != c[1] {
			t.Errorf("sketched %q, want %q", c[0], c[1])
		}
	}
	if Text(part.Blocks[0].Spans) != "port {port}, message {message}, {{tel quel}}" {
		t.Error("the part itself has changed")
	}
}

func TestFillCannotChangeTheMarkup(t *testing.T) {
	step, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	opening, _ := step.Sections[0].Part("")
	filled, err := opening.Fill(map[string]string{"port": "**12345** {port}"})
	if err != nil {
		t.Fatal(err)
	}
	if got := Text(filled.Blocks[0].Spans); !strings.HasSuffix(got, "avec **12345** {port}.") {
		t.Errorf("filled: %q", got)
	}
	if got := filled.Blocks[1].Lines[0]; !strings.Contains(got, "**12345**") {
		t.Errorf("code: %q", got)
	}
	if again := Text(opening.Blocks[0].Spans); !strings.Contains(again, "{port}") {
		t.Errorf("Fill changed its part: %q", again)
	}
}

func TestDoubleBracesAreBraces(t *testing.T) {
	part := &Part{Blocks: []Block{{Kind: Code, Lines: []string{`print(f"{{message}} {port}")`}}}}
	filled, err := part.Fill(map[string]string{"port": "1"})
	if err != nil || filled.Blocks[0].Lines[0] != `print(f"{message} 1")` {
		t.Errorf("%v, %v", filled, err)
	}
}

func TestASentenceWithAHoleIsAnError(t *testing.T) {
	step, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range step.Sections[0].Parts[:2] {
		if _, err := part.Fill(nil); err == nil || !strings.Contains(err.Error(), "{port}") {
			t.Errorf("part %q: %v", part.Name, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const head = "# T\n\nR.\n\n"
	for name, src := range map[string]string{
		"nothing":             "",
		"no summary":          "# T\n\n## S {#s}\n\nx\n",
		"section unnamed":     head + "## S\n\nx\n",
		"section twice":       head + "## S {#s}\n\n## S {#s}\n",
		"part twice":          head + "## S {#s}\n\n### a\n\n### a\n",
		"part before section": head + "### a\n",
		"image":               head + "## S {#s}\n\n![x](y)\n",
		"link":                head + "## S {#s}\n\n[x](y)\n",
		"html":                head + "## S {#s}\n\n<b>x</b>\n",
		"quote":               head + "## S {#s}\n\n> x\n",
		"nested list":         head + "## S {#s}\n\n- a\n  - b\n",
		"level 4":             head + "## S {#s}\n\n#### a\n",
	} {
		t.Run(name, func(t *testing.T) {
			if step, err := Parse([]byte(src)); err == nil {
				t.Errorf("accepted: %+v", step)
			}
		})
	}
}

func TestEveryFileParses(t *testing.T) {
	for n := 1; n <= Count; n++ {
		step, err := Load(n)
		if err != nil {
			t.Fatal(err)
		}
		title, summary, err := Head(n)
		if err != nil || title != step.Title || summary != step.Summary {
			t.Errorf("step %d: head %q, %q, %v", n, title, summary, err)
		}
		for _, sec := range step.Sections {
			for _, part := range sec.Parts {
				question := strings.HasPrefix(part.Name, "prediction")
				if question != (len(part.Options) >= 2) {
					t.Errorf("step %d, %s, part %q: %d options", n, sec.ID, part.Name, len(part.Options))
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	for n := 1; n <= Count; n++ {
		_, src, err := read(n)
		if err != nil || len(src) == 0 {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		step, err := Parse(src)
		if err == nil && (step.Title == "" || step.Summary == "") {
			t.Errorf("accepted without title or summary: %+v", step)
		}
	})
}
