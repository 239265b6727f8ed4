// Command skipped reads what go test -json prints and shows it as go test does, and at the end which tests were
// skipped and why: a test that did not run must not look like one that passed.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

// maxLine bounds one event. A test that prints more in one line is shown as it comes.
const maxLine = 16 << 20

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "skipped:", err)
		os.Exit(1)
	}
}

// run shows everything. Whether tests failed is go test's own to say, by its exit code.
func run(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	s := newSummary(out)
	for lines.Scan() {
		s.line(lines.Bytes())
	}
	s.end()
	return lines.Err()
}
