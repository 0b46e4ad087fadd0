package probe

import (
	"path"
	"slices"
	"strings"
)

// interpreter says how a program that runs others is called: which of its
// options take a word of their own, and which hold the program itself.
type interpreter struct {
	names []string // of the executable, without version: "python" for python3.11
	// code are the options after which no file comes: the program is in the
	// next word, or on standard input.
	code []string
	// module are the options whose next word names the program, -m of Python.
	module []string
	// file are the options whose next word is the file, -jar of Java.
	file []string
	// word are the other options that take the next word.
	word []string
	// cluster: letters may be joined behind one dash, as -um.
	cluster bool
	// verbs are words before the file: "run" of deno.
	verbs []string
}

// interpreters are the programs of which a person knows the script, not the
// executable. Options as in their manuals.
var interpreters = []interpreter{
	{names: []string{"python", "pythonw", "pypy"}, code: []string{"-c"}, module: []string{"-m"},
		word: []string{"-W", "-X", "-Q", "--check-hash-based-pycs"}, cluster: true},
	{names: []string{"node", "nodejs"}, code: []string{"-e", "--eval", "-p", "--print", "-pe"},
		word: []string{"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"}},
	{names: []string{"java", "javaw"}, file: []string{"-jar"}, module: []string{"-m", "--module"},
		word: []string{"-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens", "--add-exports", "--add-reads", "--source"}},
	{names: []string{"ruby"}, code: []string{"-e"}, word: []string{"-I", "-r", "-C", "-E"}, cluster: true},
	{names: []string{"perl"}, code: []string{"-e", "-E"}, word: []string{"-I"}, cluster: true},
	{names: []string{"php"}, code: []string{"-r", "-S"}, file: []string{"-f"}, word: []string{"-d", "-c", "-z", "-t"}},
	{names: []string{"lua", "luajit"}, code: []string{"-e"}, word: []string{"-l"}},
	{names: []string{"sh", "bash", "dash", "zsh", "ksh", "ash"}, code: []string{"-c"}, word: []string{"-o", "+o", "-O", "+O", "--rcfile", "--init-file"}, cluster: true},
	{names: []string{"fish"}, code: []string{"-c", "--command"}, word: []string{"-C", "--init-command"}},
	{names: []string{"dotnet"}, verbs: []string{"exec"}},
	{names: []string{"deno", "bun"}, verbs: []string{"run"}},
}

// programName returns what a person calls a program that was started with
// args and that the system calls name: the script of an interpreter
// ("serveur.py", "app.jar"), "python3 -m http.server", "python3 -c" where the
// program has no file, else the executable's name. All of it is hostile text.
func programName(args []string, name string) string {
	if len(args) == 0 || args[0] == "" {
		return name
	}
	called := baseName(args[0])
	for i := range interpreters {
		if interpreters[i].is(called) {
			if script := interpreters[i].program(args[1:]); strings.HasPrefix(script, "-") {
				return called + " " + script
			} else if script != "" {
				return baseName(script)
			}
			return called
		}
	}
	// The system cuts names (15 bytes on Linux); the first word says the rest.
	if name == "" || strings.HasPrefix(called, name) {
		return called
	}
	return name
}

// is reports whether an executable is this interpreter: "python3.11", "node".
func (in *interpreter) is(called string) bool {
	called = strings.ToLower(strings.TrimRight(called, "0123456789."))
	return slices.Contains(in.names, called)
}

// program returns the file that the words after the interpreter's name run,
// "-m module" or "-c" where there is none, "" where the interpreter is alone.
func (in *interpreter) program(words []string) string {
	for len(words) > 0 {
		w := words[0]
		words = words[1:]
		switch {
		case w == "" || slices.Contains(in.verbs, w):
			continue
		case w == "--":
			return first(words)
		case w == "-": // the program comes by standard input
			return w
		case w[0] != '-' && w[0] != '+':
			return w
		case slices.Contains(in.file, w):
			return first(words)
		}
		option, rest := in.option(w)
		if rest == "" {
			rest = first(words)
		}
		switch {
		case slices.Contains(in.code, option):
			return option
		case slices.Contains(in.module, option):
			return strings.TrimSpace(option + " " + rest)
		case slices.Contains(in.word, option) && option == w && len(words) > 0:
			words = words[1:]
		}
	}
	return ""
}

// option returns the option of a word that matters, with what stands behind it
// in the same word. Behind one dash, several letters are several options until
// one takes the rest.
func (in *interpreter) option(w string) (option, rest string) {
	if !in.cluster || len(w) < 3 || w[1] == '-' {
		return w, ""
	}
	for i := 1; i < len(w); i++ {
		option = w[:1] + w[i:i+1]
		if slices.Contains(in.code, option) || slices.Contains(in.module, option) {
			return option, w[i+1:]
		}
		if slices.Contains(in.word, option) {
			if i == len(w)-1 {
				return w, "" // takes the next word
			}
			return option, w[i+1:]
		}
	}
	return w, ""
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// baseName returns the last part of a path of any system, without ".exe" and
// without the dash of a login shell. What has no last part comes back whole.
func baseName(file string) string {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	base = strings.TrimPrefix(strings.TrimSuffix(base, ".exe"), "-")
	if base == "" || base == "." || base == "/" {
		return file
	}
	return base
}
