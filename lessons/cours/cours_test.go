package cours

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labo/lessons"
	"labo/lessons/prose"
)

const head = "# Chez nous\n\nNotre cours.\n\n"

// folder writes files, by name.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { prose.Lay(nil, nil) })
	return dir
}

// A teacher's text replaces what it has, and only that; scenes that it adds are
// played where they stand, with what measures them.
func TestATextIsLaidOverLabosOwn(t *testing.T) {
	own, _, err := prose.Own(1)
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{
		"etape1.md": head + "## Avant {#avant}\n\nOuvrez vos cahiers.\n\n## Chez nous : listen {#ecouter}\n\n### prediction\n\nAlors ?\n\n" +
			"- `attend` il attend\n- `reussit` cela marche\n- `refusee` non\n\n## Encore {#encore comme=ecouter}\n\nLa même chose.\n",
		"notes1.md":   head + "## Encore {#encore}\n\n- `minutes` 3\n- `passer` pour les rapides\n\nMa note.\n",
		"LISEZMOI.md": "ce que je veux",
	})
	if err := Use(dir); err != nil {
		t.Fatal(err)
	}
	text, err := prose.Load(1)
	if err != nil {
		t.Fatal(err)
	}
	if len(text.Sections) != len(own.Sections)+2 || text.Title != "Chez nous" || text.Sections[0].ID != "avant" {
		t.Errorf("%d sections, %q", len(text.Sections), text.Title)
	}
	sec, _ := text.Section("ecouter")
	asked, _ := sec.Part("prediction")
	explained, ok := sec.Part("explication")
	before, _ := own.Section("ecouter")
	kept, _ := before.Part("explication")
	if sec.Title != "Chez nous : listen" || asked.Options[0].ID != "attend" || prose.Text(asked.Options[1].Spans) != "cela marche" || !ok || explained != kept {
		t.Errorf("%q, %+v", sec.Title, asked)
	}
	if opening, _ := sec.Part(""); opening == nil {
		t.Error("the opening is gone")
	}
	step, _ := lessons.StepByNumber(1)
	if heads, err := step.Heads(); err != nil || len(heads) != len(text.Sections) || heads[0].ID != "avant" {
		t.Errorf("%d scenes, %v", len(heads), err)
	}
	for i, sc := range step.Scenes {
		if sc.Run == nil || sc.ID == "encore" && step.Scenes[i-1].ID != "ecouter" {
			t.Errorf("scene %d, %s", i, sc.ID)
		}
	}
	notes, err := prose.LoadNotes(1)
	if err != nil || notes.Scene("encore") == nil || notes.Scene("port-libre") == nil {
		t.Errorf("notes: %v", err)
	}
	if other, err := prose.Load(2); err != nil || other.Title == "Chez nous" {
		t.Errorf("another step has changed: %v", err)
	}
}

