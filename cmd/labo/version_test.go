package main

import (
	"runtime/debug"
	"testing"
)

func TestVersion(t *testing.T) {
	built := func(main string, settings ...string) *debug.BuildInfo {
		info := &debug.BuildInfo{Main: debug.Module{Version: main}}
		for i := 0; i < len(settings); i += 2 {
			info.Settings = append(info.Settings, debug.BuildSetting{Key: settings[i], Value: settings[i+1]})
		}
		return info
	}
	const revision = "30f868d4c1f0aa0b6b1a3a4c0f3f3c1d2e5b6a7c"
	for _, tc := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, "développement"},
		{built("(devel)"), "développement"},
		{built(""), "développement"},
		{built("v1.2.3"), "v1.2.3"},
		{built("(devel)", "vcs.revision", revision), "développement 30f868d4c1f0"},
		{built("(devel)", "vcs.revision", revision, "vcs.modified", "true"), "développement 30f868d4c1f0 modifié"},
		{built("(devel)", "vcs.revision", "30f8"), "développement 30f8"},
	} {
		if got := version(tc.info); got != tc.want {
			t.Errorf("version(%+v) = %q, want %q", tc.info, got, tc.want)
		}
	}
}
