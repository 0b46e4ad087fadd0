package probe

import (
	"strings"
	"testing"
)

func TestProgramName(t *testing.T) {
	for _, c := range []struct{ args, name, want string }{
		{"python3 serveur.py", "python3", "serveur.py"},
		{"/usr/bin/python3.11 -u ./tp/serveur2.py 12345", "python3.11", "serveur2.py"},
		{`C:\Python311\python.exe C:\Users\eleve\serveur.py`, "python.exe", "serveur.py"},
		{"python3 -m http.server 12345", "python3", "python3 -m http.server"},
		{"python3 -um http.server", "python3", "python3 -m http.server"},
		{"python3 -X dev -W ignore -I serveur.py", "python3", "serveur.py"},
		{"python3 -Xdev -Wignore serveur.py", "python3", "serveur.py"},
		{"python3 -c import_socket", "python3", "python3 -c"},
		{"python3 -Ic import_socket", "python3", "python3 -c"},
		{"python3 -", "python3", "python3 -"},
		{"python3", "python3", "python3"},
		{"python3 -- -serveur.py", "python3", "python3 -serveur.py"},
		{"pythonista serveur.py", "pythonista", "pythonista"},
		{"node serveur.js", "node", "serveur.js"},
		{"node --inspect=9229 -r dotenv/config dist/serveur.js", "node", "serveur.js"},
		{"node -e code", "node", "node -e"},
		{"java -Xmx1g -cp lib/a.jar Serveur 12345", "java", "Serveur"},
		{"java -jar target/serveur.jar", "java", "serveur.jar"},
		{"java Serveur.java", "java", "Serveur.java"},
		{"java -m tp/tp.Serveur", "java", "java -m tp/tp.Serveur"},
		{"ruby -Ilib -W0 serveur.rb", "ruby", "serveur.rb"},
		{"ruby -rsocket -e code", "ruby", "ruby -e"},
		{"perl -w serveur.pl", "perl", "serveur.pl"},
		{"php -S localhost:12345", "php", "php -S"},
		{"php -d display_errors=1 serveur.php", "php", "serveur.php"},
		{"lua5.4 serveur.lua", "lua5.4", "serveur.lua"},
		{"bash ./lancer.sh", "bash", "lancer.sh"},
		{"/bin/sh -ec boucle", "sh", "sh -c"},
		{"-bash", "bash", "bash"},
		{"bash -o pipefail lancer.sh", "bash", "lancer.sh"},
		{"deno run --allow-net serveur.ts", "deno", "serveur.ts"},
		{"dotnet bin/Serveur.dll", "dotnet", "Serveur.dll"},
		{"/usr/bin/python3 /usr/bin/flask run", "flask", "flask"},
		{"./serveur", "serveur", "serveur"},
		{"/usr/libexec/gnome-terminal-server", "gnome-terminal-", "gnome-terminal-server"},
		{"gunicorn:_master_[app]", "gunicorn", "gunicorn:_master_[app]"},
		{"", "kworker/0:1", "kworker/0:1"},
		{"/", "x", "x"},
		{"serveur", "autre", "autre"}, // it renamed itself
	} {
		got := programName(strings.Split(c.args, " "), c.name)
		if got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.args, c.name, got, c.want)
		}
	}
	if got := programName(nil, "python3"); got != "python3" {
		t.Errorf("no words: %q", got)
	}
}

func FuzzProgramName(f *testing.F) {
	f.Add("python3\x00-um\x00http.server", "python3")
	f.Add("java\x00-jar", "java")
	f.Fuzz(func(t *testing.T, args, name string) {
		got := programName(strings.Split(args, "\x00"), name)
		if got == "" && name != "" {
			t.Errorf("%q, %q: no name", args, name)
		}
	})
}
