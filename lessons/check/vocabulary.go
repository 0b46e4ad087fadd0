package check

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"labo/lessons/text"
)

// The names that a program of the sheet needs, and who has them.

// ofModule are names of a module, that are written behind its own.
var ofModule = map[string]string{
	"AF_INET": "socket", "AF_INET6": "socket", "SOCK_STREAM": "socket", "SOCK_DGRAM": "socket", "SOL_SOCKET": "socket",
	"SO_REUSEADDR": "socket", "SHUT_WR": "socket", "SHUT_RDWR": "socket", "create_connection": "socket", "create_server": "socket",
	"Thread": "threading", "Lock": "threading", "Event": "threading", "sleep": "time", "argv": "sys",
}

// ofSocket and ofText are asked of an object: its name and a point stand before.
var (
	ofSocket = []string{"bind", "listen", "accept", "recv", "send", "sendall", "connect", "close", "shutdown", "settimeout", "setsockopt"}
	ofText   = []string{"lower", "upper", "strip", "decode", "encode", "split"}
	ofThread = []string{"start", "join"}
)

// builtin are words that Python always knows.
var builtin = []string{"print", "input", "int", "str", "len", "range", "exit", "quit", "open", "break", "continue", "pass", "return"}

// otherwise are what beginners call a method of a socket or of a thread.
var otherwise = map[string]string{"wait": "join", "receive": "recv", "recieve": "recv", "read": "recv", "write": "sendall", "sendmessage": "sendall"}

// unknownName says more of a name that Python does not know, at a line: from where
// the program gives it a value, if it does, and what it may have meant.
func (j *judge) unknownName(name string, line int, code string) string {
	lines := j.source(filepath.Base(j.File))
	if why := j.parameter(name, lines[:min(max(line, 0), len(lines))]); why != "" {
		return why
	}
	given := regexp.MustCompile(`^\s*(?:[\w, ]+,\s*)?` + name + `\s*(?:,[\w, ]+)?=[^=]`)
	for n, l := range lines {
		if given.MatchString(l) && n+1 > line {
			return fmt.Sprintf("« %s » n'existe pas encore à cette ligne : c'est la ligne %d, plus bas, qui lui donne une valeur", name, n+1)
		}
	}
	used := regexp.MustCompile(`\b` + name + `\.`).MatchString(code)
	called := regexp.MustCompile(`\b` + name + `\s*\(`).MatchString(code)
	switch lower := strings.ToLower(name); {
	case used && slices.Contains([]string{"socket", "threading", "time", "sys", "os", "select", "random"}, name):
		return "il manque « import " + name + " » en haut du fichier"
	case slices.Contains([]string{"true", "false", "none", "raw_input", "unicode", "xrange", "unichr"}, name):
		return "" // what Python's error is read as says it
	case name == "localhost":
		return "« localhost » est du texte : il lui faut des guillemets, \"localhost\""
	case name != lower && slices.Contains(builtin, lower):
		return "« " + name + " » n'existe pas : Python l'écrit sans majuscule, " + lower
	case ofModule[name] != "" && j.imports(ofModule[name]):
		return "« " + name + " » est dans le module " + ofModule[name] + " : écrivez " + ofModule[name] + "." + name
	case called && slices.Contains(slices.Concat(ofSocket, ofText, ofThread), name):
		return j.bareMethod(name, code)
	}
	if near := text.Nearest(name, builtin); len(near) > 0 && called {
		return "« " + name + " » n'existe pas : le nom est mal écrit ; Python connaît « " + near[0] + " »"
	}
	if near := j.meant(name); near != "" {
		return "« " + name + " » n'existe pas : le nom est mal écrit ; le programme a « " + near + " »"
	}
	if sockets := j.sockets(); len(sockets) == 1 && regexp.MustCompile(`\b`+name+`\.(?:send|sendall|recv|accept|bind|listen|connect|close)\b`).MatchString(code) {
		return "« " + name + " » n'existe pas : le socket de ce programme s'appelle « " + sockets[0] + " »"
	}
	if slices.ContainsFunc(lines, given.MatchString) {
		return ""
	}
	return "« " + name + " » n'existe pas : " + j.ungiven(name, lines[:min(max(line, 0), len(lines))])
}

// parameter says that a name is that of a function's parameter, and that the last
// of lines is not in that function; "" where it is not so.
func (j *judge) parameter(name string, lines []string) string {
	def := regexp.MustCompile(`^(\s*)def\s+(\w+)\([^)]*\b` + name + `\b`)
	function, margin := "", 0
	for _, l := range lines {
		m := def.FindStringSubmatch(l)
		switch {
		case m != nil:
			function, margin = m[2], len(m[1])
		case function != "" && strings.TrimSpace(l) != "" && !strings.HasPrefix(strings.TrimSpace(l), "#") && indentOf(l) <= margin:
			words := "« " + name + " » n'existe que dans la fonction " + function + "(), et cette ligne n'y est pas"
			if regexp.MustCompile(`^(?:while|for|if|try)\b`).MatchString(l) {
				return words + " : « " + text.Visible(strings.TrimSpace(l)) + " » doit être décalé pour en faire partie"
			}
			return words + j.here()
		}
	}
	return ""
}

