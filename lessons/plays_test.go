package lessons

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"labo/lessons/lessontest/recording"
	"labo/lessons/prose"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
)

// compiled has, after all texts, what [prose.PlayOf] reads.
const compiled = "prose/compiled.data"

// checkPlays holds that the estimates of time count what the recordings have;
// with -update it makes them so.
func checkPlays(t *testing.T) {
	t.Helper()
	all := map[string]prose.Play{}
	for _, step := range Steps() {
		heads, err := step.Heads()
		if err != nil {
			t.Fatal(err)
		}
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range heads {
			section, _ := text.Section(h.ID)
			s, err := recording.Load(recordings, h, section)
			if err != nil {
				t.Fatal(err)
			}
			all[recording.Name(h)] = playOf(s, section)
		}
	}
	want, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	want = append(bytes.ReplaceAll(want, []byte("},"), []byte("},\n")), '\n') // a scene a line
	file, err := os.ReadFile(compiled)
	if err != nil {
		t.Fatal(err)
	}
	texts, got, ok := bytes.Cut(file, []byte(prose.Mark(prose.PlaysName)))
	if *update && !bytes.Equal(got, want) {
		got = want
		if err := os.WriteFile(compiled, slices.Concat(texts, []byte(prose.Mark(prose.PlaysName)), want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !ok || !bytes.Equal(got, want) {
		t.Errorf("the plays in %s are not what the recordings say; go test ./lessons -run Recordings -update makes them", compiled)
	}
}

// playOf returns what a reader of the main path reads and waits for in a
// recorded scene.
func playOf(s *recording.Scene, text *prose.Section) prose.Play {
	var p prose.Play
	var said bytes.Buffer
	shown := linear.New(&said, paint.New(false), func() int { return 80 }, nil, nil)
	var acts time.Duration
	for i, c := range s.Calls {
		switch c.Kind {
		case recording.Ask:
			p.Parts = append(p.Parts, c.Part)
		case recording.Prose:
			if isPart(c, text) {
				p.Parts = append(p.Parts, c.Part)
			} else {
				shown.Prose(c.Prose)
			}
		case recording.Event:
			shown.Event(*c.Event)
		case recording.Evidence:
			shown.Evidence(*c.Evidence)
		case recording.Answer:
			shown.Answer(*c.Answer)
		}
		for _, d := range c.During {
			if d.Event != nil {
				shown.Event(*d.Event)
			}
		}
		if c.Kind == recording.Pause && c.Title != "" {
			break // what follows goes further
		}
		if i+1 < len(s.Calls) { // the recorder answers every wait at once
			acts += s.Calls[i+1].At.Sub(c.At)
		}
	}
	p.Words, p.Acts = prose.Words(said.String()), acts.Round(time.Second).Seconds()
	return p
}

// isPart reports whether what was said is a part of the text of the scene.
func isPart(c recording.Call, text *prose.Section) bool {
	part, ok := text.Part(c.Part)
	if !ok {
		return false
	}
	part, err := part.Fill(c.Values)
	return err == nil && reflect.DeepEqual(part.Blocks, c.Prose)
}
