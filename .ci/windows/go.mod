// Only for .ci/windows/run, which takes CPython for Windows out of this module's
// data. It is a module of its own, so that nobody else downloads it.
module labo/ci/windows

go 1.26

require github.com/kluctl/go-embed-python v0.0.0-3.11.11-20241219-1
