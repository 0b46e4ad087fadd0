package runner

const hasTerminals = false
