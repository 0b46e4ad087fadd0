package export

import (
	"bytes"
	"context"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"labo/probe/probetest"
)

// A real browser shows the page. With LABO_CAPTURES, a directory, what it
// showed is left there to be looked at.

// chromium runs a browser without a screen on a page, in a profile of its own.
func chromium(t *testing.T, page string, args ...string) []byte {
	t.Helper()
	program, err := exec.LookPath("chromium-browser")
	if err != nil {
		program = probetest.Need(t, "chromium")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--no-pdf-header-footer", "--user-data-dir=" + t.TempDir()}, args...)
	cmd := exec.CommandContext(ctx, program, append(args, "file://"+page)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, stderr.Bytes())
	}
	return out
}

// capturesIn is where captures go.
func capturesIn(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("LABO_CAPTURES"); dir != "" {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	return t.TempDir()
}

// pageFile writes the page of the recorded run and returns its name.
func pageFile(t *testing.T) string {
	t.Helper()
	book := readFrom(t, recorded)
	path := filepath.Join(t.TempDir(), "cahier.html")
	if err := os.WriteFile(path, []byte(exports(t, New(book, contentsOf(book), made))["cahier.html"]), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestABrowserReadsThePageAsWritten(t *testing.T) {
	path := pageFile(t)
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	written, read := parseHTML(t, string(source)), parseHTML(t, string(chromium(t, path, "--dump-dom")))
	checkPage(t, read)
	for _, name := range []string{"svg", "table", "h2", "h3", "h4", "polyline", "text"} {
		if a, b := len(find(written, name)), len(find(read, name)); a != b || a == 0 {
			t.Errorf("%d <%s> written, %d read by the browser", a, name, b)
		}
	}
	if squashed(textOf(written)) != squashed(textOf(read)) {
		t.Error("the browser reads other words than were written")
	}
}

func TestABrowserDrawsThePage(t *testing.T) {
	path, dir := pageFile(t), capturesIn(t)
	ink := map[string]color.RGBA{ // of the style sheet
		"client": {0x0a, 0x63, 0x75, 255}, "server": {0x8a, 0x1f, 0x78, 255}, "kernel": {0x7a, 0x4e, 0x00, 255},
		"good": {0x1c, 0x6b, 0x2a, 255}, "bad": {0xab, 0x23, 0x18, 255},
	}
	for _, tc := range []struct {
		name  string
		size  string
		args  []string
		paper color.RGBA
	}{
		{"wide", "1000,9000", nil, color.RGBA{255, 255, 255, 255}},
		{"narrow", "500,9000", nil, color.RGBA{255, 255, 255, 255}},
		{"dark", "1000,9000", []string{"--blink-settings=preferredColorScheme=0"}, color.RGBA{0x17, 0x18, 0x1b, 255}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			shot := filepath.Join(dir, "cahier-"+tc.name+".png")
			chromium(t, path, append(tc.args, "--window-size="+tc.size, "--screenshot="+shot)...)
			f, err := os.Open(shot)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			img, err := png.Decode(f)
			if err != nil {
				t.Fatal(err)
			}
			if got := img.At(2, 2); !same(got, tc.paper) {
				t.Errorf("the paper is %v, want %v", got, tc.paper)
			}
			const margin = 8 // of the page, where nothing is
			for y := range img.Bounds().Dy() {
				for x := range margin {
					for _, at := range []int{x, img.Bounds().Dx() - 1 - x} {
						if got := img.At(at, y); !same(got, tc.paper) {
							t.Fatalf("something runs over the margin, at %d,%d: %v", at, y, got)
						}
					}
				}
			}
			points := map[color.RGBA]int{}
			for y := range img.Bounds().Dy() {
				for x := 0; x < img.Bounds().Dx(); x += 2 { // half of them are enough
					points[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
				}
			}
			for name, c := range ink {
				if n := points[c]; (n > 100) != (tc.name != "dark") {
					t.Errorf("%d points of the ink of %s", n, name)
				}
			}
		})
	}
}

func same(a color.Color, b color.RGBA) bool { return color.RGBAModel.Convert(a) == b }

// pagesOf counts the pages of a PDF.
func pagesOf(pdf []byte) int {
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1))
}

// Five answers of five lines each, and all that a notebook has to prove them, are
// one sheet of paper.
func TestTheFiveAnswersArePrintedOnOnePage(t *testing.T) {
	dir := capturesIn(t)
	path, pdf := filepath.Join(dir, "reponses.html"), filepath.Join(dir, "reponses.pdf")
	var page bytes.Buffer
	if err := fullAnswers(t).HTML(&page); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	chromium(t, path, "--print-to-pdf="+pdf)
	data, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	if n := pagesOf(data); n != 1 {
		t.Errorf("%d pages", n)
	}
}

func TestABrowserPrintsThePage(t *testing.T) {
	path, pdf := pageFile(t), filepath.Join(capturesIn(t), "cahier.pdf")
	chromium(t, path, "--print-to-pdf="+pdf)
	data, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	pages := pagesOf(data)
	scenes := 0
	for _, step := range readFrom(t, recorded).Steps {
		scenes += len(step.Scenes)
	}
	// Three scenes on five pages, in a file that can be sent by mail.
	if !bytes.HasPrefix(data, []byte("%PDF-")) || pages < 3 || 3*pages > 5*scenes || len(data) > 4<<20 {
		t.Errorf("%d bytes, %d pages for %d scenes", len(data), pages, scenes)
	}
	if !regexp.MustCompile(`/MediaBox\s*\[0 0 59[45]\S* 84[12]\S*\]`).Match(data) {
		t.Error("the paper is not A4")
	}
}
