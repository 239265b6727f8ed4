package consent

import (
	"strings"
	"unicode"

	"github.com/lamplight-net/lamplight/probes/internal/list"
)

const width = 100 // of the notice, in columns

// Text returns all that a volunteer is asked to agree to, ready for a terminal. A campaign's words come from
// outside: what could move a cursor or turn the writing around is left out of them.
func Text(campaign *list.Campaign) string {
	if campaign == nil {
		return notice
	}
	return notice + "\nTHE CAMPAIGN " + campaign.ID + "\n" +
		"The people who sign your list ask for more than the ordinary for a while. They say:\n\n" + wrap(plain(campaign.Text))
}

func plain(text string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == ' ' || unicode.IsPrint(c) && !unicode.Is(unicode.Bidi_Control, c) {
			return c
		}
		return -1
	}, text)
}

// wrap indents a text and breaks its lines between words.
func wrap(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		column := 0
		for _, word := range strings.Fields(line) {
			if column > 0 && column+1+len([]rune(word)) > width {
				out.WriteByte('\n')
				column = 0
			}
			if column == 0 {
				out.WriteString("  ")
				column = 1
			}
			out.WriteString(" " + word)
			column += 1 + len([]rune(word))
		}
		out.WriteByte('\n')
	}
	return out.String()
}
