package dialogue

import (
	"os/exec"
	"strings"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// EditApart opens the reader's editor in a window of its own, and says so in French.
func EditApart(cmd *exec.Cmd) (words string, err error) {
	if err := cmd.Start(); err != nil {
		return "", err
	}
	go cmd.Wait()
	return "Votre éditeur s'ouvre dans sa fenêtre ; labo attend votre fichier.", nil
}

// EditFault says in French why the reader's editor did not open their file.
func EditFault(err error) string {
	if f, ok := err.(*fault.Fault); ok {
		return text.Visible(strings.ToUpper(f.What[:1]) + f.What[1:] + ". " + f.Hint)
	}
	return "L'éditeur ne s'est pas ouvert, ou a mal fini (" + fault.Cause(err) + ")."
}
