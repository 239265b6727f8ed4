package demo

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

func TestActs(t *testing.T) {
	types := map[uint32]string{64501: "mobile", 64502: "mobile", 64503: "fixed"}
	for name, test := range map[string]struct {
		happens Happening
		want    Expectation
	}{
		"all":     {Happening{Country: "XL", Networks: []uint32{64501, 64503}, Whole: true}, Expectation{Type: incident.TypeNationwide, Place: lampland}},
		"mobile":  {Happening{Country: "XL", Networks: []uint32{64501, 64502}}, Expectation{Type: incident.TypeNetwork, Place: lampland, Networks: []uint32{64501, 64502}, NetworkType: "mobile"}},
		"of both": {Happening{Country: "XL", Networks: []uint32{64501, 64503}}, Expectation{Type: incident.TypeNetwork, Place: lampland, Networks: []uint32{64501, 64503}}},
		"service": {Happening{Country: "XL", Service: "chat.example"}, Expectation{Type: incident.TypePlatform, Place: lampland, Service: "chat.example"}},
		"our own": {Happening{}, Expectation{}},
	} {
		acts := Acts([]Happening{test.happens}, types)
		if diff := cmp.Diff(test.want, acts[0].Expect); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
