package lab

import "time"

// Rate is a run of lamplight-probe once over many sites that are all up, in a network of its own.
type Rate struct {
	Program string // file of lamplight-probe
	Sites   int
	RTT     time.Duration
	// Parallel is how many sites are looked at at once; 0 is as the program does by itself.
	Parallel int
}

// RateResult is what a run took of the machine. The sites and the line are another process, whose processor time and
// memory are not in it.
type RateResult struct {
	Took      time.Duration // of the clock on the wall
	Processor time.Duration // of the program, in it and in the kernel for it
	Peak      int64         // bytes of resident memory (VmHWM)
	Count     string        // how the program counted what it saw
}
