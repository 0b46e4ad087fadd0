package paquet

import (
	"os"
	"runtime"
	"runtime/debug"
)

// Own puts the program that runs into a kit that has none, with its licences.
// The error is that of its file.
func (k *Kit) Own(program string, terms []byte) error {
	data, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	info, err := os.Stat(program)
	if err != nil {
		return err
	}
	k.Missing, k.When, k.Licences = nil, info.ModTime(), terms
	for _, s := range systems {
		if s.OS == runtime.GOOS && s.Arch == runtime.GOARCH {
			k.Binaries = append(k.Binaries, Binary{s, data})
		} else {
			k.Missing = append(k.Missing, s)
		}
	}
	return nil
}

// NeedsLibraries reports whether the program that runs was built with cgo on
// Linux: it then needs a C library like the one here, and may not start on
// another Linux.
func NeedsLibraries() bool {
	info, ok := debug.ReadBuildInfo()
	if !ok || runtime.GOOS != "linux" {
		return false
	}
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" {
			return s.Value == "1"
		}
	}
	return false
}
