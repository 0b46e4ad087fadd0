package prose

import "testing"

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

func TestDoubleBracesAreBraces(t *testing.T) {
	part := &Part{Blocks: []Block{{Kind: Code, Lines: []string{`print(f"{{message}} {port}")`}}}}
	filled, err := part.Fill(map[string]string{"port": "1"})
	if err != nil || filled.Blocks[0].Lines[0] != `print(f"{message} 1")` {
		t.Errorf("%v, %v", filled, err)
	}
}
