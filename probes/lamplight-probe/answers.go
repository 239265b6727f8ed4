package main

import (
	"errors"
	"io"
)

// errStopped says that somebody pressed Ctrl-C where an answer was asked for.
var errStopped = errors.New("stopped before an answer came")

// answers is what somebody types, until done: a read of a terminal does not end by itself, and Ctrl-C at a question
// has to.
type answers struct {
	done <-chan struct{}
	in   io.Reader
}

// Read implements io.Reader. What is typed after done is lost.
func (a answers) Read(p []byte) (int, error) {
	type part struct {
		bytes []byte
		err   error
	}
	read := make(chan part, 1)
	go func() {
		own := make([]byte, len(p)) // the caller has p back when this one is left behind
		n, err := a.in.Read(own)
		read <- part{own[:n], err}
	}()
	select {
	case <-a.done:
		return 0, errStopped
	case got := <-read:
		return copy(p, got.bytes), got.err
	}
}
