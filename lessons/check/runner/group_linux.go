package runner

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// groups are the control groups of a program (cgroups(7)), by folder. There are
// none where labo may not make any, as in most sessions of a user who is not
// root, and in containers.
type groups []string

// groupParents are the folders where labo can ask for a group: beside its own,
// in the hierarchy of version 2, as a group with processes may not have groups
// with limits; within its own, in those of version 1 that limit something.
func groupParents() (dirs []string) {
	const root = "/sys/fs/cgroup"
	own, _ := os.ReadFile("/proc/self/cgroup")
	for row := range strings.Lines(string(own)) {
		fields := strings.SplitN(strings.TrimSpace(row), ":", 3)
		if len(fields) < 3 {
			continue
		}
		switch controller := fields[1]; controller {
		case "":
			dirs = append(dirs, path.Join(root, path.Dir(fields[2])))
		case "pids", "memory":
			dirs = append(dirs, path.Join(root, controller, fields[2]))
		}
	}
	return slices.DeleteFunc(dirs, func(dir string) bool {
		_, err := os.Stat(path.Join(dir, "cgroup.procs"))
		return err != nil // mounted elsewhere, or not at all
	})
}

// groupsLike are the groups whose name matches a pattern.
func groupsLike(pattern string) (found groups) {
	for _, parent := range groupParents() {
		dirs, _ := filepath.Glob(filepath.Join(parent, pattern))
		found = append(found, dirs...)
	}
	return found
}

// newGroups makes the groups that can be made and that limit something.
func newGroups(name string, most Limits) (made groups) {
	// A little more than one process may have: that one is refused memory, and
	// can say so, where the group's is killed.
	memory := most.Memory + most.Memory/8
	limits := map[string]uint64{"pids.max": uint64(most.Processes), "memory.max": memory, "memory.limit_in_bytes": memory}
	for _, parent := range groupParents() {
		dir := filepath.Join(parent, name)
		if os.Mkdir(dir, 0o755) != nil {
			continue
		}
		limited := false
		for file, most := range limits {
			limited = most > 0 && write(dir, file, most) || limited
		}
		if !limited {
			os.Remove(dir)
			continue
		}
		made = append(made, dir)
	}
	return made
}

// write fails where the group has no such file.
func write(dir, file string, n uint64) bool {
	f, err := os.OpenFile(filepath.Join(dir, file), os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	_, err = f.WriteString(strconv.FormatUint(n, 10))
	return f.Close() == nil && err == nil
}

// take puts a process into the groups, and reports whether one limits the
// number of processes.
func (g groups) take(pid int) (counted bool) {
	for _, dir := range g {
		if write(dir, "cgroup.procs", uint64(pid)) {
			_, err := os.Stat(filepath.Join(dir, "pids.max"))
			counted = counted || err == nil
		}
	}
	return counted
}

// freeze makes every fork from now on fail.
func (g groups) freeze() {
	for _, dir := range g {
		write(dir, "pids.max", 0)
	}
}

func (g groups) remove() {
	for _, dir := range g {
		os.Remove(dir) // its folder only, which the kernel keeps while a process is in it
	}
}

// counted is how often something happened, as files of the groups count it.
func (g groups) counted(what string, files ...string) (times uint64) {
	for _, dir := range g {
		for _, file := range files {
			b, _ := os.ReadFile(filepath.Join(dir, file))
			for row := range strings.Lines(string(b)) {
				if n, ok := strings.CutPrefix(row, what+" "); ok {
					more, _ := strconv.ParseUint(strings.TrimSpace(n), 10, 64)
					times += more
				}
			}
		}
	}
	return times
}
