package check

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"labo/lessons/text"
)

// What Python's errors mean, in French, with the cause that labo has seen for
// itself where it can.

// tell adds a line to the tale of the judgement.
func (t *trial) tell(format string, args ...any) {
	at := strings.Replace(fmt.Sprintf("%7.2f s  ", time.Since(t.began).Seconds()), ".", ",", 1)
	t.j.tale = append(t.j.tale, at+fmt.Sprintf(format, args...))
}

// hidden returns the exceptions that the program has caught in this run, the
// last ones.
func (t *trial) hidden() []Hidden {
	const most = 5
	if t.j.ledger == nil {
		return nil
	}
	all := parseHidden(t.j.ledger.read(t.told))
	return all[max(0, len(all)-most):]
}

// explain gives a finding its cause: an error of Python, or one that the program
// hides.
func (t *trial) explain(f *Finding) {
	switch tb := f.Traceback; {
	case tb != nil:
		f.Cause = t.j.meaning(tb)
		if f.Cause == "" && f.Exit == nil && tb.Error != "" {
			f.Cause = "une erreur Python a arrêté un thread : " + text.Visible(text.Truncate(tb.Error, 120))
		}
	case len(f.Hidden) > 0 && (f.Exit != nil || !expected(f.Hidden[len(f.Hidden)-1].Error)):
		h := f.Hidden[len(f.Hidden)-1]
		f.Cause = fmt.Sprintf("l'except de la ligne %d cache une erreur de la ligne %d : %s", h.Except, h.Line, text.Visible(text.Truncate(h.Error, 140)))
		if why := t.j.meaning(&Traceback{File: t.j.File, Line: h.Line, Code: t.j.line(filepath.Base(t.j.File), h.Line), Error: h.Error}); why != "" {
			f.Cause += " (" + why + ")"
		}
		f.variant("cache")
	case f.Exit != nil && f.Exit.Signal == syscall.SIGKILL && f.Limit == "":
		f.Cause = "ce signal n'est pas venu de labo, qui ne sait pas qui l'a envoyé"
	case f.Exit != nil && f.Exit.Code != 0 && f.LastError() != "":
		f.Cause = "le programme finit sur ces mots, écrits sur sa sortie d'erreur : « " + text.Visible(text.Truncate(f.LastError(), 120)) + " »"
	}
}

// expected reports whether an exception is one that a program catches as a matter
// of course: while it runs on, none of them explains what it does not do.
func expected(failed string) bool {
	name, _, _ := strings.Cut(failed, ":")
	switch name {
	case "timeout", "TimeoutError", "BlockingIOError", "InterruptedError", "KeyboardInterrupt", "StopIteration", "EOFError",
		"Empty", "Full", "ConnectionRefusedError":
		return true
	}
	return false
}

// LastError returns the last line that the program wrote on its error output, ""
// for none: one of its own, where there is one, and not a ResourceWarning, which
// Python says because labo asks for it.
func (e *Evidence) LastError() (last string) {
	lines := strings.Split(strings.TrimSpace(e.Errors), "\n")
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(line, "ResourceWarning: ") {
			last = line
		}
	}
	if last == "" {
		last = strings.TrimSpace(lines[len(lines)-1])
	}
	return last
}

// reading is one error of Python and what it means. $1 and on are what the
// pattern found.
type reading struct {
	failed *regexp.Regexp // of the error
	code   *regexp.Regexp // of the line, nil for any
	means  string
}

func reads(failed, code, means string) reading {
	r := reading{failed: regexp.MustCompile(failed), means: means}
	if code != "" {
		r.code = regexp.MustCompile(code)
	}
	return r
}

