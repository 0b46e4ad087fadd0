package probe

import (
	"context"
	"slices"

	gproc "github.com/shirou/gopsutil/v3/process"
)

// parents returns the parent of every process of this machine that may be
// seen, by pid. Set by the init of systems that have something faster.
var parents = func(ctx context.Context) (map[int]int, error) {
	procs, err := gproc.ProcessesWithContext(ctx)
	if err != nil {
		return nil, err
	}
	all := make(map[int]int, len(procs))
	for _, p := range procs {
		if parent, err := p.PpidWithContext(ctx); err == nil {
			all[int(p.Pid)] = int(parent)
		}
	}
	return all, nil
}

// Tree returns root, where it is a process, and every process that descends
// from it, by pid. A child whose parent has ended has another parent since,
// and is no longer found.
//
// On Linux it reads /proc/PID/stat (proc_pid_stat(5), field 4), elsewhere it
// asks gopsutil. Errors: those of listing the processes, and the context's.
func Tree(ctx context.Context, root int) ([]int, error) {
	all, err := parents(ctx)
	if err != nil {
		return nil, err
	}
	return descendants(all, root), ctx.Err()
}

// descendants returns root, where all knows it, and what descends from it.
func descendants(all map[int]int, root int) []int {
	if _, ok := all[root]; !ok {
		return nil
	}
	children := make(map[int][]int)
	for pid, parent := range all {
		children[parent] = append(children[parent], pid)
	}
	tree := []int{root}
	seen := map[int]bool{root: true}
	for i := 0; i < len(tree); i++ {
		for _, pid := range children[tree[i]] {
			if !seen[pid] { // a pid reused while we read can close a loop
				seen[pid] = true
				tree = append(tree, pid)
			}
		}
	}
	slices.Sort(tree)
	return tree
}
