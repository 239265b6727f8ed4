package verdict

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// alike is the least proportion of two pages' lengths at which they may be the same page: OONI's, whose 0.7
	// comes from the lengths of pages that a block page was compared with (Jones et al., IMC 2014).
	alike = 0.7
	// comparedBytes is how much of a page counts: a probe reads no more, and OONI's control reads more.
	comparedBytes = 64 << 10
)

// likeness is what the comparison of two pages says.
type likeness int

// The likenesses. Unclear is what differs in one way only, for pages change with the reader's country and the hour; and
// what nothing is known of, for an empty page is what a censor sends most cheaply.
const (
	unclear likeness = iota
	same
	different
)

// comparison compares the page with the control's.
func (f *facts) comparison() likeness {
	if f.page == nil || f.page.Failure != "" || f.controlPage == nil || f.controlPage.Failure != "" {
		return unclear
	}
	here, there := f.page.HTTP, f.controlPage.HTTP
	if here.BodySHA256 != "" && here.BodySHA256 == there.BodySHA256 {
		return same
	}
	title, length := titles(here, there), lengths(here, there)
	if here.Status == there.Status {
		switch {
		case title == same, title == unclear && length == same:
			return same
		case title == different && length == different:
			return different
		}
		return unclear
	}
	if refusal(here.Status) || refusal(there.Status) || there.Status >= 400 {
		return unclear
	}
	if title == different && length != same || title == unclear && length == different {
		return different
	}
	return unclear
}

// refusal reports whether a status is one that servers give to visitors they take for robots, or cannot serve now.
func refusal(status uint16) bool {
	return slices.Contains([]uint16{401, 403, 404, 405, 406, 429}, status) || status >= 500
}

func titles(a, b *measurement.HTTP) likeness {
	switch {
	case a.TitleSHA256 == "" || b.TitleSHA256 == "":
		return unclear
	case a.TitleSHA256 == b.TitleSHA256:
		return same
	}
	return different
}

// lengths compares lengths. Where one alone is zero it is not known: what was not read in time is left out by some.
func lengths(a, b *measurement.HTTP) likeness {
	x, y := min(a.BodyBytes, comparedBytes), min(b.BodyBytes, comparedBytes)
	switch {
	case x == y:
		return same
	case x == 0 || y == 0:
		return unclear
	case float64(min(x, y)) >= alike*float64(max(x, y)):
		return same
	}
	return different
}

// challengeTitles are those of pages that content networks put before visitors that they take for robots.
var challengeTitles = titleHashes(
	"Just a moment...", "Attention Required! | Cloudflare", "Please Wait... | Cloudflare", "DDoS-Guard",
	"Access denied | Cloudflare", "One moment, please...", "Pardon Our Interruption", "Are you a robot?",
)

// challenged reports whether the page is such a challenge: a refusal with such a title, at an address that the control
// was told too. Anybody can write a title, so nothing less passes for the site's side.
func (f *facts) challenged() bool {
	return f.page != nil && f.page.Failure == "" && slices.Contains(challengeTitles, f.page.HTTP.TitleSHA256) &&
		refusal(f.page.HTTP.Status) && !f.page.HTTP.Elsewhere && slices.ContainsFunc(answersOf(f.path).public, f.told)
}

func titleHashes(titles ...string) []string {
	out := make([]string, len(titles))
	for i, title := range titles {
		sum := sha256.Sum256([]byte(title))
		out[i] = hex.EncodeToString(sum[:])
	}
	return out
}
