package diagnostic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"labo/lessons/check"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe/files"
	"labo/probe/host"
)

func machine(m host.Machine, getenv func(string) string) []Finding {
	const unknown = "inconnu"
	system := map[string]string{"linux": "Linux", "darwin": "macOS", "windows": "Windows"}[m.System]
	return []Finding{
		{ID: "system", Subject: "système", Said: text.Visible(cmp.Or(system, m.System)+" · "+m.Name.Or(unknown)+" · noyau "+m.Kernel.Or(unknown)) +
			fmt.Sprintf(" · %s, %s", m.Arch, text.Plural(m.CPUs, "processeur"))},
		rights(),
		kept("home", "cahier", "LABO_HOME", homeTried),
		kept("temporary", "temporaire", map[bool]string{true: "TEMP", false: "TMPDIR"}[runtime.GOOS == "windows"], placeTried),
		browser(getenv),
	}
}

func rights() Finding {
	f := Finding{ID: "rights", Subject: "droits"}
	switch euid := os.Geteuid(); {
	case euid == 0:
		f.Said = "administrateur (root) : labo voit aussi les programmes des autres"
	case euid > 0:
		f.Said = "utilisateur ordinaire : c'est ce qu'il faut pour les étapes"
	default:
		f.Said = "ceux de votre session Windows"
	}
	return f
}

// kept tries a place where labo writes; variable names another one to it.
func kept(id, subject, variable string, try func() (string, error)) Finding {
	dir, err := try()
	if err == nil {
		return Finding{ID: id, Subject: subject, Level: Fine, Said: text.Visible(dir)}
	}
	return Finding{ID: id, Subject: subject, Level: Lacking, Said: "rien ne peut y être écrit : " + fault.Cause(err),
		Remedy: "Donnez à labo un dossier où écrire : la variable " + variable + " le nomme."}
}

// homeTried writes a file where the notebook is kept, and takes it away.
func homeTried() (string, error) {
	dir, err := files.Home(runtime.GOOS, os.Getenv)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, "diagnostic-*")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString("labo")
	return dir, errors.Join(err, f.Close(), os.Remove(f.Name()))
}

// placeTried makes a private folder for what is temporary, and takes it away.
func placeTried() (string, error) {
	t, err := files.NewTemp()
	if err != nil {
		return "", err
	}
	dir := filepath.Dir(t.Dir)
	return dir, t.Close()
}

// smallest is the size under which a full screen gives way to lines.
const (
	fewestColumns = 60
	fewestRows    = 20
)

func terminal(t Terminal) []Finding {
	if !t.Is {
		return []Finding{{ID: "terminal", Subject: "sortie", Said: "un tube ou un fichier : labo y écrit ligne après ligne"}}
	}
	size := Finding{ID: "terminal", Subject: "taille", Level: Fine,
		Said: fmt.Sprintf("%s, %d colonnes × %d lignes", text.Visible(cmp.Or(t.Name, "TERM vide")), t.Columns, t.Rows)}
	switch {
	case t.Columns == 0 || t.Rows == 0:
		size.Level, size.Said = Limited, "ce terminal ne dit pas sa taille : labo y écrit ligne après ligne"
	case !t.Draws:
		size.Level, size.Said = Limited, size.Said+" ; il n'obéit pas à ce que demande un plein écran : labo y écrit ligne après ligne"
	case t.Columns < fewestColumns || t.Rows < fewestRows:
		size.Level, size.Remedy = Limited, fmt.Sprintf("Agrandissez la fenêtre : à partir de %d × %d, tout se lit.", fewestColumns, fewestRows)
	}
	letters := Finding{ID: "letters", Subject: "caractères", Level: Fine, Said: "oui, tous (UTF-8)"}
	if !t.Unicode {
		letters.Level, letters.Said = Limited, "pas tous : labo remplace les flèches et les traits"
		letters.Remedy = "Choisissez une langue en UTF-8 : LANG vaut « " + text.Visible(cmp.Or(t.Locale, "rien")) + " »."
		if runtime.GOOS == "windows" {
			letters.Remedy = "Le programme « Terminal Windows » (Windows Terminal) les dessine tous."
		}
	}
	color := Finding{ID: "color", Subject: "couleur", Level: Fine, Said: "oui"}
	if !t.Color {
		color.Level, color.Said = Told, "non (NO_COLOR, TERM ou --couleur en décident) ; rien n'est dit par la couleur seule"
	}
	return []Finding{size, letters, color}
}

// pythons runs every command that may be Python.
func pythons(ctx context.Context) []Finding {
	found := check.Pythons(ctx)
	var all []Finding
	chosen := false
	for _, p := range found {
		f := Finding{ID: "python", Subject: p.Command, Said: text.Visible(p.String())}
		switch {
		case !p.Recent():
			f.Level, f.Said = Limited, f.Said+" : trop ancien pour les programmes de la fiche"
		case !chosen:
			chosen, f.Level, f.Said = true, Fine, "celui que labo prend : "+f.Said
		}
		all = append(all, f)
	}
	if !chosen {
		all = append(all, Finding{ID: "python", Subject: "python3", Level: Lacking, Remedy: installPython(),
			Said: "aucun Python 3.8 ou plus récent ne répond : `labo verifier`, `labo trace` et les scènes en Python ne marchent pas ici. Le reste, si."})
	}
	return all
}

func installPython() string {
	switch runtime.GOOS {
	case "windows":
		return "Installez Python depuis python.org (cochez « Add python.exe to PATH »), puis ouvrez un nouveau terminal."
	case "darwin":
		return "Installez Python depuis python.org, puis ouvrez un nouveau terminal."
	}
	return "Installez Python 3 par votre système (sous Debian et Ubuntu : `sudo apt install python3`)."
}
