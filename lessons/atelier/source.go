// Package atelier holds the Python programs of the sheet, in our own words and
// with the sheet's behaviour.
package atelier

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed fichiers/*.py
var sources embed.FS

// portLine is how each program names its port.
const portLine = "PORT = 12345"

// Source returns the text of "serveur.py", "client.py", "serveur2.py" or
// "client2.py", with that port in place of the sheet's.
func Source(name string, port int) (string, error) {
	b, err := sources.ReadFile("fichiers/" + name)
	if err != nil {
		return "", fmt.Errorf("the sheet has no program %s", name)
	}
	return strings.Replace(string(b), portLine, "PORT = "+strconv.Itoa(port), 1), nil
}
