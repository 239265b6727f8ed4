package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one of go test -json (go doc test2json).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// summary shows events. What tests say is kept until it is known whether they failed.
type summary struct {
	out     io.Writer
	said    map[string][]string // by package and test
	skipped map[string][]string // tests by the reason
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, said: map[string][]string{}, skipped: map[string][]string{}}
}

func (s *summary) line(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil || e.Action == "" {
		s.print(string(line) + "\n") // of go itself, such as a vet error
		return
	}
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		s.print(e.Output)
	case "output":
		if e.Test == "" {
			s.ofPackage(e.Output)
			return
		}
		s.said[key] = append(s.said[key], e.Output)
	case "fail":
		s.print(strings.Join(s.said[key], ""))
		delete(s.said, key)
	case "skip":
		if e.Test != "" {
			reason := reasonOf(s.said[key])
			s.skipped[reason] = append(s.skipped[reason], e.Package+": "+e.Test)
		}
		delete(s.said, key)
	case "pass":
		delete(s.said, key)
	}
}

// ofPackage shows what is said of a package as a whole, but for the word that every one of them says.
func (s *summary) ofPackage(output string) {
	if output != "PASS\n" && !strings.Contains(output, "[no test files]") {
		s.print(output)
	}
}

// reasonOf is the last thing that a test said before it was skipped, without the place in its source.
func reasonOf(said []string) string {
	for _, line := range slices.Backward(said) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "--- SKIP") || strings.HasPrefix(line, "=== ") {
			continue
		}
		if _, reason, found := strings.Cut(line, ".go:"); found {
			if _, text, found := strings.Cut(reason, ": "); found {
				return text
			}
		}
		return line
	}
	return "no reason given"
}

// end names what was skipped.
func (s *summary) end() {
	if len(s.skipped) == 0 {
		s.print("No test was skipped.\n")
		return
	}
	s.print("Skipped:\n")
	reasons := make([]string, 0, len(s.skipped))
	for reason := range s.skipped {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		s.print("  " + reason + "\n")
		for _, test := range s.skipped[reason] {
			s.print("    " + test + "\n")
		}
	}
}

func (s *summary) print(text string) { _, _ = fmt.Fprint(s.out, text) }
