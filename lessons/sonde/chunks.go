package sonde

import (
	"runtime"
	"sync"
)

// chunkRows is how many rows are written in one piece: 64 KiB of JSON.
const chunkRows = 128

// Writers is how many goroutines n rows are worth, at least one.
func Writers(n int) int { return max(1, min(runtime.GOMAXPROCS(0), n/chunkRows)) }

// InChunks writes n rows, the pieces of which are made by several goroutines and
// taken in their order. Write appends the rows from..to to b, as one of writers
// goroutines, numbered from 0; take is called by the caller's goroutine alone.
func InChunks(n, writers int, write func(writer int, b []byte, from, to int) []byte, take func(b []byte)) {
	made := make([][]byte, writers)
	for from := 0; from < n; from += writers * chunkRows {
		var others sync.WaitGroup
		piece := func(i int) {
			start := min(n, from+i*chunkRows)
			made[i] = write(i, made[i][:0], start, min(n, start+chunkRows))
		}
		for i := 1; i < writers; i++ {
			others.Go(func() { piece(i) })
		}
		piece(0)
		take(made[0])
		others.Wait()
		for _, b := range made[1:] {
			take(b)
		}
	}
}
