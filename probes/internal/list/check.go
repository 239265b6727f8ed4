package list

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// ErrNowhere says that a list asks for nothing, or for what is inside of networks.
var ErrNowhere = errors.New("list names nothing that a probe may look at")

// check says what is wrong with a list that a plan may have: that it asks for nothing, or for what is inside of networks.
// Every probe's guard would refuse that, every time; who makes the list wants to know before, and in which line of its text.
func (l List) check(text []byte) error {
	p := l.Plan
	if len(p.Targets) == 0 {
		return fmt.Errorf("%w: it has no targets: add some to its plan", ErrNowhere)
	}
	for _, t := range p.Targets {
		if err := outside(text, t.URL); err != nil {
			return err
		}
	}
	for _, anchors := range p.Domestic {
		if err := outside(text, anchors...); err != nil {
			return err
		}
	}
	return outside(text, p.Foreign...)
}

// outside fails on the first URL of a list that is inside of networks.
func outside(text []byte, urls ...string) error {
	for _, url := range urls {
		if measurement.Inside(plan.HostOf(url)) {
			before, _, _ := bytes.Cut(text, []byte(url))
			return fmt.Errorf("%w: %s (line %d of the list) is inside of networks: leave it out", ErrNowhere, url, 1+bytes.Count(before, []byte("\n")))
		}
	}
	return nil
}
