package files

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

func TestHomeIsWhereTheSystemWantsIt(t *testing.T) {
	root, err := filepath.Abs(string(filepath.Separator))
	if err != nil {
		t.Fatal(err)
	}
	at := func(parts ...string) string { return root + filepath.Join(parts...) }
	for _, tc := range []struct {
		name, goos string
		env        map[string]string
		want       string // "" is ErrNoHome
	}{
		{"linux", "linux", map[string]string{"HOME": at("h")}, at("h", ".local", "share", "labo")},
		{"xdg", "linux", map[string]string{"HOME": at("h"), "XDG_DATA_HOME": at("x")}, at("x", "labo")},
		{"xdg alone", "linux", map[string]string{"XDG_DATA_HOME": at("x")}, at("x", "labo")},
		{"xdg relative", "linux", map[string]string{"HOME": at("h"), "XDG_DATA_HOME": "x"}, at("h", ".local", "share", "labo")},
		{"freebsd", "freebsd", map[string]string{"HOME": at("h")}, at("h", ".local", "share", "labo")},
		{"macos", "darwin", map[string]string{"HOME": at("h"), "XDG_DATA_HOME": at("x")}, at("h", "Library", "Application Support", "labo")},
		{"windows", "windows", map[string]string{"LocalAppData": at("l"), "AppData": at("r"), "HOME": at("h")}, at("l", "labo")},
		{"windows roaming", "windows", map[string]string{"AppData": at("r")}, at("r", "labo")},
		{"labo home", "linux", map[string]string{"LABO_HOME": at("ici"), "HOME": at("h")}, at("ici")},
		{"labo home windows", "windows", map[string]string{"LABO_HOME": at("ici"), "AppData": at("r")}, at("ici")},
		{"nothing linux", "linux", nil, ""},
		{"nothing macos", "darwin", map[string]string{"XDG_DATA_HOME": at("x")}, ""},
		{"nothing windows", "windows", map[string]string{"HOME": at("h")}, ""},
	} {
		got, err := Home(tc.goos, func(k string) string { return tc.env[k] })
		if tc.want == "" {
			if !errors.Is(err, ErrNoHome) {
				t.Errorf("%s: Home = %q, %v, want ErrNoHome", tc.name, got, err)
			}
			continue
		}
		if err != nil || got != tc.want {
			t.Errorf("%s: Home = %q, %v, want %q", tc.name, got, err, tc.want)
		}
	}
}

func TestRelativeLaboHomeIsMadeAbsolute(t *testing.T) {
	t.Chdir(t.TempDir())
	got, err := Home("linux", func(name string) string { return map[string]string{"LABO_HOME": "classe"}[name] })
	if err != nil || !filepath.IsAbs(got) || !strings.HasSuffix(got, "classe") {
		t.Errorf("Home = %q, %v", got, err)
	}
}
