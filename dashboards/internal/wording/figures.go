package wording

import (
	"regexp"
	"strings"
)

// digits are runs of five or more, so that a year stays a year.
var digits = regexp.MustCompile(`\b\d{5,}\b`)

// Thousands puts commas between the thousands of the whole numbers of a text: "fell to 2,671,239 where 5.0
// was expected". What follows a point or a dash is part of a fraction, an address or a date, and stays.
func Thousands(text string) string {
	var b strings.Builder
	from := 0
	for _, at := range digits.FindAllStringIndex(text, -1) {
		b.WriteString(text[from:at[0]])
		from = at[1]
		if at[0] > 0 && strings.ContainsRune(".-:/", rune(text[at[0]-1])) {
			b.WriteString(text[at[0]:at[1]])
			continue
		}
		b.WriteString(group(text[at[0]:at[1]]))
	}
	return b.String() + text[from:]
}

func group(digits string) string {
	var b strings.Builder
	for k, d := range digits {
		if k > 0 && (len(digits)-k)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
