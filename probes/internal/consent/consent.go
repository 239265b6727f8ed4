// Package consent says to a volunteer what the probe does and what it can cost, before it does anything.
//
// It holds the words and nothing else: they are a file of their own, so that people who do not read Go
// can review and translate them.
package consent

import _ "embed" // the notice

//go:embed notice.txt
var notice string

// Notice returns the text, in lines that fit a terminal.
func Notice() string { return notice }