// Every mistake says its file, its line and what is wrong; nothing is laid then.
func TestMistakesPointAtTheirLine(t *testing.T) {
	ask := "## L {#ecouter}\n\n### prediction\n\nAlors ?\n\n"
	for _, c := range []struct {
		name, content string
		line          int
		words         string
	}{
		{"etape1.md", head + ask + "- `reussit` oui\n- `refusee` non\n- `jamais` x\n", 13, "ne connaît pas la réponse `jamais`"},
		{"etape1.md", head + ask + "- `reussit` oui\n- `refusee` non\n", 7, "il manque des réponses"},
		{"etape1.md", head + ask + "- `reussit` oui\n- `reussit` non\n- `refusee` x\n", 12, "écrite deux fois"},
		{"etape1.md", head + "## L {#ecouter}\n\n### epilogue\n\nx\n", 7, "n'a pas de partie « epilogue »"},
		{"etape1.md", head + "## L {#ecouter}\n\nVoici {secret}.\n", 7, "{secret}"},
		{"etape1.md", head + "## L {#ecouter}\n\n<b>x</b>\n", 7, "du HTML"},
		{"etape1.md", head + "## L {#ecouter}\n\nune [page](http://x)\n", 7, "un lien"},
		{"etape1.md", head + "## L {#moi}\n\n### prediction\n\nx ?\n\n- `a` b\n- `c` d\n", 11, "demande une démonstration"},
		{"etape1.md", head + "## L {#moi comme=rien}\n", 5, "pas de scène de ce nom"},
		{"etape1.md", head + "## L {#exit}\n\nx\n", 5, "d'une autre étape"},
		{"etape1.md", head + "## L\n\nx\n", 5, "pas de nom"},
		{"etape1.md", "## L {#a}\n\nx\n", 1, "titre et le résumé"},
		{"notes1.md", head + "## L {#ecouter}\n\n- `minutes` beaucoup\n- `jouer` x\n", 7, "nombre de minutes"},
		{"notes1.md", head + "## L {#inconnue}\n\n- `minutes` 3\n- `jouer` x\n", 5, "n'a pas de scène inconnue"},
		{"notes1.md", head + "## L {#ecouter}\n\n- `minutes` 3\n- `jouer` x\n\n### prediction\n\n- `reussit` **Attendue.** x\n- `zut` y\n", 13, "ne propose pas la réponse `zut`"},
		{"notes1.md", head + "## L {#ecouter}\n\n- `minutes` 3\n- `jouer` x\n\n### prediction\n\n- `reussit` x\n- `refusee` y\n", 10, "aucune réponse"},
		{"etape1.md", head + "## L {#ecouter}\n\nx\n\n# Encore\n", 9, "un texte n'a qu'un titre"},
		// a fault within a paragraph, a list or a block of code is told at its own line
		{"etape1.md", head + "## L {#ecouter}\n\nVoici,\nsans rien,\npuis {secret}.\n", 9, "{secret}"},
		{"etape1.md", head + "## L {#ecouter}\n\n```\nx\n{secret}\n```\n", 9, "{secret}"},
		{"etape1.md", head + "## L {#moi}\n\nVoici `code`\nou **fort** et {secret}.\n", 8, "{secret}"},
		{"etape1.md", head + "## L {#ecouter}\n\nVoici,\n*là et\nlà*, <b>x</b>\n", 9, "du HTML"},
		{"etape1.md", head + "## L {#ecouter}\n\nVoici `un\ncode` et une\n[page](http://x)\n", 9, "un lien"},
		{"etape1.md", head + "## L {#ecouter}\n\nVoici\n`listen, puis.\n", 8, "n'est pas refermé"},
		{"etape1.md", head + "## L `x {#ecouter}\n\ny\n", 5, "n'est pas refermé"},
		{"etape1.md", head + "## L {#ecouter}\n\nVoici\n**listen, puis.\n", 8, "ne sont pas refermés"},
		{"etape1.md", head + ask + "- `attend` oui\n- refusee non\n- `reussit` x\n", 12, "ce n'est pas une réponse"},
		{"etape1.md", head + ask + "- `attend` oui\n- `refusee`\n- `reussit` x\n", 12, "ce n'est pas une réponse"},
		{"etape1.md", head + ask + "1. `attend` oui\n2. `refusee` non\n", 11, "ce n'est pas une réponse"},
		{"etape1.md", head + "## L {#moi}\n\nx ?\n\n- `a` b\n- `c` d\n", 9, "demande une démonstration"},
		{"notes1.md", head + "## L {#ecouter}\n\n- `minutes` 3\n- jouer x\n", 8, "il faut d'abord"},
		{"notes1.md", head + "## L {#ecouter}\n\n- `minutes` 3\n- `jouer` x\n\n### prediction\n\n- `reussit` **Attendue.** x\n- refusee y\n", 13, "ce n'est pas une réponse"},
		{"étape1.md", head, 0, "pas ce nom-là"},
	} {
		dir := folder(t, map[string]string{c.name: c.content})
		err := Use(dir)
		wrong, ok := errors.AsType[*Fault](err)
		if !ok || wrong.Line != c.line || wrong.File != filepath.Join(dir, c.name) || !strings.Contains(wrong.What, c.words) {
			t.Errorf("%q: %v; want line %d, %q", c.content, err, c.line, c.words)
			continue
		}
		if at := fmt.Sprintf("%s:%d : ", c.name, c.line); c.line > 0 && !strings.Contains(err.Error(), at) {
			t.Errorf("%v does not say %s", err, at)
		}
		if prose.Laid(1) {
			t.Errorf("%q was laid", c.content)
		}
	}
	if err := Use(folder(t, nil)); err == nil {
		t.Error("an empty folder is used")
	}
	if err := Use(filepath.Join(t.TempDir(), "rien")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}
