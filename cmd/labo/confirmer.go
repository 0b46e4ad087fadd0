package main

import (
	"context"
	"fmt"
	"strings"

	"labo/lessons/stage/linear"
	"labo/lessons/text"
)

// confirm asks a question whose answer is no unless the reader types "o" or
// "oui". Where nobody can be asked, it returns otherwise.
func confirm(ctx context.Context, c *console, question string, otherwise error) (bool, error) {
	if !c.inTerminal() || !c.errTerminal() {
		return false, otherwise
	}
	return ask(ctx, c, question)
}

// ask asks it of whoever types, or of a pipe. Where nobody answers, it is no.
func ask(ctx context.Context, c *console, question string) (yes bool, err error) {
	keys, err := linear.NewKeyboard(c.in)
	if err != nil {
		return false, nil
	}
	defer keys.Close()
	lines := text.Wrap(text.French(question)+" [o/N]", c.width()-len(" › ")-1)
	for _, l := range lines[:len(lines)-1] {
		fmt.Fprintln(c.err, l)
	}
	answer, err := keys.Ask(ctx, c.err, lines[len(lines)-1]+" › ")
	if err != nil {
		fmt.Fprintln(c.err)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		return false, nil // the end of input is no yes
	}
	answer = text.Fold(strings.TrimSpace(answer))
	return answer == "o" || answer == "oui", nil
}
