package ioda

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Entity is what a file of signals is about, in IODA's terms.
type Entity struct {
	Type string // country, region or asn
	Code string // IQ, 4369 (IODA's own region id), 5089
}

// ParseEntity reads "country/IQ", "region/4369" or "asn/5089".
func ParseEntity(s string) (Entity, error) {
	kind, code, _ := strings.Cut(s, "/")
	ok := false
	switch kind {
	case "country":
		ok = measurement.CountryCode(code)
	case "region", "asn":
		number, err := strconv.ParseUint(code, 10, 32)
		ok = err == nil && code == strconv.FormatUint(number, 10)
	}
	if !ok {
		return Entity{}, fmt.Errorf("entity %q is not like country/IQ, region/4369 (IODA's id) or asn/5089", s)
	}
	return Entity{Type: kind, Code: code}, nil
}
