package diagnostic

import (
	"encoding/json"
	"io"
	"iter"
)

// jsonVersion is that of the document, described in docs/json.md.
const jsonVersion = 1

type document struct {
	Version  int           `json:"version"`
	Findings []jsonFinding `json:"findings"`
}

type jsonFinding struct {
	ID     string  `json:"id"`
	Level  string  `json:"level"`
	Said   string  `json:"said"`
	Remedy *string `json:"remedy"` // null: nothing to do
}

// WriteJSON writes the findings as one document.
func WriteJSON(w io.Writer, parts iter.Seq[Part]) error {
	d := document{Version: jsonVersion}
	for p := range parts {
		for _, f := range p.Findings {
			j := jsonFinding{ID: f.ID, Level: f.Level.String(), Said: f.Said}
			if f.Remedy != "" {
				j.Remedy = &f.Remedy
			}
			d.Findings = append(d.Findings, j)
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(d)
}