// here names the program's only socket, where it has one.
func (j *judge) here() string {
	if names := j.sockets(); len(names) == 1 {
		return " : ici, le socket s'appelle « " + names[0] + " »"
	}
	return ""
}

// ungiven says why a name that no line gives a value has none; lines are those that
// come before, and the one that needs it.
func (j *judge) ungiven(name string, lines []string) string {
	named := regexp.MustCompile(`^\s*(?:[\w, ]+,\s*)?` + name + `\s*(?:,[\w, ]+)?(==|:\s*\w)`)
	for n, l := range slices.Backward(lines) {
		switch m := named.FindStringSubmatch(l); {
		case m != nil && m[1] == "==":
			return fmt.Sprintf("à la ligne %d, « == » compare ; c'est « = » qui donne une valeur à un nom", n+1)
		case m != nil:
			return fmt.Sprintf("à la ligne %d, « : » ne donne pas de valeur à un nom ; c'est « = »", n+1)
		case halfAccept().MatchString(l) && strings.HasPrefix(name, "adr"):
			return fmt.Sprintf("accept(), à la ligne %d, rend un couple : écrivez « connexion, adresse = serveur.accept() »", n+1)
		}
	}
	return "aucune ligne ne lui donne de valeur (« " + name + " = … »), ou le nom est mal écrit"
}

var halfAccept = expression(`^\s*(?:\w+\s*=\s*)?\w+\.accept\(\)`)

// bareMethod says of a method that is called by its name alone what must stand
// before it.
func (j *judge) bareMethod(name, code string) string {
	if m := regexp.MustCompile(`^\s*(\w+)\s*,\s*` + name + `\s*\(`).FindStringSubmatch(code); m != nil {
		return "une virgule tient la place du point : " + m[1] + "." + name + "(…)"
	}
	if m := regexp.MustCompile(`\b` + name + `\s*\(\s*(\w+)\s*\)`).FindStringSubmatch(code); m != nil && (name == "close" || !slices.Contains(ofSocket, name)) {
		return name + "() s'écrit derrière ce nom, avec un point : " + m[1] + "." + name + "()"
	}
	switch {
	case slices.Contains(ofText, name):
		return name + "() se demande à un texte ou à des octets, avec un point devant"
	case slices.Contains(ofThread, name):
		return name + "() se demande à un thread : son nom, puis un point, puis " + name + "()"
	}
	return name + "() se demande à un socket : " + j.socketName() + "." + name + "(…)"
}

// unknownMember says of what a module or an object does not have whose it is, or
// what it may have meant; "" where labo does not know.
func (j *judge) unknownMember(owner, name, code string) string {
	names := slices.Clone(ofSocket)
	switch owner {
	case "socket":
		if slices.Contains(ofSocket, name) {
			return name + "() se demande à votre socket, et non au module : " + j.socketName() + "." + name + "(…)"
		}
		if m := regexp.MustCompile(`\b` + name + `-(\w+)`).FindStringSubmatch(code); m != nil && ofModule[name+"_"+m[1]] != "" {
			return name + "_" + m[1] + " s'écrit avec un tiret bas, « _ »"
		}
		names = []string{"socket"}
	case "threading":
		if slices.Contains(ofThread, name) {
			return name + "() se demande à un thread, et non au module : son nom, un point, puis " + name + "()"
		}
		names = nil
	case "Thread object":
		names = ofThread
	}
	for member, module := range ofModule {
		if module == owner {
			names = append(names, member)
		}
	}
	near := otherwise[strings.ToLower(name)]
	if (near == "join") != (owner == "Thread object") {
		near = ""
	}
	if all := text.Nearest(name, names); len(all) > 0 {
		near = all[0]
	}
	if near == "" || owner == "socket" && slices.Contains(ofSocket, near) {
		return ""
	}
	return "« " + name + " » n'existe pas là : le nom est mal écrit ; c'est « " + near + " »"
}

// imports reports whether the program imports a module by its name.
func (j *judge) imports(module string) bool {
	return slices.ContainsFunc(j.source(filepath.Base(j.File)), regexp.MustCompile(`^\s*import\s[^#]*\b`+module+`\b`).MatchString)
}

// sockets returns the names of the sockets that the program makes.
func (j *judge) sockets() (names []string) {
	for _, l := range j.source(filepath.Base(j.File)) {
		if m := socketMade().FindStringSubmatch(l); m != nil && !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// socketName is the name of the program's only socket, or one for it.
func (j *judge) socketName() string {
	if names := j.sockets(); len(names) == 1 {
		return names[0]
	}
	return "votre_socket"
}

var socketMade = expression(`^\s*(\w+)\s*=\s*socket\.(?:socket|create_)`)
