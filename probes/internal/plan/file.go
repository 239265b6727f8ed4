package plan

import (
	"bytes"
	_ "embed" // the built-in plan
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// MaxFileBytes bounds what is read of a plan file.
const MaxFileBytes = 1 << 20

//go:embed default.json
var builtIn []byte

// Default returns the built-in plan: foreign anchors that every phone asks anyway to find out whether it
// is online, a few large sites and platforms, and no domestic anchors, which only people in a country can
// choose well.
func Default() (Plan, error) { return Parse(builtIn) }

// file is a plan as it is written down.
type file struct {
	Version string `json:"version"`
	Anchors struct {
		Domestic map[string][]string `json:"domestic"`
		Foreign  []string            `json:"foreign"`
	} `json:"anchors"`
	Targets     []Target   `json:"targets"`
	Resolvers   []Resolver `json:"resolvers"`
	Whoami      string     `json:"whoami"`
	BeatEvery   duration   `json:"beat_every"`
	TargetEvery duration   `json:"target_every"`
}

// Encode writes a plan as Parse reads it.
func Encode(p Plan) ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	f := file{
		Version: p.Version, Targets: p.Targets, Resolvers: p.Resolvers, Whoami: p.Whoami,
		BeatEvery: duration(p.BeatEvery), TargetEvery: duration(p.TargetEvery),
	}
	f.Anchors.Domestic, f.Anchors.Foreign = p.Domestic, p.Foreign
	return json.Marshal(f)
}

// duration is written as in "90s" or "30m".
type duration time.Duration

// UnmarshalText reads a duration with its unit.
func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = duration(v)
	return err
}

// MarshalText writes a duration with its unit.
func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Parse reads a plan file, fills in its defaults and validates it.
func Parse(text []byte) (Plan, error) {
	if len(text) > MaxFileBytes {
		return Plan{}, fmt.Errorf("plan is longer than %d bytes", MaxFileBytes)
	}
	var f file
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return Plan{}, fmt.Errorf("plan is not JSON of the expected shape: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Plan{}, errors.New("plan holds something after its JSON object")
	}
	p := Plan{
		Version: f.Version, Domestic: f.Anchors.Domestic, Foreign: f.Anchors.Foreign, Targets: f.Targets,
		Resolvers: f.Resolvers, Whoami: f.Whoami, BeatEvery: time.Duration(f.BeatEvery), TargetEvery: time.Duration(f.TargetEvery),
	}.WithDefaults()
	if err := p.Validate(); err != nil {
		return Plan{}, fmt.Errorf("plan: %w", err)
	}
	return p, nil
}
