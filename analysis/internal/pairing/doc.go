// Package pairing reads the looks that are stored and puts beside each the look of a control at the same target.
//
// It owns what makes two looks comparable: the same target, to the letter, and times that are near. A control in the
// probe's own country is none, nor one of which nobody knows where it is, nor one whose own beats say that it was hardly
// online. It judges nothing: a look that no control stands beside is yielded without one, and package verdict says what
// that is worth. It holds one target's hour in memory at most.
package pairing
