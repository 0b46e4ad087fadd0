package probe

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInodeIndex(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100, 3000} {
		rows := make([]Socket, n)
		for i := range rows {
			// Every fifth has no inode, every seventh that of its neighbour.
			inode := uint32(i) * 2654435769
			switch {
			case i%5 == 0:
				inode = 0
			case i%7 == 0:
				inode = rows[i-1].Inode.Value
			}
			rows[i].Inode = Known(inode)
		}
		x := newInodeIndex(rows)
		if want := n > 1; x.used != want {
			t.Errorf("%d rows: used %v, want %v", n, x.used, want)
		}
		found := make(map[int32]int)
		seen := make(map[uint32]bool)
		for i := range rows {
			if inode := rows[i].Inode.Value; inode != 0 && !seen[inode] {
				seen[inode] = true
				x.each(inode, func(row int32) {
					found[row]++
					if rows[row].Inode.Value != inode {
						t.Fatalf("inode %d leads to row %d of inode %d", inode, row, rows[row].Inode.Value)
					}
				})
			}
		}
		for i := range rows {
			want := 1
			if rows[i].Inode.Value == 0 {
				want = 0
			}
			if found[int32(i)] != want {
				t.Errorf("%d rows: row %d was found %d times, want %d", n, i, found[int32(i)], want)
			}
		}
		x.each(1, func(row int32) { t.Errorf("inode 1 leads to row %d", row) })
	}
}

func TestHolders(t *testing.T) {
	h := newHolders(4)
	for _, add := range []holding{{0, 7, 3}, {0, 7, 3}, {2, 9, 4}, {2, 3, 5}, {2, 9, 4}, {2, 3, 5}, {2, 9, 3}, {3, 1, 6}, {3, 0, 0}} {
		h.add(add.row, add.proc, add.fd)
	}
	for row, want := range []bool{true, false, true, true} {
		if h.known(row) != want {
			t.Errorf("row %d is known: %v", row, !want)
		}
	}
	if d := cmp.Diff(map[int32][]int32{2: {3, 9}, 3: {0, 1}}, h.byRow()); d != "" {
		t.Errorf("shared rows, -want +got:\n%s", d)
	}
	open := map[int][]OpenFD{}
	h.descriptors(func(proc int32) int { return int(proc) * 100 }, func(row int, fds []OpenFD) { open[row] = fds })
	if d := cmp.Diff(map[int][]OpenFD{0: {{700, 3}}, 2: {{300, 5}, {900, 3}, {900, 4}}, 3: {{0, 0}, {100, 6}}}, open); d != "" {
		t.Errorf("descriptors, -want +got:\n%s", d)
	}
	kept := h.keep([]int{0, 3})
	if d := cmp.Diff(map[int32][]int32{1: {0, 1}}, kept.byRow()); d != "" {
		t.Errorf("shared rows that were kept, -want +got:\n%s", d)
	}
	if kept.first[0] != 8 || len(kept.first) != 2 {
		t.Errorf("first holders that were kept: %v", kept.first)
	}
}
