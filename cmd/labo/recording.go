package main

import (
	"errors"
	"io/fs"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/dialogue"
	"labo/lessons/fault"
	"labo/lessons/film"
	"labo/lessons/stage/tape"
	"labo/lessons/text"
)

// recording is a film that is being made. A nil one records nothing.
type recording struct {
	*film.Writer
	begun time.Time
}

// filmFlag adds --film to a command.
func filmFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "film", "", "enregistre tout dans `FICHIER`, à revoir avec labo film")
	if err := cmd.MarkFlagFilename("film"); err != nil {
		panic(err) // the option does not exist: a mistake in this program
	}
}

// record begins a film where path names one. What cannot be written later is
// told once.
func record(path, title string, port uint16, alone bool, tell func(string)) (*recording, error) {
	if path == "" {
		return nil, nil
	}
	begun := time.Now()
	w, err := film.Create(path, film.Head{At: begun, Title: title, Program: versionLine(), Machine: runtime.GOOS + "/" + runtime.GOARCH, Port: port, Alone: alone},
		func(err error) { tell("Le film s'arrête là, le reste de la leçon non : " + fault.File(err) + ".") })
	if errors.Is(err, fs.ErrExist) {
		return nil, fault.Failed("il y a déjà un fichier « "+text.Visible(path)+" »", "labo ne remplace pas un film : choisissez un autre nom.", err)
	}
	if err != nil {
		return nil, fault.Failed("le film ne peut pas être écrit dans « "+text.Visible(path)+" » : "+fault.File(err), "Choisissez un autre fichier.", err)
	}
	return &recording{w, begun}, nil
}

// on returns the stage that records what another shows.
func (r *recording) on(s dialogue.Stage, o tape.Options) dialogue.Stage {
	if r == nil {
		return s
	}
	o.Stage, o.To, o.Begun = s, append(o.To, r.Write), r.begun
	return tape.New(o)
}

// close ends the film.
func (r *recording) close() {
	if r != nil {
		r.Close() // what could not be written was told
	}
}
