package observe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Region is what a source's region is to us.
type Region struct {
	Place incident.Place // by its ISO 3166-2 code
	Name  string         // in English; may be empty
}

// Regions are regions by the id that IODA gives them. A region that is not in it has no country.
type Regions map[string]Region

const (
	// There are some five thousand regions in the world.
	maxRegions    = 20000
	maxRegionLine = 1 << 10
)

// isoRegion matches an ISO 3166-2 code.
var isoRegion = regexp.MustCompile(`^[A-Z]{2}-[A-Z0-9]{1,3}$`)

// ParseRegions reads a table of IODA's regions: on each line IODA's id, the ISO 3166-2 code and, if wanted, the
// English name, with tabs between. Lines that are empty or begin with # say nothing. The ids are IODA's own,
// and their table is not ours to pass on: whoever reads IODA has it.
func ParseRegions(in io.Reader) (Regions, error) {
	out := make(Regions)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxRegionLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		id, err := strconv.ParseUint(fields[0], 10, 32)
		switch {
		case err != nil || len(fields) < 2 || len(fields) > 3 || !isoRegion.MatchString(fields[1]):
			return nil, fmt.Errorf("line %d is not like 4369, UA-18 and Zhytomyr with tabs between", n)
		case len(out) == maxRegions:
			return nil, fmt.Errorf("line %d: more than %d regions", n, maxRegions)
		}
		key := strconv.FormatUint(id, 10)
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("line %d: region %s stands there twice", n, key)
		}
		r := Region{Place: incident.Place{Country: fields[1][:2], Region: fields[1]}}
		if len(fields) == 3 {
			r.Name = strings.TrimSpace(fields[2])
		}
		out[key] = r
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("a line is longer than %d bytes", maxRegionLine)
	case err != nil:
		return nil, err
	case len(out) == 0:
		return nil, errors.New("no region in it")
	}
	return out, nil
}
