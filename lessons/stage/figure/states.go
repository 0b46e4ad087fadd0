package figure

import (
	"strconv"
	"strings"

	"labo/lessons/prose"
	"labo/probe"
)

// StatesBlock is [states] in a text.
func StatesBlock(reached []probe.State) []prose.Block {
	return []prose.Block{{Kind: prose.Code, Lines: states(reached)}}
}

// states draws the states of a connection (RFC 9293, figure 5) with a mark
// before each that was reached. No line is wider than 48 cells: it stands whole
// in a terminal of 60 columns, in projection too.
func states(reached []probe.State) []string { return StatesNow(reached, nil, nil) }

// StatesNow is [states] with the sockets that stand on each state now: their
// number in place of the mark (+ from ten on), their names painted.
func StatesNow(reached []probe.State, now map[probe.State]int, paint func(string) string) []string {
	lines := strings.Split(strings.Trim(diagram, "\n"), "\n")
	marks := make(map[string]string)
	for _, s := range append([]probe.State{probe.Closed}, probe.States...) {
		marks[s.String()] = "·"
	}
	for _, s := range reached {
		marks[s.String()] = "✓"
	}
	here := make(map[string]bool)
	for s, n := range now {
		if marks[s.String()] != "" && n > 0 {
			marks[s.String()], here[s.String()] = "+", true
			if n < 10 {
				marks[s.String()] = strconv.Itoa(n)
			}
		}
	}
	for i, line := range lines {
		for name, mark := range marks {
			drawn := mark + " " + name
			if here[name] && paint != nil {
				drawn = paint(drawn)
			}
			line = strings.ReplaceAll(line, "@"+name+" ", drawn)
		}
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines
}

// A state is "@NAME " in the drawing, as wide as its mark, a space and its name.
const diagram = `
                  @CLOSED 
        listen() │        │ connect()
                 ▼        ▼
          @LISTEN         @SYN-SENT 
      SYN reçu │          │ réponse reçue
               ▼          ▼
  @SYN-RECEIVED  ──▶ @ESTABLISHED 
                    │           │
ce côté ferme : FIN │           │ FIN reçu
                    ▼           ▼
         @FIN-WAIT-1            @CLOSE-WAIT 
         │         │                   │ close()
         ▼         ▼                   ▼
@FIN-WAIT-2     @CLOSING          @LAST-ACK 
         │         │                   │
         ▼         ▼                   ▼
       @TIME-WAIT  ──────────────▶ (oublié)
`
