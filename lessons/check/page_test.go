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
