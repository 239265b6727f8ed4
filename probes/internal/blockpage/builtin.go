package blockpage

import (
	_ "embed" // the list
	"fmt"
	"strings"
)

// builtin holds pages that are well known, each with where it was described.
//
//go:embed builtin.csv
var builtin string

// Builtin returns the fingerprints that every probe has.
func Builtin() ([]Fingerprint, error) {
	prints, err := Load(strings.NewReader(builtin))
	if err != nil {
		return nil, fmt.Errorf("built-in block pages: %w", err)
	}
	return prints, nil
}
