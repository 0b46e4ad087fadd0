package probe

import (
	"math/bits"
	"slices"
)

// inodeIndex finds the rows of an inode. It is a hash table with chains laid
// out in two slices: with 10 000 sockets, a fifth of the time of a map, and no
// allocation per socket. Several rows may have one inode (the subflows of an
// MPTCP connection).
type inodeIndex struct {
	head   []int32  // by hash: the first row, plus one; 0 for none
	next   []int32  // by row: the next row of the same hash, plus one
	inodes []uint32 // by row
	shift  int
	used   bool // some row has an inode
}

// newInodeIndex indexes the rows that have an inode.
func newInodeIndex(rows []Socket) *inodeIndex {
	width := bits.Len(uint(len(rows))) + 1
	x := &inodeIndex{
		head:   make([]int32, 1<<width),
		next:   make([]int32, len(rows)),
		inodes: make([]uint32, len(rows)),
		shift:  32 - width,
	}
	for i := range rows {
		if inode := rows[i].Inode.Value; inode != 0 {
			h := x.hash(inode)
			x.inodes[i] = inode
			x.next[i] = x.head[h]
			x.head[h] = int32(i) + 1
			x.used = true
		}
	}
	return x
}

// hash spreads inodes, which are mostly successive numbers: Fibonacci hashing,
// the multiplier is 2³² divided by the golden ratio.
func (x *inodeIndex) hash(inode uint32) uint32 { return inode * 2654435769 >> x.shift }

// each calls do with each row of inode.
func (x *inodeIndex) each(inode uint32, do func(row int32)) {
	for i := x.head[x.hash(inode)]; i != 0; i = x.next[i-1] {
		if x.inodes[i-1] == inode {
			do(i - 1)
		}
	}
}

// holders says which processes hold which row. Nearly every row has one
// process, so the first stands in a slice and only the others in a list.
type holders struct {
	first []int32 // by row: a process, plus one; 0 for none
	more  []holding
}

// holding is one more process that holds a row.
type holding struct{ row, proc int32 }

func newHolders(rows int) *holders { return &holders{first: make([]int32, rows)} }

// add notes that proc holds row, once however often it is told.
func (h *holders) add(row, proc int32) {
	switch h.first[row] {
	case 0:
		h.first[row] = proc + 1
	case proc + 1:
	default:
		h.more = append(h.more, holding{row, proc})
	}
}

// known reports whether some process holds row.
func (h *holders) known(row int) bool { return h.first[row] != 0 }

// byRow returns, for the rows that several processes hold, all of them in
// ascending order, each once.
func (h *holders) byRow() map[int32][]int32 {
	shared := make(map[int32][]int32)
	for _, m := range h.more {
		if shared[m.row] == nil {
			shared[m.row] = []int32{h.first[m.row] - 1}
		}
		shared[m.row] = append(shared[m.row], m.proc)
	}
	for row, procs := range shared {
		slices.Sort(procs)
		shared[row] = slices.Compact(procs)
	}
	return shared
}

// keep returns the holders of the rows that chosen says, renumbered to follow
// one another.
func (h *holders) keep(chosen []int) *holders {
	kept := newHolders(len(chosen))
	row := make([]int32, len(h.first)) // the new number, plus one
	for i, old := range chosen {
		kept.first[i] = h.first[old]
		row[old] = int32(i) + 1
	}
	for _, m := range h.more {
		if row[m.row] != 0 {
			kept.more = append(kept.more, holding{row[m.row] - 1, m.proc})
		}
	}
	return kept
}
