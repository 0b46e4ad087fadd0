package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"labo/lessons/room"
	"labo/lessons/vote"
	"labo/probe/probetest"
)

func init() { systemPrograms["labo-mur"] = wallMain }

// wallMain is an instructor's projection without a screen: it asks one question
// of the room that another labo of its home has open, and tells when each vote is
// there, until as many as its argument are; then what is counted.
func wallMain() {
	voters, _ := strconv.Atoi(os.Args[1])
	ctx := context.Background()
	r, err := room.Attach(ctx, os.Getenv("LABO_HOME"), "essai")
	if err == nil {
		err = r.Ask(ctx, room.Ballot{ID: "b1", Question: "Qui répond ?", Options: []string{"le noyau", "le serveur"}})
	}
	if err != nil {
		fmt.Println("échec", err)
		os.Exit(1)
	}
	fmt.Println("demande")
	changed, _ := r.Watch()
	for told := 0; told < voters; {
		for ; told < r.Counts("b1", 1).Voters; told++ {
			fmt.Println("voix", time.Now().UnixNano())
		}
		if told < voters {
			<-changed
		}
	}
	err = r.Act(ctx, "b1", vote.Act{Do: vote.Close, Round: 1})
	c := r.Counts("b1", 1)
	fmt.Println("compte", c.Options, err)
	r.Close(ctx)
}

// network makes a bridge in a network of its own, and so many others tied to it
// by veth: machines on one switch. It returns their names, the instructor's first.
func network(t *testing.T, machines int) []string {
	t.Helper()
	ip := probetest.Need(t, "ip")
	if os.Geteuid() != 0 {
		probetest.Missing(t, "networks tied by veth take root")
	}
	names := make([]string, machines)
	var script strings.Builder
	for i := range names {
		names[i] = fmt.Sprintf("labo%d-%d", os.Getpid(), i)
		fmt.Fprintf(&script, "netns add %s\n", names[i])
	}
	t.Cleanup(func() {
		for _, n := range names {
			exec.Command(ip, "netns", "del", n).Run()
		}
	})
	if out, err := batch(ip, "", script.String()); err != nil {
		probetest.Missing(t, "no network of its own here: %v: %s", err, out)
	}
	script.Reset()
	fmt.Fprintf(&script, "link add br0 type bridge\nlink set br0 up\naddr add 10.77.0.1/24 dev br0\nlink set lo up\n")
	for i, n := range names[1:] {
		fmt.Fprintf(&script, "link add v%d type veth peer name eth0 netns %s\nlink set v%d master br0 up\n", i, n, i)
	}
	if out, err := batch(ip, names[0], script.String()); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for i, n := range names[1:] {
		if out, err := batch(ip, n, fmt.Sprintf("addr add 10.77.0.%d/24 dev eth0\nlink set eth0 up\nlink set lo up\n", i+2)); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return names
}

func batch(ip, in, script string) ([]byte, error) {
	args := []string{"-batch", "-"}
	if in != "" {
		args = append([]string{"-n", in}, args...)
	}
	cmd := exec.Command(ip, args...)
	cmd.Stdin = strings.NewReader(script)
	return cmd.CombinedOutput()
}

// machine is a program that runs on one of them.
type machine struct {
	in    io.Writer
	lines chan string
	began time.Time
}

func on(t *testing.T, name, home string, args ...string) *machine {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ip", append([]string{"netns", "exec", name}, args...)...)
	cmd.Env = append(os.Environ(), "LABO_HOME="+home, "HOME="+home, "GORACE=atexit_sleep_ms=0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // ip becomes the program
	cmd.WaitDelay = 30 * time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	m := &machine{in: in, lines: make(chan string, 1000), began: time.Now()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(m.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			m.lines <- strings.ReplaceAll(s.Text(), "\u00a0", " ")
		}
	}()
	t.Cleanup(func() { cmd.Process.Signal(os.Interrupt); cmd.Wait() })
	return m
}

// says waits for a line with those words, and returns it.
func (m *machine) says(t *testing.T, words string) string {
	bound := time.After(3 * time.Minute) // a hang
	for {
		select {
		case l, open := <-m.lines:
			if !open {
				t.Fatalf("ended before it said %q", words)
			}
			if strings.Contains(l, words) {
				return l
			}
		case <-bound:
			t.Fatalf("never said %q", words)
		}
	}
}

// Thirty-five labo on as many machines join a class over a network, and vote. How
// long that takes is told, and is of the machine that runs the test.
func TestAClassOverANetwork(t *testing.T) {
	students := 35
	if testing.Short() {
		students = 5
	}
	names := network(t, students+1)
	home := t.TempDir()
	desk := on(t, names[0], home, "labo", "classe", "essai", "--adresse", "10.77.0.1")
	command := strings.Fields(desk.says(t, "labo rejoindre"))
	code := command[len(command)-1]
	all := make([]*machine, students)
	joined := make([]time.Duration, students)
	for i := range all {
		all[i] = on(t, names[i+1], t.TempDir(), "labo", "rejoindre", "10.77.0.1", code)
		all[i].says(t, "Vous êtes dans la classe")
		joined[i] = time.Since(all[i].began)
	}
	wall := on(t, names[0], home, "labo-mur", strconv.Itoa(students))
	wall.says(t, "demande")
	for _, m := range all {
		m.says(t, "LE MUR DEMANDE")
	}
	sent := make([]time.Time, students)
	for i, m := range all {
		sent[i] = time.Now()
		if _, err := fmt.Fprintln(m.in, 1+i%2); err != nil {
			t.Fatal(err)
		}
	}
	counted := make([]time.Duration, students)
	for i := range counted {
		at, err := strconv.ParseInt(strings.Fields(wall.says(t, "voix"))[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		counted[i] = time.Unix(0, at).Sub(sent[i]) // the i-th to be there, since the i-th was typed
	}
	if want, got := fmt.Sprintf("compte [%d %d] <nil>", (students+1)/2, students/2), wall.says(t, "compte"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	t.Logf("%d participants: joined within %v, their vote on the wall within %v (95th percentiles)", students, percentile(joined), percentile(counted))
}

// percentile is the 95th.
func percentile(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[(len(d)*95+99)/100-1].Round(time.Millisecond)
}
