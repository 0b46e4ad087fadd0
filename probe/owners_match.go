package probe

import (
	"cmp"
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

// holders says which processes hold which row, and by which descriptor. Nearly
// every row has one process and one descriptor, so the first stands in a slice
// and only the others in a list.
type holders struct {
	first []int32 // by row: a process, plus one; 0 for none
	fd    []int32 // by row: its descriptor
	more  []holding
}

// holding is one more descriptor for a row: of another process, or another of
// the same.
type holding struct{ row, proc, fd int32 }

func newHolders(rows int) *holders {
	return &holders{first: make([]int32, rows), fd: make([]int32, rows)}
}

// add notes that proc holds row by fd, once however often it is told.
func (h *holders) add(row, proc, fd int32) {
	switch {
	case h.first[row] == 0:
		h.first[row], h.fd[row] = proc+1, fd
	case h.first[row] != proc+1 || h.fd[row] != fd:
		h.more = append(h.more, holding{row, proc, fd})
	}
}

// known reports whether some process holds row.
func (h *holders) known(row int) bool { return h.first[row] != 0 }

// byRow returns, for the rows that are held by several descriptors, all their
// processes in ascending order, each once.
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

// descriptors tells each row which descriptors of which process hold it, in
// ascending order, each once. The slices are parts of one.
func (h *holders) descriptors(pid func(proc int32) int, tell func(row int, open []OpenFD)) {
	others := make(map[int32][]holding, len(h.more))
	for _, m := range h.more {
		others[m.row] = append(others[m.row], m)
	}
	all := make([]OpenFD, 0, len(h.first)+len(h.more))
	for row, first := range h.first {
		if first == 0 {
			continue
		}
		start := len(all)
		all = append(all, OpenFD{pid(first - 1), int(h.fd[row])})
		for _, m := range others[int32(row)] {
			all = append(all, OpenFD{pid(m.proc), int(m.fd)})
		}
		open := all[start:]
		if len(open) > 1 {
			slices.SortFunc(open, func(a, b OpenFD) int { return cmp.Or(cmp.Compare(a.PID, b.PID), cmp.Compare(a.FD, b.FD)) })
			open = slices.Compact(open)
		}
		tell(row, open[:len(open):len(open)])
	}
}

// keep returns the holders of the rows that chosen says, renumbered to follow
// one another.
func (h *holders) keep(chosen []int) *holders {
	kept := newHolders(len(chosen))
	row := make([]int32, len(h.first)) // the new number, plus one
	for i, old := range chosen {
		kept.first[i], kept.fd[i] = h.first[old], h.fd[old]
		row[old] = int32(i) + 1
	}
	for _, m := range h.more {
		if row[m.row] != 0 {
			kept.more = append(kept.more, holding{row[m.row] - 1, m.proc, m.fd})
		}
	}
	return kept
}
