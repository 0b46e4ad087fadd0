package check

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The judge's page tells of every check, with its roles, in the order of the
// catalogue, and of no other.
func TestThePageNamesEveryCheck(t *testing.T) {
	page, err := os.ReadFile("../../docs/verifier.md")
	if err != nil {
		t.Fatal(err)
	}
	short := map[Role]string{Server: "S", Client: "C", Server2: "S2", Client2: "C2"}
	roles := []Role{Server, Client, Server2, Client2}
	want := map[string][]string{}
	for _, r := range roles {
		for _, id := range IDs(r) {
			want[id] = append(want[id], short[r])
		}
	}
	told := map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\| ([SC2 ]+|tous) \\|").FindAllStringSubmatch(string(page), -1) {
		told[m[1]] = strings.Fields(m[2])
		if m[2] == "tous" {
			told[m[1]] = []string{"S", "C", "S2", "C2"}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(want)) {
		if got := slices.Sorted(slices.Values(told[id])); !slices.Equal(got, slices.Sorted(slices.Values(want[id]))) {
			t.Errorf("%s is for %v; docs/verifier.md says %v", id, want[id], told[id])
		}
	}
	for id := range told {
		if want[id] == nil {
			t.Errorf("docs/verifier.md tells of %s, which is no check", id)
		}
	}
}

// Its last column names what each check depends on, in one role or another.
func TestThePageNamesWhatAllDependOn(t *testing.T) {
	page, err := os.ReadFile("../../docs/verifier.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for _, r := range Roles {
		for _, c := range catalog(r) {
			want[c.ID] = append(want[c.ID], c.Needs...)
		}
	}
	named := regexp.MustCompile("`([a-z0-9-]+)`")
	rows := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSuffix(strings.TrimSpace(line), "|"), "|")
		id := named.FindStringSubmatch(line)
		if id == nil || want[id[1]] == nil && id[1] != "demarre" || !strings.HasPrefix(line, "| `"+id[1]+"` |") || len(cells) < 5 || len(cells) > 6 {
			continue
		}
		rows++
		var told []string
		for _, m := range named.FindAllStringSubmatch(cells[len(cells)-1], -1) {
			told = append(told, m[1])
		}
		needs := slices.Compact(slices.Sorted(slices.Values(want[id[1]])))
		if got := slices.Sorted(slices.Values(told)); !slices.Equal(got, needs) {
			t.Errorf("%s depends on %q; docs/verifier.md says %q", id[1], needs, got)
		}
	}
	if rows != len(want) {
		t.Errorf("%d rows of %d checks", rows, len(want))
	}
}
