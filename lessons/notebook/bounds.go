package notebook

// Bounds of what is kept of one play of a scene, beside those of [record]: a
// notebook stays a file that a person can read.
const (
	maxEvidence  = 40  // measurements
	maxSameTitle = 8   // measurements under one title
	maxEvents    = 200 // things that happened
	maxProse     = 100 // parts of the prose
)
