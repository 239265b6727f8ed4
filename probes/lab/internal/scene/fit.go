package scene

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Misfits returns what of an expectation the records do not hold, a sentence each.
func (e Expectation) Misfits(records []measurement.Record) []string {
	var out []string
	for _, p := range e.Records {
		fits := slices.ContainsFunc(records, p.fits)
		if fits == p.Not {
			verb := "no record is"
			if p.Not {
				verb = "a record is"
			}
			out = append(out, fmt.Sprintf("line %d: %s %s", p.Line, verb, p))
		}
	}
	return out
}

// String writes a pattern as a scene does.
func (p Pattern) String() string {
	words := []string{string(p.Kind)}
	for _, key := range slices.Sorted(maps.Keys(p.Fields)) {
		words = append(words, key+"="+p.Fields[key])
	}
	return strings.Join(words, " ")
}

func (p Pattern) fits(r measurement.Record) bool {
	if r.Kind != p.Kind {
		return false
	}
	text, err := json.Marshal(r)
	if err != nil {
		return false
	}
	var fields map[string]any
	if json.Unmarshal(text, &fields) != nil {
		return false
	}
	for key, want := range p.Fields {
		if got := field(fields, key); got != want {
			return false
		}
	}
	return true
}

// field returns a field as text; a missing one is "", or "ok" for the failure. Fields of the evidence may leave
// out the kind.
func field(fields map[string]any, key string) string {
	if v, ok := dig(fields, key); ok {
		return v
	}
	if kind, ok := fields["kind"].(string); ok {
		if v, ok := dig(fields, kind+"."+key); ok {
			return v
		}
	}
	if key == "failure" {
		return "ok"
	}
	return ""
}

func dig(v any, path string) (string, bool) {
	for part := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[part]
			if !ok {
				return "", false
			}
			v = next
		case []any:
			n, err := strconv.Atoi(part)
			if err != nil || n < 0 || n >= len(at) {
				return "", false
			}
			v = at[n]
		default:
			return "", false
		}
	}
	return fmt.Sprint(v), true
}
