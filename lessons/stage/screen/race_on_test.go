//go:build race

package screen

// racing: the race detector makes each key some twenty times as dear.
const racing = true