// readings are tried in this order. They are made when an error is read: every
// command would pay for them at its start, 0.3 ms.
var readings = sync.OnceValue(func() []reading {
	return []reading{
		reads(`invalid (?:character|non-printable character)[^(]*\(U\+(?:201[89C-F]|00AB|00BB)\)|invalid character '?[“”„‘’«»]`, "",
			"des guillemets de traitement de texte (« », “ ” ou ‘ ’) tiennent la place des guillemets droits : tapez \" ou ' au clavier"),
		reads(`invalid non-printable character U\+00A0|invalid non-printable character U\+202F`, "",
			"une espace insécable, qui ressemble à une espace, s'est glissée dans la ligne (copier-coller) : effacez-la et retapez une espace"),
		reads(`invalid (?:non-printable )?character .*U\+(\w+)`, "",
			"un caractère que Python n'admet pas dans un programme (U+$1) est venu avec un copier-coller : retapez-le"),
		reads(`Missing parentheses in call to '(\w+)'`, "", "c'est du Python 2 : en Python 3, $1 est une fonction, et s'écrit $1(…)"),
		reads(`name '(raw_input|unicode|xrange|unichr)' is not defined`, "",
			"c'est du Python 2 : $1 n'existe plus en Python 3 (input, str, range et chr l'ont remplacé)"),
		reads(`^TabError|inconsistent use of tabs`, "", "des tabulations et des espaces se mêlent au début des lignes : n'employez que des espaces"),
		reads(`expected an indented block`, "", "la ligne qui suit un « : » doit être décalée de quatre espaces"),
		reads(`unexpected indent`, "", "cette ligne est décalée, et rien au-dessus ne le demande : elle l'est trop, ou celle d'avant ne l'est pas assez"),
		reads(`unindent does not match`, "", "le décalage de cette ligne n'est celui d'aucun bloc ouvert au-dessus"),
		reads(`'(break|continue|return)' outside`, "", "« $1 » est au bord de la ligne, hors de sa boucle ou de sa fonction : le décalage manque"),
		reads(`expected ':'`, "", "un « : » manque à la fin de cette ligne"),
		reads(`'([\(\[\{])' was never closed`, "", "une parenthèse ouverte par « $1 » n'est jamais fermée"),
		reads(`unterminated (?:f-)?string|EOL while scanning`, "", "des guillemets ouverts ne sont pas fermés sur cette ligne"),
		reads(`(?:bind|connect|connect_ex)\(\) takes exactly one argument \(2 given\)`, "",
			"bind() et connect() veulent un seul argument, un couple : doublez les parenthèses, (( \"localhost\", 12345 ))"),
		reads(`'str' object cannot be interpreted as an integer|an integer is required \(got type str\)|argument 2 must be .*str`, `bind|connect|create_`,
			"le port est du texte : il faut un nombre, sans guillemets, ou int(…) autour de ce qui est lu"),
		reads(`a bytes-like object is required, not 'str'`, "", "un socket n'envoie que des octets : changez le texte avec .encode()"),
		reads(`can only concatenate str \(not "bytes"\)|can't concat str to bytes|startswith first arg must be bytes`, "",
			"du texte et des octets sont mêlés : ce qui vient de recv() devient du texte avec .decode()"),
		reads(`can only concatenate str \(not "(\w+)"\)`, "", "« + » ne colle que deux textes : l'un des deux est un $1 ; str(…) ou une f-chaîne en fait du texte"),
		reads(`Maybe you meant '==' `, "", "« = » donne une valeur à un nom ; pour comparer, c'est « == »"),
		reads(`unmatched '([\)\]\}])'`, "", "un « $1 » ferme ce que rien n'a ouvert : il est de trop, ou ce qui devait l'ouvrir manque"),
		reads(`^SyntaxError: invalid syntax`, "", "Python ne sait pas lire cette ligne : un signe y manque ou y est de trop, ou à la fin de celle d'avant"),
		reads(`cannot unpack non-iterable (?:builtin_function_or_)?method object`, "", "la fonction est nommée, et non appelée : il manque ses parenthèses, ( )"),
		reads(`argument after \* must be an iterable, not socket`, "", "args veut un couple, même pour un seul : une virgule manque, args=(connexion,)"),
		reads(`'(?:bytes)' object has no attribute 'encode'`, "", "ce sont déjà des octets : encode() est de trop"),
		reads(`'str' object has no attribute 'decode'`, "", "c'est déjà du texte : decode() est de trop"),
		reads(`'tuple' object has no attribute`, "", "accept() et recvfrom() rendent un couple : écrivez « connexion, adresse = serveur.accept() »"),
		reads(`module '(socket|threading)' has no attribute '(\w+)'`, "", "le module $1 n'a rien qui s'appelle $2 : vérifiez ce nom, majuscules comprises"),
		reads(`'(socket|Thread)' object has no attribute '(\w+)'`, "", "un objet $1 n'a rien qui s'appelle $2 : vérifiez ce nom"),
		reads(`cannot access local variable '(\w+)'|local variable '(\w+)' referenced`, "",
			"« $1$2 » reçoit une valeur plus loin dans la fonction, mais pas encore à cette ligne"),
		reads(`name '(true|false|none)' is not defined`, "", "« $1 » n'existe pas : Python l'écrit avec une majuscule (True, False, None)"),
		reads(`name '(\w+)' is not defined`, "", "« $1 » n'existe pas : le nom est mal écrit, ou défini plus bas, ou son import manque"),
		reads(`^TypeError: (?:\w+\.)?(recv)\(\) takes (?:at least|exactly) (?:one|1) argument`, "", "$1() veut savoir combien d'octets lire au plus : $1(1024)"),
		reads(`^TypeError: (?:\w+\.)?(\w+)\(\) (?:takes|missing|expected)`, "", "$1() n'a pas reçu ce qu'il lui faut entre ses parenthèses : il en manque, ou il y en a trop"),
		reads(`'(?:builtin_function_or_method|method|function)' object (?:has no attribute|is not)|must be str, not builtin_function`, "",
			"une fonction est nommée, et non appelée : il lui manque ses parenthèses, ( ), à cette ligne ou à celle qui a donné cette valeur"),
		reads(`type object 'socket' has no attribute '(\w+)'`, "",
			"avec « from socket import * », on écrit $1 sans « socket. » devant ; le plus simple est « import socket »"),
		reads(`partially initialized module '(\w+)'`, "", "votre fichier s'appelle $1.py, et prend la place du module de Python : donnez-lui un autre nom"),
		reads(`f-string: expecting '\}'`, "", "dans une f-chaîne, une accolade « { » n'est jamais fermée par « } »"),
		reads(`cannot join thread before it is started`, "", "ce thread n'a pas été lancé : start() manque avant join()"),
		reads(`threads can only be started once`, "", "start() est appelé deux fois sur le même thread : il en faut un nouveau à chaque fois"),
		reads(`No module named '([\w.]+)'`, "", "Python ne trouve pas de module « $1 » : vérifiez ce nom"),
		reads(`\[Errno (?:107|57)\]|\[WinError 10057\]`, "",
			"ce socket n'est connecté à personne : on lit et on écrit sur celui que rend accept() ou que connect() a relié ; celui qui écoute n'a personne en face"),
		reads(`\[Errno 9\]|\[WinError 10038\]`, "", "ce socket a déjà été fermé par close()"),
		reads(`\[Errno 22\]`, `accept`, "accept() est appelé sur un socket qui n'écoute pas : listen() manque, ou vient trop tard"),
		reads(`\[Errno 22\]`, `bind`, "bind() vient trop tard, ou deux fois : ce socket a déjà une adresse, que listen() lui a donnée s'il est passé avant"),
		reads(`\[Errno (?:98|48)\]|\[WinError 10048\]`, "", "le port est déjà pris"),
		reads(`\[Errno (?:99|49)\]|\[WinError 10049\]`, `bind`, "cette adresse n'est pas celle de cette machine : bind() ne peut pas la réserver"),
		reads(`\[Errno (?:101|113|65|51)\]|\[WinError 1005[01]\]`, "", "aucun chemin ne mène à cette adresse : le serveur de la fiche est sur « localhost »"),
		reads(`gaierror`, "", "ce nom de machine n'est connu de personne : écrivez « localhost », ou « 127.0.0.1 »"),
		reads(`port must be 0-65535`, "", "un port va de 0 à 65535"),
		reads(`^PermissionError: \[Errno 13\]`, `bind`, "sans droits particuliers, un programme ne peut pas prendre un port sous 1024"),
		reads(`^(?:TimeoutError|socket\.timeout|timeout)`, "", "settimeout() donne un délai à chaque attente : passé ce délai sans rien recevoir, l'appel lève une erreur"),
		reads(`^ConnectionRefusedError`, "", "personne n'écoute à cette adresse et à ce port"),
		reads(`^(?:ConnectionResetError|BrokenPipeError|ConnectionAbortedError)`, "", "l'autre côté est parti : l'appel suivant échoue"),
		reads(`^UnicodeDecodeError`, "", "decode() a reçu des octets qui ne forment pas, à eux seuls, du texte dans cet encodage"),
		reads(`^UnicodeEncodeError`, "", "cet encodage n'a pas de quoi écrire ce caractère : UTF-8 les a tous"),
		reads(`^EOFError`, "", "input() n'a plus rien à lire : l'entrée est finie"),
	}
})

