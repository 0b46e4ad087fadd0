package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/paquet"
	"labo/lessons/text"
)

// newPaquetCommand returns `labo paquet`: what an instructor gives to a class.
func newPaquetCommand(c *console) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:     "paquet [DOSSIER]",
		Short:   "Prépare ce qui se donne à une classe : labo pour chaque système",
		GroupID: groupTeach,
		Long: "Des archives de labo qui sont dans le dossier (celui où vous êtes, si vous n'en donnez pas), fait un fichier zip, " +
			"ou un dossier pour une clé USB : pour chaque système, labo, les fichiers de l'atelier, et un LISEZMOI.txt qui dit comment le lancer " +
			"et quoi répondre à Windows ou à macOS.\n\n" +
			"Les archives s'appellent labo-windows-amd64.zip, labo-darwin-arm64.tar.gz… Sans aucune, labo donne ce qu'il a : " +
			"lui-même, pour ce système-ci.\n\n" +
			"Rien de ce qui est déjà là n'est jamais remplacé.",
		Example: "labo paquet\nlabo paquet Téléchargements --vers /media/cle/labo",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return pack(cmd.Context(), c, dir, to)
		},
	}
	cmd.Flags().StringVar(&to, "vers", "labo-classe.zip", "où l'écrire : un `CHEMIN` en .zip, ou celui d'un dossier")
	return cmd
}

func pack(ctx context.Context, c *console, dir, to string) error {
	kit, err := paquet.Open(dir)
	if err != nil {
		return packFault(dir, to, err)
	}
	if len(kit.Binaries) == 0 {
		self, err := os.Executable()
		if err == nil {
			err = kit.Own(self, []byte(licences))
		}
		if err != nil {
			return fault.Failed("labo n'a pas pu lire son propre fichier ("+cause(err)+")", "", err)
		}
		if paquet.NeedsLibraries() {
			writeHanging(c, "  → ", "Ce labo-ci se sert de la bibliothèque C de cette machine : il peut ne pas démarrer sur un autre Linux. "+
				"Celui des archives n'en a pas besoin, ni celui que construit `CGO_ENABLED=0 go build ./cmd/labo`.", c.width())
		}
	}
	if strings.HasSuffix(strings.ToLower(to), ".zip") {
		err = kit.WriteZip(to)
	} else {
		err = kit.WriteFolder(ctx, to)
	}
	if err != nil {
		return packFault(dir, to, err)
	}
	told(c, kit, to)
	return nil
}

// told says what the kit has, and what it lacks.
func told(c *console, kit *paquet.Kit, to string) {
	fmt.Fprintln(c.out, c.palette().Title(text.Visible(to)))
	for _, b := range kit.Binaries {
		fmt.Fprintln(c.out, text.French(fmt.Sprintf("  ✓ %s %s", text.PadRight(b.System.Folder, 15), b.System.Words)))
	}
	for _, s := range kit.Missing {
		fmt.Fprintln(c.out, text.French(fmt.Sprintf("  ✗ %s %s : il manque %s", text.PadRight(s.Folder, 15), s.Words, s.Archive())))
	}
	fmt.Fprintln(c.out)
	for _, line := range text.Paragraph("Aucun de ces programmes n'est signé : le LISEZMOI.txt de chaque système dit à l'élève ce qu'il verra et sur quoi cliquer. "+
		"Lisez-le, et essayez sur une machine de la salle avant la séance.", c.width()) {
		fmt.Fprintln(c.out, line)
	}
	if len(kit.Missing) > 0 {
		writeHanging(c, "  → ", "Pour les systèmes qui manquent : mettez leurs archives dans le dossier donné à `labo paquet`. "+
			"Là où sont Go et les sources de labo, `go run ./.ci/release archives` les fait toutes.", c.width())
	}
}

func packFault(dir, to string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if bad, ok := errors.AsType[*paquet.ArchiveError](err); ok {
		why := bad.Why
		if bad.Err != nil {
			why += " (" + cause(bad.Err) + ")"
		}
		return fault.Failed("« "+bad.Name+" » n'est pas prise : "+why, "Reprenez cette archive là d'où elle vient, ou ôtez-la du dossier. Rien n'a été écrit.", err)
	}
	if taken, ok := errors.AsType[*paquet.TakenError](err); ok {
		return fault.Failed("« "+text.Visible(taken.Path)+" » est déjà là, et n'est pas ce que labo y mettrait : il ne le remplace pas",
			"Donnez un autre nom : `labo paquet --vers autre-nom`. Ou ôtez-le vous-même.", err)
	}
	if errors.Is(err, paquet.ErrNotFolder) {
		return fault.Failed("« "+text.Visible(dir)+" » n'est pas un dossier", "Donnez celui où sont les archives : `labo paquet archives`.", err)
	}
	if errors.Is(err, os.ErrNotExist) {
		return fault.Failed("« "+text.Visible(dir)+" » ou l'endroit où écrire (« "+text.Visible(to)+" ») est introuvable", "Vérifiez ces deux noms.", err)
	}
	return fault.Failed("le paquet n'a pas pu être fait (« "+text.Visible(dir)+" » vers « "+text.Visible(to)+" » : "+cause(err)+")",
		"Vérifiez les deux noms, vos droits et la place qui reste.", err)
}
