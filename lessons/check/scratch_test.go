package check

import (
	"context"
	"fmt"
	"os"
	"testing"
)

func TestScratch(t *testing.T) {
	f := os.Getenv("F")
	if f == "" {
		t.Skip()
	}
	py, err := FindPython(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	role, _ := ParseRole(os.Getenv("R"))
	rep, err := Judge(context.Background(), Config{File: f, Role: role, Python: py, Seed: 1, Terminal: os.Getenv("TTY") != "", Progress: func(r Result) {
		fmt.Println(r.ID, r.Verdict, r.Cause)
		if r.Finding != nil {
			fmt.Println("     ", r.Finding.Actual, "/", r.Finding.Variant)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(rep.Role, rep.Guessed, rep.Took)
}
