package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"labo/lessons/lessontest/recording"
	"labo/lessons/prose"
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

// No page is an orphan, for a reader and on the wall: what Enter brings is more than
// a few lines. On the wall, a page of so little says what the class is to do, above
// the table that will show it, or is what it types; or it is the title of a question
// that takes the page.
func TestNoPageIsAnOrphan(t *testing.T) {
	pages := 0
	for _, size := range []struct {
		width, height int
		wall          bool
	}{{80, 24, false}, {60, 20, false}, {80, 24, true}, {60, 20, true}} {
		for _, scene := range recorded(t) {
			t.Run(fmt.Sprintf("%s/%dx%d wall=%v", scene.Head.ID, size.width, size.height, size.wall), func(t *testing.T) {
				o := plainOptions()
				o.Projection = size.wall
				p := playing(t, scene, o, size.width, size.height)
				last, page := 0, look{}
				p.seen = func(where string) {
					pages++
					before := page
					page = p.look()
					end := page.from + len(page.text)
					few := written(page.said[min(last, end):end]) <= few && strings.Contains(where, ", page ")
					if size.wall {
						few = written(page.text) <= 3 && !slices.Equal(page.text, before.text) && !acts(page) && !titles(page)
					}
					if few && !page.typed {
						t.Errorf("%s: little is new:\n%s", where, strings.Join(page.lines, "\n"))
					}
					last = end
				}
				p.play()
			})
		}
	}
	t.Logf("%d pages", pages)
}

// acts reports whether the class is doing what the page tells it to.
func acts(page look) bool { return page.waits && page.kind == waitWatch }

// titles reports whether a page is the title of the question after it.
func titles(page look) bool { return len(page.said) > page.from && page.from == 0 && page.asks }
