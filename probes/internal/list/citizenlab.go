package list

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Selection is what is taken of test lists in the format of Citizen Lab
// (https://github.com/citizenlab/test-lists).
type Selection struct {
	// Country is the ISO 3166-1 alpha-2 code whose sites are domestic: those under its top-level domain.
	Country string
	// Risky takes the categories too whose sites it is dangerous to be seen visiting in many places. Whoever sets
	// it must tell the volunteers.
	Risky bool
	// Most is how many targets are taken, in turn from each test list and of it in turn from each category; 0 means
	// plan.MaxTargets.
	Most int
	// Domain returns the registrable domain of a name; nil: domains are not counted.
	Domain func(host string) (string, error)
}

// categories are those of the lists, and the class of their targets; empty: by where the site is. A platform is blocked by
// name, and so are tools of circumvention.
var categories = map[string]measurement.Class{
	"ALDR": "", "REL": "", "PORN": "", "PROV": "", "POLR": "", "HUMR": "", "ENV": "", "MILX": "", "HATE": "", "NEWS": "", "XED": "", "PUBH": "",
	"GMB": "", "ANON": measurement.ClassService, "DATE": "", "GRP": measurement.ClassService, "LGBT": "", "FILE": measurement.ClassService, "HACK": "",
	"COMT": measurement.ClassService, "MMED": measurement.ClassService, "HOST": measurement.ClassService, "SRCH": measurement.ClassService,
	"GAME": "", "CULTR": "", "ECON": "", "GOVT": "", "COMM": "", "CTRL": "", "IGO": "", "MISC": "",
}

// harmless are those of them that are not risky.
var harmless = []string{
	"REL", "POLR", "HUMR", "ENV", "NEWS", "PUBH", "GRP", "COMT", "MMED", "HOST", "SRCH", "GAME", "CULTR", "ECON", "GOVT", "COMM", "CTRL", "IGO", "MISC",
}

// Risky reports whether it is dangerous in many places to be seen visiting the sites of a category, by law above all; of
// one that is not known, that it may be.
func Risky(category string) bool { return !slices.Contains(harmless, category) }

// maxRows bounds a test list; the longest has under 2,000.
const maxRows = 50_000

// Add reads one test list. It fails on the first line that is none of such a list.
func (b *Builder) Add(r io.Reader) error {
	rows := csv.NewReader(r)
	rows.ReuseRecord = true
	head, err := rows.Read()
	if err != nil {
		return fmt.Errorf("line 1: %w: expected the names of columns, url and category_code among them", noEOF(err))
	}
	b.by = append(b.by, make(map[string][]plan.Target))
	at := slices.Index(head, "url")
	category := slices.Index(head, "category_code")
	if at < 0 || category < 0 {
		return errors.New("line 1: no columns url and category_code: not a test list in the format of Citizen Lab")
	}
	for n := range maxRows {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err // which names the line
		}
		line, _ := rows.FieldPos(0)
		class, ok := categories[row[category]]
		if !ok && n == 0 {
			return fmt.Errorf("line %d: category_code %.20q is unknown: not a test list in the format of Citizen Lab", line, row[category])
		}
		switch {
		case !ok:
			b.Skipped["unknown category"]++
		case Risky(row[category]) && !b.of.Risky:
			b.Skipped["risky to be seen visiting"]++
		default:
			b.take(row[category], strings.TrimSpace(row[at]), class)
		}
	}
	return fmt.Errorf("more than %d lines", maxRows)
}

// Builder makes targets of test lists.
type Builder struct {
	of    Selection
	seen  map[string]bool
	hosts map[string]int             // targets of each, and of each registrable domain, after a dot
	by    []map[string][]plan.Target // of each test list, by category, in its order
	// Skipped counts the rows that are no targets, by reason.
	Skipped map[string]int
}

// NewBuilder returns a builder that has read nothing.
func NewBuilder(of Selection) (*Builder, error) {
	if !measurement.CountryCode(of.Country) {
		return nil, fmt.Errorf("country %q is not two capital letters (ISO 3166-1), such as KE", of.Country)
	}
	if of.Most == 0 {
		of.Most = plan.MaxTargets
	}
	if of.Most < 1 || of.Most > plan.MaxTargets {
		return nil, fmt.Errorf("%d targets: allowed is 1 to %d", of.Most, plan.MaxTargets)
	}
	return &Builder{of: of, seen: make(map[string]bool), hosts: make(map[string]int), Skipped: make(map[string]int)}, nil
}

func (b *Builder) take(category, text string, class measurement.Class) {
	u, err := url.Parse(text)
	if err != nil || plan.CheckTarget(text) != nil || measurement.CheckListed(text) != nil {
		b.Skipped["no URL that a probe may look at"]++
		return
	}
	if b.seen[text] {
		b.Skipped["repeated"]++
		return
	}
	b.seen[text] = true
	host := strings.ToLower(u.Hostname())
	if b.hosts[host] == measurement.MaxPerHost {
		b.Skipped["more of one host than a list may have"]++
		return
	}
	domain := b.domain(host)
	if b.hosts[domain] == measurement.MaxPerDomain {
		b.Skipped["more of one domain than a list may have"]++
		return
	}
	b.hosts[host]++
	b.hosts[domain]++
	if class == "" {
		class = measurement.ClassForeign
		if strings.HasSuffix(host, "."+strings.ToLower(b.of.Country)) {
			class = measurement.ClassDomestic
		}
	}
	last := b.by[len(b.by)-1]
	last[category] = append(last[category], plan.Target{URL: text, Class: class})
}

// domain returns what is counted together with a host, which is no host itself.
func (b *Builder) domain(host string) string {
	if b.of.Domain != nil {
		if domain, err := b.of.Domain(host); err == nil {
			return "." + domain
		}
	}
	return "." + host // an address, or itself a public suffix
}

// Targets returns what was taken: one of each test list in turn, and of each of them one of each category in turn, so that
// a bound costs every list and every category alike, in whatever order they were given.
func (b *Builder) Targets() []plan.Target {
	var lists [][]plan.Target
	for _, by := range b.by {
		var categories [][]plan.Target
		for _, name := range slices.Sorted(maps.Keys(by)) {
			categories = append(categories, by[name])
		}
		lists = append(lists, inTurn(categories))
	}
	out := inTurn(lists)
	if left := len(out) - b.of.Most; left > 0 {
		b.Skipped["more than fit"] = left
		out = out[:b.of.Most]
	}
	return out
}

// inTurn returns the first of each, then the second of each, and so on.
func inTurn(of [][]plan.Target) (out []plan.Target) {
	for i := 0; ; i++ {
		before := len(out)
		for _, targets := range of {
			if i < len(targets) {
				out = append(out, targets[i])
			}
		}
		if len(out) == before {
			return out
		}
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
