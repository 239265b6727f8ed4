package list

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
)

// Draft is a list before anybody signed it.
type Draft struct {
	Name            string
	Serial          uint64
	Issued, Expires time.Time
	Targets         []plan.Target
	// Domestic are anchors by their country; the foreign ones are those of the built-in plan.
	Domestic map[string][]string
}

// Text returns the bytes to sign: the built-in plan with the draft's targets in place of its own. It fails on what
// no probe would take.
func (d Draft) Text() ([]byte, error) {
	what, err := plan.Default()
	if err != nil {
		return nil, err
	}
	what.Version, what.Targets, what.Domestic = "list", d.Targets, d.Domestic
	inner, err := plan.Encode(what)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(file{
		Name: d.Name, Serial: d.Serial, Issued: d.Issued.UTC(), Expires: d.Expires.UTC(), Plan: inner,
	}, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode the list: %w", err)
	}
	text = append(text, '\n')
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("list has %d bytes, at most %d: take fewer targets", len(text), MaxBytes)
	}
	l, err := parse(text)
	if err == nil {
		err = l.check()
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}
