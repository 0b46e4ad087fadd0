package text

import "runtime"

// EndKey is what ends the input of a terminal, on this system.
var EndKey = map[bool]string{false: "Ctrl+D", true: "Ctrl+Z puis Entrée"}[runtime.GOOS == "windows"]
