package list

import (
	"errors"
	"fmt"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// ErrUnfit says that a list asks for nothing, or for what no list may.
var ErrUnfit = errors.New("list is not fit to be followed")

// check says what is wrong with a list that a plan may have. A list that is followed already is not held to it: these rules
// have grown and will grow, and who upgrades must not lose a list by it.
func (l List) check() error {
	asked := measurement.Asked{Domestic: l.Plan.Domestic, Foreign: l.Plan.Foreign}
	for _, t := range l.Plan.Targets {
		asked.Targets = append(asked.Targets, t.URL)
	}
	if err := asked.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnfit, err)
	}
	return nil
}