// meaning says in French what an error of Python means in this program, "" where
// labo has no words for it.
func (j *judge) meaning(tb *Traceback) string {
	if len(j.shadows) > 0 && (!strings.HasPrefix(tb.Error, "SyntaxError") || j.isShadow(tb.File)) {
		what, remedy := ShadowWords(j.shadows[0])
		return what + ". " + strings.TrimSuffix(remedy, ".")
	}
	if m := regexp.MustCompile(`^ModuleNotFoundError: No module named '(\w+)'`).FindStringSubmatch(tb.Error); m != nil {
		if near := text.Nearest(m[1], []string{"socket", "threading", "time", "random", "select"}); len(near) > 0 {
			return "Python ne trouve pas de module « " + m[1] + " » : celui de la fiche s'appelle « " + near[0] + " »"
		}
	}
	if line := j.notUTF8(); line > 0 && strings.HasPrefix(tb.Error, "SyntaxError") {
		return fmt.Sprintf("le fichier n'est pas écrit en UTF-8 : sa ligne %d contient un octet qui n'en est pas. "+
			"Enregistrez-le en UTF-8 dans votre éditeur", line)
	}
	if indentationLost(j.source(filepath.Base(j.File))) && (strings.HasPrefix(tb.Error, "IndentationError") || strings.Contains(tb.Error, "outside")) {
		return "plus aucune ligne de ce fichier n'est décalée : le copier-coller a perdu les espaces du début des lignes"
	}
	if m := regexp.MustCompile(`^NameError: name '(\w+)'`).FindStringSubmatch(tb.Error); m != nil {
		if why := j.unknownName(m[1], tb.Line, tb.Code); why != "" {
			return why
		}
	}
	for _, r := range readings() {
		m := r.failed.FindStringSubmatchIndex(tb.Error)
		if m == nil || r.code != nil && !r.code.MatchString(tb.Code) {
			continue
		}
		return string(r.failed.ExpandString(nil, r.means, tb.Error, m))
	}
	return ""
}

