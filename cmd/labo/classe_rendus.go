package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons"
	"labo/lessons/fault"
	"labo/lessons/handin"
	"labo/lessons/room"
	"labo/lessons/stage/roster"
	"labo/lessons/text"
)

func newRendusCommand(c *console) *cobra.Command {
	name, from, out := defaultClass, "", ""
	cmd := &cobra.Command{
		Use:   "rendus [NOM]",
		Short: "Réunit les cahiers rendus et les votes : un dossier, une table, un rapport de la classe",
		Long: "Met dans un dossier neuf les cahiers que la classe a rendus (`labo cahier --rendre`) : chacun en JSON et en page à lire, une table pour un " +
			"tableur (pseudonyme, votes et prédictions avant et après, vérifications), et un rapport : quelles idées restent, lesquelles ont bougé. " +
			"Les votes y sont, même de qui n'a rien rendu. Rien ne s'ouvre pour cela.\n\n" +
			"Avec --de, ce sont les cahiers d'un dossier, reçus autrement : un fichier .json par élève.",
		Example: "labo classe rendus\nlabo classe rendus \"2nde 4\" --sortie rendus-2nde4\nlabo classe rendus --de dossier/",
		Args:    className(&name),
		RunE: func(cmd *cobra.Command, args []string) error {
			if from != "" && len(args) > 0 {
				return fault.Usage("--de et un nom de classe se contredisent", "Les cahiers viennent d'une classe, ou d'un dossier.")
			}
			return gather(cmd.Context(), c, name, from, out)
		},
	}
	cmd.Flags().StringVar(&from, "de", "", "prend les cahiers de ce `DOSSIER`, au lieu de ceux d'une classe")
	cmd.Flags().StringVar(&out, "sortie", "", "écrit dans ce `DOSSIER`, que labo crée (par défaut : rendus-NOM)")
	return cmd
}

// gather writes the folder of what a class leaves.
func gather(ctx context.Context, c *console, name, from, out string) error {
	var left handin.Class
	var err error
	if from != "" {
		left.Copies, err = copiesOf(from)
	} else {
		left, err = leftBy(ctx, c, name)
	}
	if err != nil {
		return err
	}
	contents, err := lessons.Contents()
	if err != nil {
		return err
	}
	if out == "" {
		out = "rendus-" + strings.ReplaceAll(name, " ", "-")
		if from != "" {
			out = "rendus"
		}
	}
	path, err := roster.WriteHandIn(out, left, contents, time.Now())
	if err != nil {
		return fault.Failed("impossible d'écrire dans « "+text.Visible(out)+" » ("+fault.File(err)+")", "Choisissez un autre dossier avec `--sortie`.", err)
	}
	unread := 0
	for _, copy := range left.Copies {
		if copy.Note != "" {
			unread++
		}
	}
	what := text.Plural(len(left.Copies), "cahier")
	if len(left.Polls) > 0 {
		what += " et " + text.Plural(len(left.Polls), "vote")
	}
	writeParagraph(c, fmt.Sprintf("%s dans « %s ». Le rapport : classe.html ; la table : classe.csv.", what, text.Visible(path)))
	if unread > 0 {
		writeHanging(c, "  → ", text.Plural(unread, "fichier")+" à lire avec prudence : le rapport dit lesquels et pourquoi.", 0)
	}
	return nil
}

// copiesOf are the notebooks in a folder.
func copiesOf(dir string) ([]handin.Copy, error) {
	copies, err := handin.Read(dir)
	if err != nil {
		return nil, fault.Failed("le dossier « "+text.Visible(dir)+" » n'a pas pu être lu ("+fault.File(err)+")", "Donnez celui où sont les fichiers .json des élèves.", err)
	}
	if len(copies) == 0 {
		return nil, fault.Failed("aucun cahier dans « "+text.Visible(dir)+" »", "labo y cherche des fichiers .json, un par élève : ceux de `labo cahier --rendre`.", nil)
	}
	return copies, nil
}

// leftBy is what a class of this machine leaves, open or not.
func leftBy(ctx context.Context, c *console, name string) (left handin.Class, err error) {
	home, err := homeOf(c)
	if err != nil {
		return left, err
	}
	r, err := room.Reread(ctx, home, name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return left, fault.Failed("labo ne garde rien d'une classe « "+name+" »", "`labo classe` en ouvre une ; `--de` prend les cahiers d'un dossier.", err)
	case errors.Is(err, room.ErrElsewhere): // its notebooks are here all the same
		writeHanging(c, "  → ", "Les votes de cette classe sont sur son NATS : ouvrez-la, puis relancez cette commande pour les avoir aussi.", 0)
	case err != nil:
		return left, fault.Failed("ce qui est gardé de la classe « "+name+" » n'a pas pu être lu ("+fault.Cause(err)+")", "", err)
	default:
		defer r.Abandon()
		left.Polls, left.Members = r.Polls(), r.Members()
	}
	kept, err := room.Kept(home, name)
	if err != nil {
		return left, fault.Failed("ce qui est gardé de la classe « "+name+" » n'a pas pu être lu ("+fault.Cause(err)+")", "", err)
	}
	dir := filepath.Join(kept.Dir, room.HandedFolder)
	if r != nil {
		copies := collector{dir: dir}
		for _, told := range copies.take(ctx, r) {
			writeHanging(c, "  → ", told, 0)
		}
	}
	if left.Copies, err = handin.Read(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return left, fault.Failed("le dossier « "+text.Visible(dir)+" » n'a pas pu être lu ("+fault.File(err)+")", "", err)
	}
	if len(left.Copies)+len(left.Polls) == 0 {
		return left, fault.Failed("la classe « "+name+" » n'a encore ni vote ni cahier rendu", "Sur chaque machine : `labo cahier --rendre`, pendant que la classe est ouverte.", nil)
	}
	return left, nil
}

// collector keeps on this machine what a class hands in, as it comes.
type collector struct {
	dir  string
	kept map[string]time.Time
}

// take keeps what is new, and returns what to tell of it: not what was handed in
// before the first call, at another time.
func (k *collector) take(ctx context.Context, r *room.Room) (told []string) {
	before := k.kept == nil
	if before {
		k.kept = map[string]time.Time{}
	}
	for _, m := range r.Members() {
		if m.Handed.IsZero() || m.Handed.Equal(k.kept[m.ID]) {
			continue
		}
		once, cancel := context.WithTimeout(ctx, 10*time.Second)
		document, err := r.Handed(once, m.ID)
		cancel()
		if errors.Is(err, room.ErrNotWhole) {
			continue // it is being handed in again
		}
		if err == nil {
			err = handin.Keep(k.dir, m.ID, m.Pseudonym, m.Handed, document)
		}
		k.kept[m.ID] = m.Handed
		if err != nil {
			told = append(told, fmt.Sprintf("Le cahier de %s n'a pas pu être gardé (%s).", m.Pseudonym, fault.Cause(err)))
			continue
		}
		if !before {
			told = append(told, m.Pseudonym+" a rendu son cahier.")
		}
	}
	return told
}
