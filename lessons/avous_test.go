package lessons

import (
	"strings"
	"testing"

	"labo/lessons/prose"
)

// However a scene about the reader's own programs ends, it says how to have
// the same programs judged.
func TestAVousSaysHowToBeJudged(t *testing.T) {
	for _, tc := range []struct {
		step           int
		scene, command string
	}{
		{2, "a-vous", "labo verifier serveur.py client.py"},
		{3, "a-vous-deux", "labo verifier serveur2.py client2.py"},
	} {
		step, err := prose.Load(tc.step)
		if err != nil {
			t.Fatal(err)
		}
		section, ok := step.Section(tc.scene)
		if !ok {
			t.Fatalf("step %d has no scene %s", tc.step, tc.scene)
		}
		for _, name := range []string{"vu", "pas-vu"} {
			part, ok := section.Part(name)
			if !ok {
				t.Fatalf("%s has no part %s", tc.scene, name)
			}
			var said strings.Builder
			for _, b := range part.Blocks {
				said.WriteString(prose.Text(b.Spans) + "\n" + strings.Join(b.Lines, "\n"))
			}
			if !strings.Contains(said.String(), tc.command) {
				t.Errorf("%s, %s: %q is not said:\n%s", tc.scene, name, tc.command, said.String())
			}
		}
	}
}
