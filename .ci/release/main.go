// Command release builds what people download: labo for six systems, each in an
// archive with its manual, completions and licences, and the checksums. The
// same tree gives the same bytes in any folder.
//
//	go run ./.ci/release [-only linux/amd64,…] FOLDER [VERSION]
//
// Without git (a copy of the tree), VERSION is needed. The date of the files is
// SOURCE_DATE_EPOCH, else that of the commit, else 1980.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

var targets = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// most is how large labo may be, in bytes: it goes to thirty students at once. The
// engine of a class is 11 MiB of it.
const most = 28 << 20

// entry is a file of an archive.
type entry struct {
	name string
	data []byte
	mode int64
}

func main() {
	log.SetFlags(0)
	only := flag.String("only", strings.Join(targets, ","), "the `SYSTEM/ARCH` to build, separated by commas")
	flag.Usage = func() {
		log.Print("usage: go run ./.ci/release [-only linux/amd64,…] FOLDER [VERSION]")
		flag.PrintDefaults()
	}
	flag.Parse()
	dir := flag.Arg(0)
	if dir == "" || flag.NArg() > 2 {
		flag.Usage()
		os.Exit(2)
	}
	must(os.MkdirAll(dir, 0o755))
	version := cmp.Or(flag.Arg(1), asked("rev-parse", "--short=12", "HEAD"))
	if version == "" {
		log.Fatal("no git here: give the VERSION")
	}
	when := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	if seconds := cmp.Or(os.Getenv("SOURCE_DATE_EPOCH"), asked("log", "-1", "--format=%ct")); seconds != "" {
		unix, err := strconv.ParseInt(seconds, 10, 64)
		must(err)
		when = time.Unix(unix, 0).UTC()
	}

	here := filepath.Join(dir, "here"+exe(runtime.GOOS))
	build(here, runtime.GOOS+"/"+runtime.GOARCH, version)
	shared := []entry{{"LICENSE", read("LICENSE"), 0o644}, {"LICENCES.txt", output(nil, here, "version", "--licences"), 0o644},
		{"man/labo.1", output(nil, here, "manuel"), 0o644}}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		shared = append(shared, entry{"completions/labo." + shell, output(nil, here, "completion", shell), 0o644})
	}
	must(os.Remove(here))

	var sums strings.Builder
	for _, target := range strings.Split(*only, ",") {
		if !slices.Contains(targets, target) {
			log.Fatalf("%s is none of %s", target, strings.Join(targets, ", "))
		}
		system, arch, _ := strings.Cut(target, "/")
		program := filepath.Join(dir, "labo-"+system+"-"+arch+exe(system))
		build(program, target, version)
		data := read(program)
		must(os.Remove(program))
		if len(data) > most {
			log.Fatalf("%s: %d bytes, at most %d", target, len(data), most)
		}
		all := append([]entry{{"labo" + exe(system), data, 0o755}}, shared...)
		name := "labo-" + system + "-" + arch
		var archive []byte
		if system == "windows" {
			name, archive = name+".zip", zipped(all, when)
		} else {
			name, archive = name+".tar.gz", tarred(all, when)
		}
		must(os.WriteFile(filepath.Join(dir, name), archive, 0o644))
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(archive), name)
		fmt.Printf("%-24s %5.1f MiB, archive %4.1f MiB\n", target, float64(len(data))/(1<<20), float64(len(archive))/(1<<20))
	}
	must(os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(sums.String()), 0o644))
}

// asked returns what git says of this tree, or nothing where it is not git's.
func asked(args ...string) string {
	if _, err := os.Stat(".git"); err != nil { // git would speak of a folder above
		return ""
	}
	return strings.TrimSpace(string(output(nil, "git", args...)))
}

func build(to, target, version string) {
	system, arch, _ := strings.Cut(target, "/")
	output([]string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + arch},
		"go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid= -X main.stamped="+version, "-o", to, "./cmd/labo")
}

func exe(system string) string { return map[string]string{"windows": ".exe"}[system] }

func zipped(all []entry, when time.Time) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range all {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: when}
		h.SetMode(os.FileMode(e.mode))
		f, err := w.CreateHeader(h)
		must(err)
		_, err = f.Write(e.data)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func tarred(all []entry, when time.Time) []byte {
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	w := tar.NewWriter(gz)
	for _, e := range all {
		must(w.WriteHeader(&tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.data)), ModTime: when, Format: tar.FormatUSTAR}))
		_, err := w.Write(e.data)
		must(err)
	}
	must(w.Close())
	must(gz.Close())
	return b.Bytes()
}

func output(env []string, name string, args ...string) []byte {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		log.Fatalf("%s %s: %v", cmp.Or(strings.Join(env, " "), "run"), cmd, err)
	}
	return out
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err)
	return data
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
