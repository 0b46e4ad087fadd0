package probe

import (
	"context"
	"strconv"
)

func init() { parents = linuxParents }

// linuxParents reads the parent of each process of /proc. One that ends
// meanwhile is left out.
func linuxParents(ctx context.Context) (map[int]int, error) {
	names, err := readNames("/proc")
	if err != nil {
		return nil, err
	}
	all := make(map[int]int, len(names))
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if st, err := readProcStat(procPath(pid, "stat")); err == nil {
			all[pid] = st.Parent
		}
	}
	return all, nil
}
