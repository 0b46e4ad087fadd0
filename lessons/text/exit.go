package text

import "fmt"

// windowsEnds are the ends of a program that Windows names by its code (ntstatus.h).
var windowsEnds = map[uint32]string{
	0xC000013A: "arrêté par Ctrl+C",
	0xC0000005: "accès à une adresse interdite en mémoire",
	0xC00000FD: "pile pleine",
	0xC0000135: "il lui manque une DLL",
}

// ExitCode writes the exit code of a program: "1", and "0xC000013A : arrêté par
// Ctrl+C" for one that Windows chose (an NTSTATUS that is an error).
func ExitCode(code int) string {
	n := uint32(code)
	if n>>28 != 0xC || int(n) != code && int(int32(n)) != code {
		return fmt.Sprint(code)
	}
	if end := windowsEnds[n]; end != "" {
		return French(fmt.Sprintf("0x%X : %s", n, end))
	}
	return fmt.Sprintf("0x%X", n)
}
