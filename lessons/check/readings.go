package check

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"labo/lessons/text"
)

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
		reads(`AF_INET address must be tuple, not`, "", "bind() et connect() veulent un couple, entre deux paires de parenthèses : (( \"localhost\", 12345 ))"),
		reads(`AF_INET address must be a pair`, "", "le couple a deux éléments, l'adresse et le port : (\"localhost\", 12345)"),
		reads(`str, bytes or bytearray expected, not int`, `bind|connect`, "dans le couple, l'adresse vient d'abord, et le port ensuite : (\"localhost\", 12345)"),
		reads(`object attribute '(bind|connect|listen|accept|recv|send|sendall|close)' is read-only`, "", "« = » remplacerait $1 ; pour l'appeler, ce sont des parenthèses : $1(…)"),
		reads(`'str' object cannot be interpreted as an integer|an integer is required \(got type str\)|argument 2 must be .*str`, `bind|connect|create_`,
			"le port est du texte : il faut un nombre, sans guillemets, ou int(…) autour de ce qui est lu"),
		reads(`'str' object cannot be interpreted as an integer`, "", "un nombre est attendu à cette ligne, et c'est du texte : ôtez les guillemets"),
		reads(`'float' object cannot be interpreted as an integer`, "", "un nombre entier est attendu à cette ligne, et celui-ci a un point"),
		reads(`a bytes-like object is required, not 'str'`, "", "un socket n'envoie que des octets : changez le texte avec .encode()"),
		reads(`can only concatenate str \(not "bytes"\)|can't concat str to bytes|startswith first arg must be bytes`, "",
			"du texte et des octets sont mêlés : ce qui vient de recv() devient du texte avec .decode()"),
		reads(`can only concatenate str \(not "(\w+)"\)`, "", "« + » ne colle que deux textes : l'un des deux est un $1 ; str(…) ou une f-chaîne en fait du texte"),
		reads(`Maybe you meant '==' `, "", "« = » donne une valeur à un nom ; pour comparer, c'est « == »"),
		reads(`unmatched '([\)\]\}])'`, "", "un « $1 » ferme ce que rien n'a ouvert : il est de trop, ou ce qui devait l'ouvrir manque"),
		reads(`^SyntaxError: invalid syntax`, "", "Python ne sait pas lire cette ligne : un signe y manque ou y est de trop, ou à la fin de celle d'avant"),
		reads(`cannot unpack non-iterable (?:builtin_function_or_)?method object`, "", "la fonction est nommée, et non appelée : il manque ses parenthèses, ( )"),
		reads(`^AssertionError: group argument must be None`, "", "Thread veut ses arguments par leurs noms : target=… et args=(…,)"),
		reads(`Thread.*got an unexpected keyword argument '(\w+)'`, "", "Thread ne connaît pas « $1 » : ce sont target=… et args=(…,)"),
		reads(`'str' object is not callable`, "", "un texte est appelé comme une fonction : ôtez les guillemets autour de son nom"),
		reads(`argument after \* must be an iterable, not socket`, "", "args veut un couple, même pour un seul : une virgule manque avant la parenthèse, args=(…,)"),
		reads(`'(?:bytes)' object has no attribute 'encode'`, "", "ce sont déjà des octets : encode() est de trop"),
		reads(`'str' object has no attribute 'decode'`, "", "c'est déjà du texte : decode() est de trop"),
		reads(`^RecursionError`, "", "une fonction s'appelle elle-même, sans fin : à l'une de ses lignes, c'est le nom d'une autre qu'il faut"),
		reads(`'tuple' object has no attribute`, "", "accept() et recvfrom() rendent un couple : écrivez « connexion, adresse = serveur.accept() »"),
		reads(`module '(socket|threading)' has no attribute '(\w+)'`, "", "le module $1 n'a rien qui s'appelle $2 : vérifiez ce nom, majuscules comprises"),
		reads(`'(socket|Thread)' object has no attribute '(\w+)'`, "", "un objet $1 n'a rien qui s'appelle $2 : vérifiez ce nom"),
		reads(`cannot access local variable '(\w+)'|local variable '(\w+)' referenced`, "",
			"« $1$2 » reçoit une valeur plus loin dans la fonction, mais pas encore à cette ligne"),
		reads(`name '(true|false|none)' is not defined`, "", "« $1 » n'existe pas : Python l'écrit avec une majuscule (True, False, None)"),
		reads(`name '(\w+)' is not defined`, "", "« $1 » n'existe pas : le nom est mal écrit, ou défini plus bas, ou son import manque"),
		reads(`^TypeError: (?:\w+\.)?(recv)\(\) takes (?:at least|exactly) (?:one|1) argument`, "", "$1() veut savoir combien d'octets lire au plus : $1(1024)"),
		reads(`^TypeError: `, `\bsocket\.close\(\s*\)`, "close() se demande à votre socket, et non au module : son nom, un point, puis close()"),
		reads(`^TypeError: (?:\w+\.)?shutdown\(\) (?:takes|missing|expected)`, "", "shutdown() veut savoir quel sens fermer ; pour rendre le socket au noyau, c'est close()"),
		reads(`^TypeError: (?:\w+\.)?(accept|close|start|fileno)\(\) takes (?:no arguments|1 positional)`, "", "$1() ne veut rien entre ses parenthèses"),
		reads(`values to unpack \(expected \d+(?:, got 2)?\)`, `accept\(`, "accept() rend deux valeurs : écrivez « connexion, adresse = serveur.accept() »"),
		reads(`^TypeError: (?:\w+\.)?(\w+)\(\) (?:takes|missing|expected)`, "", "$1() n'a pas reçu ce qu'il lui faut entre ses parenthèses : il en manque, ou il y en a trop"),
		reads(`'(?:builtin_function_or_method|method|function)' object (?:has no attribute|is not)|must be str, not builtin_function|required, not '(?:builtin_function_or_method|method|function)'`, "",
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
	if why := j.seenIn(tb); why != "" {
		return why
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

// seenIn says what an error means from what the program's lines show, "" where they
// show nothing of it.
func (j *judge) seenIn(tb *Traceback) string {
	lines := j.source(filepath.Base(j.File))
	if m := unknownModule().FindStringSubmatch(tb.Error); m != nil {
		if near := text.Nearest(m[1], []string{"socket", "threading", "time", "random", "select"}); len(near) > 0 {
			return "Python ne trouve pas de module « " + m[1] + " » : celui de la fiche s'appelle « " + near[0] + " »"
		}
	}
	if line := j.notUTF8(); line > 0 && strings.HasPrefix(tb.Error, "SyntaxError") {
		return fmt.Sprintf("le fichier n'est pas écrit en UTF-8 : sa ligne %d contient un octet qui n'en est pas. "+
			"Enregistrez-le en UTF-8 dans votre éditeur", line)
	}
	if indentationLost(lines) && (strings.HasPrefix(tb.Error, "IndentationError") || strings.Contains(tb.Error, "outside")) {
		return "plus aucune ligne de ce fichier n'est décalée : le copier-coller a perdu les espaces du début des lignes"
	}
	if m := unknownName().FindStringSubmatch(tb.Error); m != nil {
		return j.unknownName(m[1], tb.Line, tb.Code)
	}
	if m := unknownMember().FindStringSubmatch(tb.Error); m != nil {
		return j.unknownMember(m[1]+m[2], m[3], tb.Code)
	}
	if strings.Contains(tb.Error, "[Errno 22]") && strings.Contains(tb.Code, "bind(") {
		return boundBefore(lines, tb.Line)
	}
	if m := ofNothing().FindStringSubmatch(tb.Error); m != nil {
		return gaveNothing(lines, m[1])
	}
	if strings.Contains(tb.Error, "'tuple' object has no attribute") {
		if why := givenAddress(lines); why != "" {
			return why
		}
	}
	if m := sendingOn().FindStringSubmatch(tb.Code); m != nil && strings.HasPrefix(tb.Error, "BrokenPipeError") {
		if slices.ContainsFunc(lines, regexp.MustCompile(`^\s*`+m[1]+`\.listen\(`).MatchString) {
			return "« " + m[1] + " » est le socket qui écoute, et n'a personne en face : on écrit sur celui que rend accept()"
		}
	}
	if why := asMiswritten(tb.Error, tb.Code); why != "" {
		return why
	}
	return returned(tb.Error, lines)
}

var (
	unknownModule = expression(`^ModuleNotFoundError: No module named '(\w+)'`)
	unknownName   = expression(`^NameError: name '(\w+)'`)
	sendingOn     = expression(`\b(\w+)\.send(?:all)?\(`)
	unknownMember = expression(`^AttributeError: (?:module )?'(socket|threading|Thread)'( object)? has no attribute '(\w+)'`)
)

var ofNothing = expression(`^AttributeError: 'NoneType' object has no attribute '(\w+)'`)

// gaveNothing says of a call on nothing (None) which line has named what a call
// returned that returns nothing.
func gaveNothing(lines []string, called string) string {
	named := regexp.MustCompile(`^\s*(\w+)\s*=.*\)\.(start|bind|listen|connect|join)\(`)
	for n, l := range lines {
		m := named.FindStringSubmatch(l)
		if m != nil && slices.ContainsFunc(lines, regexp.MustCompile(`\b`+m[1]+`\.`+called+`\(`).MatchString) {
			return fmt.Sprintf("à la ligne %d, « %s » nomme ce que rend %s(), c'est-à-dire rien (None) : faites-en deux lignes, l'objet, puis %s.%s(…)", n+1, m[1], m[2], m[1], m[2])
		}
	}
	return "cette ligne appelle " + called + "() sur rien (None) : la fonction qui a donné cette valeur ne rend rien"
}

// givenAddress says of a pair that is asked for what a socket does, where accept() was
// given its two names: which of them is the socket.
func givenAddress(lines []string) string {
	for _, l := range lines {
		if m := wholeAccept().FindStringSubmatch(l); m != nil {
			return "c'est « " + m[2] + " », l'adresse du client, un couple, qui est employée là : le socket s'appelle « " + m[1] + " »"
		}
	}
	return ""
}

var wholeAccept = expression(`^\s*\(?(\w+)\s*,\s*(\w+)\)?\s*=\s*\w+\.accept\(\)`)

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

// indentationLost reports whether a program has blocks, and no line is indented. One
// alone may be written so by its author.
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
	return blocks > 1
}

// quotedText is what stands between quotes: words, and no names.
var quotedText = expression(`"[^"]*"|'[^']*'`)

// meant proposes a name that the program gives a value, and is nearly the unknown one,
// "" for none.
func (j *judge) meant(unknown string) string {
	var names []string
	for _, line := range j.source(filepath.Base(j.File)) {
		code, _, _ := strings.Cut(quotedText().ReplaceAllString(line, ""), "#")
		for _, m := range gives().FindAllStringSubmatch(code, -1) {
			for _, name := range regexp.MustCompile(`[A-Za-z_]\w+`).FindAllString(strings.Join(m[1:], " "), -1) {
				if name != unknown && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	if near := text.Nearest(unknown, names); len(near) > 0 {
		return near[0]
	}
	return ""
}

// gives is what gives names a value: "=", ":=", def, class, import, for, as.
var gives = expression(`^\s*\(?([\w, ]+)\)?\s*=[^=]|\bdef\s+(\w+)\s*\(([^)]*)|^\s*(?:from\s+\w+\s+)?import\s+([\w, ]+)|\bfor\s+([\w, ]+)\s+in\b|\bas\s+(\w+)|\b(\w+)\s*:=|\bclass\s+(\w+)`)

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
