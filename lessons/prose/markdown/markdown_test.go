package markdown

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labo/lessons/prose"
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
	if got := opening.Blocks[0].Spans; len(got) != 7 || got[1] != (prose.Span{Style: prose.Strong, Text: "fort"}) || got[3] != (prose.Span{Style: prose.Emphasis, Text: "penché"}) || got[5] != (prose.Span{Style: prose.CodeSpan, Text: "code"}) {
		t.Errorf("spans: %+v", got)
	}
	question, _ := sec.Part("prediction")
	if len(question.Options) != 2 || question.Options[0].ID != "oui" || prose.Text(question.Options[1].Spans) != "non" {
		t.Errorf("options: %+v", question.Options)
	}
	answer, _ := sec.Part("explication")
	if b := answer.Blocks[0]; b.Kind != prose.List || !b.Ordered || len(b.Items) != 2 {
		t.Errorf("list: %+v", b)
	}
}

// The heading of a scene says whether it goes further than the one before it.
func TestFurther(t *testing.T) {
	step, err := Parse([]byte(sample + "\n## Plus loin {#ailleurs .plus-loin}\n\n## Ensuite {#ensuite}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := step.Essential(); len(step.Sections) != 3 || !step.Sections[1].Further || len(got) != 2 || got[1].ID != "ensuite" {
		t.Errorf("the main path: %+v", got)
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
	if got := prose.Text(filled.Blocks[0].Spans); !strings.HasSuffix(got, "avec **12345** {port}.") {
		t.Errorf("filled: %q", got)
	}
	if got := filled.Blocks[1].Lines[0]; !strings.Contains(got, "**12345**") {
		t.Errorf("code: %q", got)
	}
	if again := prose.Text(opening.Blocks[0].Spans); !strings.Contains(again, "{port}") {
		t.Errorf("Fill changed its part: %q", again)
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
		"unknown class":       head + "## S {#s}\n\n## S {#t .autre}\n",
		"further than none":   head + "## S {#s .plus-loin}\n",
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
			step, err := Parse([]byte(src))
			if err == nil {
				t.Fatalf("accepted: %+v", step)
			}
			if fault, ok := errors.AsType[*prose.Fault](err); !ok || fault.Line < 1 {
				t.Errorf("nobody is told where: %v", err)
			}
		})
	}
}

// A question offers a choice, and nothing else does.
func TestEveryFileParses(t *testing.T) {
	for name, src := range texts(t) {
		step, err := Parse(src)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, sec := range step.Sections {
			for _, part := range sec.Parts {
				question := strings.HasPrefix(part.Name, "prediction") || part.Name == "" && strings.HasPrefix(name, "notes") // minutes, jouer
				if question != (len(part.Options) >= 2) {
					t.Errorf("%s, %s, part %q: %d options", name, sec.ID, part.Name, len(part.Options))
				}
			}
		}
	}
}

// texts are the files of the steps, by name.
func texts(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	all := make(map[string][]byte)
	for _, file := range files {
		if all[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	for _, src := range texts(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		step, err := Parse(src)
		if err == nil && (step.Title == "" || step.Summary == "") {
			t.Errorf("accepted without title or summary: %+v", step)
		}
	})
}

// What Parse reads of our texts, with the line of each thing, is what a full
// reader of Markdown reads.
func TestParseReadsMarkdown(t *testing.T) {
	for name, src := range texts(t) {
		got, err := Parse(src)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, err := reference(src)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(want, got, cmpopts.IgnoreFields(prose.Part{}, "Cited", "Unnamed")); d != "" {
			t.Errorf("%s: goldmark (-), Parse (+):\n%s", name, d)
		}
	}
}
