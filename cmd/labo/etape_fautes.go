package main

import (
	"errors"
	"fmt"
	"strconv"

	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/fault"
	"labo/lessons/text"
)

func keyboardFault(err error, step int) error {
	return fault.Failed("le clavier ne peut pas être lu", fmt.Sprintf("Essayez `labo etape %d --auto`.", step), err)
}

// portFault says who has the port of the lesson, and how to play without it: the
// whole command again.
func portFault(err error, command string) error {
	if taken, ok := errors.AsType[*chat.PortTakenError](err); ok {
		what, hint := taken.Words()
		if taken.Free != 0 {
			hint += fmt.Sprintf(" Sinon, jouez sur un autre port : `%s --port %d`.", command, taken.Free)
		}
		return fault.Failed(what, hint, err)
	}
	if f := chat.Fault(err); f != nil {
		return f
	}
	return err
}

// stepFault gives French words to what can end a step.
func stepFault(err error) error {
	if unknown, ok := errors.AsType[*bench.UnknownSceneError](err); ok {
		near := text.Nearest(unknown.Scene, unknown.Known)
		for i := range near {
			near[i] = "etape " + strconv.Itoa(unknown.Step) + " --scene " + near[i]
		}
		return fault.Usage(fmt.Sprintf("l'étape %d n'a pas de scène « %s »", unknown.Step, text.Visible(unknown.Scene)),
			didYouMean("labo", near)+"Ses scènes sont : "+andList(unknown.Known)+".")
	}
	if broken, ok := errors.AsType[*bench.SceneError](err); ok {
		return fault.Failed("une scène n'a pas pu aller à son terme : "+broken.Scene,
			"Le motif est affiché dans la scène. `labo sonde` montre l'état du port.", err)
	}
	return err
}
