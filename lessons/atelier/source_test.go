package atelier

import (
	"strings"
	"testing"
)

func TestSourceOnAnotherPort(t *testing.T) {
	for _, name := range []string{"serveur.py", "client.py", "serveur2.py", "client2.py"} {
		src, err := Source(name, 23456)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(src, "PORT = 23456") != 1 || strings.Contains(src, portLine(Port)) {
			t.Errorf("%s does not take its port from one line:\n%s", name, src)
		}
	}
	if _, err := Source("autre.py", 1); err == nil {
		t.Error("a program that the sheet does not have")
	}
}
