package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"labo/lessons/check"
	"labo/lessons/check/runner"
	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// fileJob makes a job judge a file: a Python file, or a program.
func fileJob(job *check.Config, file string) error {
	name := "« " + text.Visible(file) + " »"
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fault.Failed("le fichier "+name+" n'existe pas",
			"Vérifiez le nom et le dossier. `labo atelier` écrit des fichiers pour commencer.", err)
	case err != nil:
		return fault.Failed("impossible de lire "+name+" ("+cause(err)+")", "Vérifiez vos droits sur ce fichier.", err)
	case info.IsDir():
		return fault.Usage(name+" est un dossier", "Donnez un fichier de ce dossier : par exemple `labo verifier "+
			text.Visible(filepath.Join(file, "serveur.py"))+"`.")
	}
	job.File = file
	if isPython(file) {
		f, err := os.Open(file)
		if err != nil {
			return fault.Failed("impossible de lire "+name+" ("+cause(err)+")", "Vérifiez vos droits sur ce fichier.", err)
		}
		return f.Close()
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	job.Argv = []string{path}
	return nil
}

// checkFault puts the errors of a judgement into French.
func checkFault(job check.Config, err error) error {
	var busy *check.PortBusyError
	var role *check.UnknownRoleError
	var id *check.UnknownCheckError
	var start *runner.StartError
	name := "« " + text.Visible(job.File) + " »"
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &busy):
		return busyFault(busy, err)
	case errors.As(err, &role):
		if role.File == "" {
			name = "ce programme"
		}
		if f := role.Crash; f != nil {
			return crashFault(name, f, err)
		}
		return fault.Failed("impossible de reconnaître le rôle de "+name+" : il n'écoute pas, et n'appelle pas le port",
			"Donnez-le : `--role serveur`, `--role client`, `--role serveur2` ou `--role client2`.", err)
	case errors.As(err, &id):
		return fault.Usage("il n'y a pas de vérification « "+text.Visible(id.ID)+" » pour le rôle "+id.Role.String(),
			nearChecks(id)+"Un jugement complet les nomme toutes.")
	case errors.Is(err, check.ErrHeldUp):
		return fault.Failed(fault.Cause(err), "Fermez ce qui l'occupe, ou donnez le rôle (`--role serveur`, par exemple), puis recommencez.", err)
	case errors.As(err, &start):
		return fault.Failed("impossible de lancer « "+text.Visible(start.Program)+" » ("+cause(start.Err)+")",
			"Vérifiez que c'est un programme, et que vous avez le droit de le lancer.", err)
	}
	return err
}

// crashFault says how a program ends before it shows which role it plays.
func crashFault(name string, f *check.Finding, err error) error {
	what := name + " s'arrête avant d'écouter ou d'appeler : " + f.Actual
	if tb := f.Traceback; tb != nil && tb.Line > 0 {
		what += fmt.Sprintf(" (ligne %d)", tb.Line)
	}
	hint := "Un serveur attend des appels, et un client appelle : ce programme a fini sans faire ni l'un ni l'autre."
	if f.Cause != "" {
		first, n := utf8.DecodeRuneInString(f.Cause)
		hint = string(unicode.ToUpper(first)) + f.Cause[n:] + "."
	}
	return fault.Failed(what, hint, err)
}

func nearChecks(e *check.UnknownCheckError) string {
	return didYouMean("", text.Nearest(e.ID, check.IDs(e.Role)))
}

// busyFault says who has the port.
func busyFault(busy *check.PortBusyError, err error) error {
	see := fmt.Sprintf("`labo sonde %d` montre tout ce qui s'y passe.", busy.Port)
	v := busy.Verdict()
	if v.Outcome == probe.Granted {
		return fault.Failed(fmt.Sprintf("le port %d n'était pas libre, et labo n'a pas vu par quoi", busy.Port), see, err)
	}
	what, hint := measured.TakenPort(busy.Port, v)
	return fault.Failed(what, strings.TrimSpace(hint+" "+see), err)
}

// pythonFault says that there is no Python, and how to get one.
func pythonFault(err error) error {
	var missing *check.NoPythonError
	if !errors.As(err, &missing) {
		return err
	}
	what := "Python est introuvable sur cette machine"
	if missing.Offer != "" {
		what = text.Visible(missing.Offer) + " n'est pas Python : ce n'est que l'offre de ce système de l'installer"
	}
	if missing.Old != nil {
		what = fmt.Sprintf("Python %d.%d est trop ancien : il faut 3.8 ou plus récent", missing.Old.Major, missing.Old.Minor)
	}
	return fault.Failed(what, pythonHint(), err)
}

// pythonHint says how to get Python on this system.
func pythonHint() string {
	switch runtime.GOOS {
	case "windows":
		return "Installez-le depuis python.org (cochez « Add python.exe to PATH »), puis rouvrez ce terminal."
	case "darwin":
		return "Installez-le depuis python.org, ou tapez `xcode-select --install`."
	}
	return "Installez-le avec votre gestionnaire de paquets : par exemple `sudo apt install python3`."
}
