package dialogue

import (
	"strings"

	"labo/lessons/fault"
	"labo/lessons/text"
)

// EditFault says in French why the reader's editor did not open their file.
func EditFault(err error) string {
	if f, ok := err.(*fault.Fault); ok {
		return text.Visible(strings.ToUpper(f.What[:1]) + f.What[1:] + ". " + f.Hint)
	}
	return "L'éditeur ne s'est pas ouvert, ou a mal fini (" + fault.Cause(err) + ")."
}
