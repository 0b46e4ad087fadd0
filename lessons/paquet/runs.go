package paquet

import (
	"bytes"
	"encoding/binary"
)

// runsOn reports whether a file begins as a program for the system and the
// processor: the header of ELF (elf(5): e_machine), PE (Machine) or Mach-O
// (cputype). It says nothing of what the program does.
func runsOn(program []byte, s System) bool {
	arm := s.Arch == "arm64"
	switch s.OS {
	case "linux":
		const x86, aarch = 62, 183
		return bytes.HasPrefix(program, []byte("\x7fELF\x02\x01")) && half(program, 18) == pick(arm, uint16(aarch), x86)
	case "windows":
		const x86, aarch = 0x8664, 0xaa64
		at := word(program, 0x3c)
		if !bytes.HasPrefix(program, []byte("MZ")) || word(program, uint64(at)) != 0x4550 { // "PE\0\0"
			return false
		}
		return half(program, uint64(at)+4) == pick(arm, uint16(aarch), x86)
	case "darwin":
		const x86, aarch = 0x01000007, 0x0100000c
		return word(program, 0) == 0xfeedfacf && word(program, 4) == pick(arm, uint32(aarch), x86)
	}
	return false
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// half and word read little-endian numbers; 0 where there is nothing.
func half(b []byte, at uint64) uint16 {
	if at+2 > uint64(len(b)) {
		return 0
	}
	return binary.LittleEndian.Uint16(b[at:])
}

func word(b []byte, at uint64) uint32 {
	if at+4 > uint64(len(b)) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}