// isShadow reports whether Python names a file that stands in the place of one of
// its own.
func (j *judge) isShadow(file string) bool {
	for _, s := range j.shadows {
		if filepath.Base(s) == filepath.Base(file) {
			return true
		}
	}
	return false
}

// notUTF8 returns the first line of the program with a byte that is no UTF-8, 0
// when there is none, or where the file says that it is written otherwise.
func (j *judge) notUTF8() int {
	b, err := os.ReadFile(j.File)
	if err != nil {
		return 0
	}
	for n, line := range bytes.Split(b, []byte("\n")) {
		if n < 2 && declared().Match(line) {
			return 0
		}
		if !utf8.Valid(line) {
			return n + 1
		}
	}
	return 0
}

// declared is how a file names its encoding (PEP 263).
var declared = expression(`^[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+`)

// indentationLost reports whether a program has blocks, and no line is indented.
func indentationLost(lines []string) bool {
	blocks := 0
	for _, line := range lines {
		if strings.TrimSpace(line) != "" && indentOf(line) > 0 {
			return false
		}
		if code, _, _ := strings.Cut(line, "#"); strings.HasSuffix(strings.TrimSpace(code), ":") {
			blocks++
		}
	}
	return blocks > 0
}

// quotedText is what stands between quotes: words, and no names.
var quotedText = expression(`"[^"]*"|'[^']*'`)

// meant proposes a name of the program that is nearly the unknown one, "" for none.
func (j *judge) meant(unknown string) string {
	seen := map[string]bool{unknown: true}
	var names []string
	for _, line := range j.source(filepath.Base(j.File)) {
		code, _, _ := strings.Cut(quotedText().ReplaceAllString(line, ""), "#")
		for _, name := range regexp.MustCompile(`[A-Za-z_]\w+`).FindAllString(code, -1) {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	if near := text.Nearest(unknown, names); len(near) > 0 {
		return near[0]
	}
	return ""
}

// ReadError finds the last exception in what a program wrote on its standard
// error, and says in French what it means in that program: "" where labo has no
// words for it. It returns nil where there is no exception.
func ReadError(ctx context.Context, python Python, file, stderr string) (*Traceback, string) {
	tb := parseTraceback(stderr, file)
	if tb == nil {
		return nil, ""
	}
	j := &judge{Config: Config{File: file, Python: python}, shadows: Shadows(ctx, python.Path, file)}
	j.command, j.python = commandOf(j.Config)
	return tb, j.meaning(tb)
}
