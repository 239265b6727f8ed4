package plan

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Hours is a span of the day, in minutes since midnight by the volunteer's clock. It may go over midnight; one
// that begins where it ends is empty.
type Hours struct{ From, Until int }

// ParseHours reads a span as in 23:00-06:30. The empty text is no hours.
func ParseHours(text string) (Hours, error) {
	if text == "" {
		return Hours{}, nil
	}
	from, until, ok := strings.Cut(text, "-")
	h := Hours{From: minutes(from), Until: minutes(until)}
	if !ok || h.From < 0 || h.Until < 0 {
		return Hours{}, fmt.Errorf("%q is not a span of the day: write it as 23:00-06:30", text)
	}
	if h.From == h.Until {
		return Hours{}, errors.New("quiet hours begin when they end: leave them out for none")
	}
	return h, nil
}

func minutes(text string) int {
	at, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

// String writes the hours as ParseHours reads them.
func (h Hours) String() string {
	if h.From == h.Until {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.Until/60, h.Until%60)
}

// Hold reports whether a moment, in the volunteer's time zone, is in the hours.
func (h Hours) Hold(at time.Time) bool {
	m := at.Hour()*60 + at.Minute()
	if h.From <= h.Until {
		return m >= h.From && m < h.Until
	}
	return m >= h.From || m < h.Until
}

// End returns when the hours that hold a moment end, in its time zone.
func (h Hours) End(at time.Time) time.Time {
	end := time.Date(at.Year(), at.Month(), at.Day(), 0, h.Until, 0, 0, at.Location())
	if !end.After(at) {
		end = time.Date(at.Year(), at.Month(), at.Day()+1, 0, h.Until, 0, 0, at.Location())
	}
	return end
}
