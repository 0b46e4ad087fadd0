//go:build !race

package screen

const racing = false
