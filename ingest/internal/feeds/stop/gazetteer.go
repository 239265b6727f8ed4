package stop

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
)

// countriesTable has one line a country: ISO 3166-1 code and the names that reports use for it. An
// asterisk marks the name of a part, which stands with the country that ISO has it in.
//
//go:embed countries.tsv
var countriesTable string

// regionsTable has one line a region: ISO 3166-2 code and the English names that reports use for it,
// for the countries with the most reports of parts of them. A city stands for no region unless it is
// one.
//
//go:embed regions.tsv
var regionsTable string

// gazetteer knows places by the names that reports use.
type gazetteer struct {
	countries map[string]country
	names     map[string][]region // by country
}

type country struct {
	code string
	part bool // the name is of a part of it
}

type region struct{ code, name string }

// newGazetteer returns the gazetteer of the tables, with the codes of more countries by name.
func newGazetteer(more map[string]string) *gazetteer {
	g := &gazetteer{countries: make(map[string]country), names: make(map[string][]region)}
	each(countriesTable, func(code, name string) {
		g.countries[fold(name)] = country{code: code, part: strings.HasPrefix(name, "*")}
	})
	for name, code := range more {
		g.countries[fold(name)] = country{code: code}
	}
	each(regionsTable, func(code, name string) {
		in, _, _ := strings.Cut(code, "-")
		g.names[in] = append(g.names[in], region{code: code, name: fold(name)})
	})
	return g
}

func each(table string, use func(code, name string)) {
	for line := range strings.Lines(table) {
		code, names, _ := strings.Cut(strings.TrimSpace(line), "\t")
		for name := range strings.SplitSeq(names, "|") {
			use(code, name)
		}
	}
}

// country finds a country by name; its code is empty when the name is unknown.
func (g *gazetteer) country(name string) country { return g.countries[fold(name)] }

// regions lists the regions that an area names, in order of their codes. An area that excepts
// something names it too, so nothing is known then.
func (g *gazetteer) regions(code, area string) []string {
	area = fold(area)
	if contains(area, "except") {
		return nil
	}
	var codes []string
	for _, r := range g.names[code] {
		if contains(area, r.name) && !slices.Contains(codes, r.code) {
			codes = append(codes, r.code)
		}
	}
	slices.Sort(codes)
	return codes
}

// contains reports whether words stand in a folded text as whole words.
func contains(text, words string) bool {
	return strings.Contains(" "+text+" ", " "+words+" ")
}

// fold makes spellings of one name equal: lower case, "and" for &, no article, single spaces for all
// that is neither letter nor digit.
func fold(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "&", " and ")
	words := strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "the" }), " ")
}
