package main

import (
	"errors"
	"testing"
	"time"

	"labo/lessons/fault"
)

func isUsage(err error) bool {
	f, ok := errors.AsType[*fault.Fault](err)
	return ok && f.Exit == fault.ExitUsage && f.What != "" && f.Hint != ""
}

func TestParsePort(t *testing.T) {
	for s, want := range map[string]uint16{"1": 1, "12345": 12345, "65535": 65535, "080": 80} {
		if got, err := parsePort(s); got != want || err != nil {
			t.Errorf("parsePort(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"0", "65536", "-1", "+80", "abc", "", "80 ", "0x50", "1e3", "99999999999999999999"} {
		if got, err := parsePort(s); got != 0 || !isUsage(err) {
			t.Errorf("parsePort(%q) = %d, %v, want a usage fault", s, got, err)
		}
	}
}

func TestDurationValue(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "2": 2 * time.Second, "2s": 2 * time.Second, "500ms": 500 * time.Millisecond,
		"1m30s": 90 * time.Second, "1,5s": 1500 * time.Millisecond, "1,5": 1500 * time.Millisecond, "2 s": 2 * time.Second,
	} {
		var d durationValue
		if err := d.Set(s); err != nil || time.Duration(d) != want {
			t.Errorf("Set(%q): %v, %v, want %v", s, time.Duration(d), err, want)
		}
	}
	for _, s := range []string{"", "-1s", "-2", "abc", "2x", "1,5,2s", "."} {
		d := durationValue(time.Hour)
		if err := d.Set(s); !isUsage(err) || time.Duration(d) != time.Hour {
			t.Errorf("Set(%q): %v, %v, want a usage fault and no change", s, time.Duration(d), err)
		}
	}
}
