package syscalls

import (
	"bytes"
)

// The table that lignes.py keeps in the memory of a Python program:
//
//	0       magic "LABOLG02"
//	8       uint32 slots used, uint32 files known
//	64      slots: uint32 tid, line, file, unused; name of the thread, 48 bytes
//	…       files: absolute path, 256 bytes each; the first is not used
//	…       one byte a line and file: 1 once the line has run
const (
	tableMagic   = "LABOLG02"
	noTableMagic = "LABOSANS" // this Python is too old to tell its lines
	endMagic     = "LABOFINI" // Python ends, and its table with it
	tableSlots   = 2048
	slotSize     = 64
	tableFiles   = 32
	filePath     = 256
	fileLines    = 4096
	slotsAt      = 64
	filesAt      = slotsAt + tableSlots*slotSize
	linesAt      = filesAt + tableFiles*filePath
	tableSize    = linesAt + tableFiles*fileLines
)

// table is where one process keeps its lines.
type table struct {
	addr  uint64
	slots map[int]int // slot of a thread, by tid
	files [tableFiles]string
}

func newTable(addr uint64) *table { return &table{addr: addr, slots: map[int]int{}} }

// fork returns the table of a child: the same address in its own memory.
func (t *table) fork() *table {
	if t == nil {
		return nil
	}
	return &table{addr: t.addr, slots: map[int]int{}, files: t.files}
}

// place returns the line that a thread is on and the name Python gives it.
// Both are empty when the thread has not run a line of the student yet.
func (t *table) place(tid int, mem memory) (Place, string) {
	if t == nil {
		return Place{}, ""
	}
	slot := t.slot(tid, mem)
	if slot == nil {
		return Place{}, ""
	}
	name := cString(slot[16:])
	line, file := int(order.Uint32(slot[4:])), order.Uint32(slot[8:])
	if line == 0 || file == 0 || file >= tableFiles {
		return Place{}, name
	}
	if t.files[file] == "" {
		t.files[file] = cString(mem.read(t.addr+filesAt+uint64(file)*filePath, filePath))
	}
	if t.files[file] == "" {
		return Place{}, name
	}
	return Place{File: t.files[file], Line: line}, name
}

// slot returns the bytes of a thread's slot, nil when it has none.
func (t *table) slot(tid int, mem memory) []byte {
	mine := func(b []byte) bool { return len(b) == slotSize && int(order.Uint32(b)) == tid }
	if n, ok := t.slots[tid]; ok {
		if b := mem.read(t.addr+slotsAt+uint64(n)*slotSize, slotSize); mine(b) {
			return b
		}
		delete(t.slots, tid)
	}
	head := mem.read(t.addr+8, 4)
	if len(head) < 4 {
		return nil
	}
	all := mem.read(t.addr+slotsAt, int(min(order.Uint32(head), tableSlots))*slotSize)
	for n := 0; len(all) >= slotSize; n, all = n+1, all[slotSize:] {
		if b := all[:slotSize]; mine(b) {
			t.slots[tid] = n
			return b
		}
	}
	return nil
}

// executed returns the lines that have run, by file.
func (t *table) executed(mem memory) map[string][]bool {
	if t == nil {
		return nil
	}
	head := mem.read(t.addr+12, 4)
	if len(head) < 4 {
		return nil
	}
	ran := map[string][]bool{}
	for n := 1; n <= int(min(order.Uint32(head), tableFiles-1)); n++ {
		path := cString(mem.read(t.addr+filesAt+uint64(n)*filePath, filePath))
		b := mem.read(t.addr+linesAt+uint64(n)*fileLines, fileLines)
		if path == "" || len(b) == 0 {
			continue
		}
		lines := make([]bool, len(b))
		for i, v := range b {
			lines[i] = v != 0
		}
		ran[path] = lines
	}
	return ran
}

func cString(b []byte) string {
	s, _, _ := bytes.Cut(b, []byte{0})
	return string(s)
}
