package main

import (
	"time"

	"github.com/spf13/cobra"
)

func init() {
	// Shown by cobra when labo.exe is double-clicked, in a window that closes
	// with it.
	cobra.MousetrapHelpText = "labo se lance dans un terminal : ouvrez « Terminal » ou « PowerShell »\n" +
		"dans ce dossier, puis tapez .\\labo\n"
	cobra.MousetrapDisplayDuration = time.Minute
}
