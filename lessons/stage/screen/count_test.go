package screen

import (
	"strings"
	"testing"
	"time"

	"labo/lessons/prose"
	"labo/lessons/stage/recording"
)

// The essential path is short: the screens of 80×24 that a reader turns in each
// step, as the model shows its recordings, and the minutes that it takes to read
// all of them.
func TestTheEssentialPathIsShort(t *testing.T) {
	screens := map[int]int{1: 23, 2: 28, 3: 24, 4: 39} // no more than these, the scenes where one writes aside
	const minutes = 90
	turned := map[int]int{}
	var takes time.Duration
	for _, scene := range recorded(t) {
		if scene.Head.Step == 0 || scene.Head.Further > 0 {
			continue
		}
		takes += scene.Head.Takes
		if writes(scene.Head.ID) {
			continue
		}
		p := playing(t, essential(scene), plainOptions(), 80, 24)
		p.play()
		turned[scene.Head.Step] += strings.Count("\n"+p.pictures.String(), "\n════ ")
	}
	for step := 1; step <= prose.Steps; step++ {
		t.Logf("step %d: %d screens", step, turned[step])
		if turned[step] > screens[step] || turned[step] == 0 {
			t.Errorf("step %d: %d screens, %d at most", step, turned[step], screens[step])
		}
	}
	t.Logf("%d words a minute: %s", prose.WordsAMinute, takes)
	if takes > minutes*time.Minute || takes < 10*time.Minute {
		t.Errorf("%s of reading, %d minutes at most", takes, minutes)
	}
}

// writes reports whether the reader of a scene writes their program, or orders its
// lines: they turn as many pages as they make tries.
func writes(id string) bool {
	return strings.HasPrefix(id, "ecrire-") || id == "ordonner-les-lignes" || id == "votre-serveur"
}

// essential is a recording as far as the main path goes: up to where its reader
// went further.
func essential(scene *recording.Scene) *recording.Scene {
	for i, c := range scene.Calls {
		if c.Kind == recording.Pause && c.Title != "" {
			return &recording.Scene{Head: scene.Head, Calls: scene.Calls[:i+1]}
		}
	}
	return scene
}

// At 80×24, a page of the first two steps that is not the last of its wait is
// followed by one with more than three lines: none is an orphan.
func TestNoPageIsAnOrphan(t *testing.T) {
	const few = 3
	for _, scene := range recorded(t) {
		if scene.Head.Step != 1 && scene.Head.Step != 2 || writes(scene.Head.ID) {
			continue
		}
		p := playing(t, scene, plainOptions(), 80, 24)
		before := 0
		p.seen = func(where string) {
			l := p.look()
			end := l.from + len(l.text)
			if strings.Contains(where, ", page ") && end-before <= few {
				t.Errorf("%s, %s: %d lines are new:\n%s", scene.Head.ID, where, end-before, strings.Join(l.text, "\n"))
			}
			before = end
		}
		p.play()
	}
}
