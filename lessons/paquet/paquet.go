// Package paquet makes the kit that an instructor gives to a class: labo for
// each system in a folder that a student recognises, with what that system will
// say in plain words, and the workshop's files.
package paquet

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"time"

	"labo/lessons/atelier"
)

// System is one that labo is made for.
type System struct {
	OS, Arch string // as runtime.GOOS and runtime.GOARCH
	Folder   string // in the kit
	Words    string // what a student would call it
}

// systems are in the order of the kit.
var systems = []System{
	{"windows", "amd64", "Windows", "Windows"},
	{"windows", "arm64", "Windows-ARM", "Windows, processeur ARM (Snapdragon)"},
	{"darwin", "arm64", "Mac-puce-Apple", "Mac, puce Apple (M1 et suivantes)"},
	{"darwin", "amd64", "Mac-Intel", "Mac, processeur Intel"},
	{"linux", "amd64", "Linux", "Linux"},
	{"linux", "arm64", "Linux-ARM", "Linux, processeur ARM (Raspberry Pi…)"},
}

// program is the name of labo's file on the system.
func (s System) program() string {
	if s.OS == "windows" {
		return "labo.exe"
	}
	return "labo"
}

// Archive is the name of the archive that holds labo for the system.
func (s System) Archive() string {
	if s.OS == "windows" {
		return "labo-" + s.OS + "-" + s.Arch + ".zip"
	}
	return "labo-" + s.OS + "-" + s.Arch + ".tar.gz"
}

// Binary is labo for one system.
type Binary struct {
	System  System
	Program []byte
}

// Kit is what is given to a class.
type Kit struct {
	Binaries []Binary
	Missing  []System // of Systems, those that nothing was found for
	Licences []byte
	When     time.Time // the date of its files in a zip
}

//go:embed mots
var words embed.FS

// file is one file of a kit.
type file struct {
	name    string // with slashes; below the kit's folder
	data    []byte
	program bool
}

// files returns what the kit is made of, in order.
func (k *Kit) files() ([]file, error) {
	var folders strings.Builder
	for _, b := range k.Binaries {
		fmt.Fprintf(&folders, "  %-16s %s\n", b.System.Folder, b.System.Words)
	}
	all := []file{
		{name: "LISEZMOI.txt", data: page("tous", "DOSSIERS", strings.TrimRight(folders.String(), "\n"))},
		{name: "LICENCES.txt", data: k.Licences},
	}
	for _, b := range k.Binaries {
		all = append(all,
			file{name: b.System.Folder + "/LISEZMOI.txt", data: page(b.System.OS, "SYSTÈME", b.System.Words)},
			file{name: b.System.Folder + "/" + b.System.program(), data: b.Program, program: true})
		for _, name := range atelier.Names {
			data, ok := atelier.OriginalOn(b.System.OS, name, false)
			if !ok {
				return nil, fmt.Errorf("the workshop has no %s", name)
			}
			all = append(all, file{name: b.System.Folder + "/atelier/" + name, data: data})
		}
	}
	return all, nil
}

// page returns one of the pages of mots, a word in it replaced. Its lines end
// as those of Windows do, and it begins with a byte order mark: every editor of
// the three systems then shows its accents.
func page(name, word, by string) []byte {
	b, err := words.ReadFile("mots/" + name + ".txt")
	if err != nil {
		panic(err) // it is embedded: a mistake in this program
	}
	b = bytes.ReplaceAll(b, []byte("{"+word+"}"), []byte(by))
	return append([]byte("\ufeff"), bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))...)
}
