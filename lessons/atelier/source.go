// Package atelier holds the Python programs of the sheet, in our own words and
// with the sheet's behaviour.
package atelier

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed fichiers/*.py
var sources embed.FS

// Port is the port of the sheet.
const Port uint16 = 12345

// Source returns the text of "serveur.py", "client.py", "serveur2.py" or
// "client2.py", with that port in place of the sheet's.
func Source(name string, port uint16) (string, error) {
	b, err := sources.ReadFile("fichiers/" + name)
	if err != nil {
		return "", fmt.Errorf("the sheet has no program %s", name)
	}
	return strings.Replace(string(b), portLine(Port), portLine(port), 1), nil
}

// portLine is how each program names its port.
func portLine(port uint16) string { return fmt.Sprintf("PORT = %d", port) }
