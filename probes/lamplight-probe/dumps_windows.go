package main

// refuseDumps does nothing: Go's programs ask Windows for no dumps.
func refuseDumps() {}
