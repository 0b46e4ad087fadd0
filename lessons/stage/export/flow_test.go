package export

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/evidence"
	"labo/lessons/prose"
)

func TestASceneIsToldInItsOrder(t *testing.T) {
	at := func(s int) time.Time { return made.Add(time.Duration(s) * time.Second) }
	says := func(s int, part, words string) told {
		return told{at(s), part, []prose.Block{{Spans: []prose.Span{{Text: words}}}}}
	}
	measured := func(s int) evidence.Evidence { return evidence.Evidence{Title: fmt.Sprint("m", s), At: at(s)} }
	one, two := Prediction{Part: "prediction"}, Prediction{Part: "prediction-2"}
	own := Writing{Part: "question"}
	event := []evidence.Event{{At: at(3)}}
	for _, c := range []struct {
		name  string
		scene Scene
		want  string
	}{
		{"a scene with one question", Scene{
			Told:        []told{says(0, "", "ouverture"), says(1, "prediction", "?"), says(9, "explication", "voici")},
			Predictions: []Prediction{one}, Evidence: []evidence.Evidence{measured(2), measured(4)}, Events: event,
		}, "ouverture, prediction, 1 m2, 2 m4, diagram, voici"},
		{"several experiments", Scene{
			Told: []told{says(0, "", "ouverture"), says(1, "question", "?"), says(2, "prediction", "?"), says(4, "a", "premier"),
				says(5, "prediction-2", "?"), says(7, "b", "second"), says(8, "reponse", "fin")},
			Predictions: []Prediction{two, one}, Writings: []Writing{own}, Evidence: []evidence.Evidence{measured(3), measured(6)}, Events: event,
		}, "ouverture, question, prediction, 1 m3, premier, prediction-2, 2 m6, diagram, second, fin"},
		{"a question without an answer", Scene{
			Told:     []told{says(0, "", "ouverture"), says(1, "prediction", "alors ?"), says(3, "sans", "rien")},
			Evidence: []evidence.Evidence{measured(2)},
		}, "ouverture, alors ?, 1 m2, rien"},
		{"left in the middle", Scene{
			Told: []told{says(0, "", "ouverture"), says(1, "prediction", "?")}, Predictions: []Prediction{one}, Events: event,
		}, "ouverture, prediction, diagram"},
		{"nothing but an opening", Scene{Told: []told{says(0, "", "ouverture")}, Events: event}, "ouverture, diagram"},
		{"answered another time only", Scene{
			Told: []told{says(0, "", "ouverture"), says(9, "a-vous", "allez")}, Predictions: []Prediction{one},
		}, "ouverture, allez, prediction"},
		{"kept by an earlier release", Scene{
			Predictions: []Prediction{one, two}, Writings: []Writing{own}, Evidence: []evidence.Evidence{measured(2)}, Events: event,
		}, "prediction, prediction-2, question, diagram, 1 m2"},
	} {
		var got []string
		for _, item := range c.scene.flow() {
			switch {
			case item.Prediction != nil:
				got = append(got, item.Prediction.Part)
			case item.Writing != nil:
				got = append(got, item.Writing.Part)
			case item.Measure != nil:
				got = append(got, fmt.Sprint(item.Measure.Number, " ", item.Measure.Title))
			case item.Sequence:
				got = append(got, "diagram")
			default:
				got = append(got, prose.Text(item.Prose[0].Spans))
			}
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
