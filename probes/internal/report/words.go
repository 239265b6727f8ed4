package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/narrate"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// State says in a sentence whether the probe does its work.
func (r Report) State() string {
	switch {
	case r.Suspended != "" && !r.Running:
		return "not running, and would measure nothing: " + r.Suspended
	case r.Suspended != "" && !r.PausedUntil.IsZero():
		return "paused until " + moment(r.PausedUntil) + ", and then measures nothing: " + r.Suspended
	case r.Suspended != "":
		return "measures nothing: " + r.Suspended
	case !r.Running:
		return "not running"
	case !r.PausedUntil.IsZero():
		return "paused until " + moment(r.PausedUntil)
	}
	return "running"
}

// Place says which network the probe takes itself to be in.
func (r Report) Place() string {
	if r.Network.Country == "" || r.Network.Country == "ZZ" {
		return "not known yet"
	}
	out := r.Network.Country
	if r.Network.ASN != 0 {
		out += fmt.Sprintf(", AS%d", r.Network.ASN)
	}
	if r.Network.Type != "" && r.Network.Type != measurement.NetworkUnknown {
		out += ", " + string(r.Network.Type)
	}
	return out
}

// Agreed says what was agreed to, and when.
func (r Report) Agreed() string {
	switch r.Consent.Agreed {
	case "":
		return "nothing yet; the text of now is " + r.Consent.Asked
	case r.Consent.Asked:
		return r.Consent.Agreed + ", on " + r.Consent.Day
	}
	return r.Consent.Agreed + ", on " + r.Consent.Day + "; the text of now is " + r.Consent.Asked
}

// Followed says which list is followed, and how it goes with newer ones.
func (r Report) Followed() string {
	out := r.List
	if r.ListExpired {
		out += ", which has expired: it is followed until a newer one comes"
	}
	if r.Lists == nil {
		return out
	}
	if !r.Lists.Answered.IsZero() {
		out += "; last asked for a newer one " + moment(r.Lists.Answered)
	}
	if r.Lists.Refused > 0 {
		out += "; " + Count(r.Lists.Refused, "answer", "answers") + " refused since the start"
	}
	if r.Lists.Trouble != "" {
		out += "; " + r.Lists.Trouble
		if !r.Lists.Next.IsZero() {
			out += "; asked again after " + moment(r.Lists.Next)
		}
	}
	return out
}

// Used says how much of the day's data was used.
func (r Report) Used() string {
	used := Megabytes(r.Today.SentBytes + r.Today.ReceivedBytes)
	if r.Today.BudgetBytes == 0 {
		return used + " MB, without a limit"
	}
	return used + " of " + Megabytes(r.Today.BudgetBytes) + " MB"
}

// Waiting says what has not been delivered.
func (r Report) Waiting() string {
	out := "nothing" // but what is being measured now, which has bytes and is no batch yet
	if r.Queue.Batches > 0 {
		out = fmt.Sprintf("%s, %s MB", Count(r.Queue.Batches, "batch", "batches"), Megabytes(r.Queue.Bytes))
	}
	if r.Queue.Held > 0 {
		out += fmt.Sprintf("; %s in memory: they wait for the gateway's key, the time, or room on the disk", Count(r.Queue.Held, "record", "records"))
	}
	if r.Queue.Aside > 0 {
		out += fmt.Sprintf("; %d that the gateway refused for good", r.Queue.Aside)
	}
	if r.Queue.Dropped > 0 {
		out += fmt.Sprintf("; %d given up for want of room", r.Queue.Dropped)
	}
	return out
}

// Delivery says when something was last delivered, and what keeps the next from it.
func (r Report) Delivery() string {
	out := "none since the start"
	if !r.Delivered.IsZero() {
		out = moment(r.Delivered)
	}
	if r.Trouble != "" {
		out += "; now: " + r.Trouble
	}
	return out
}

// When is the time of a check.
func (c Check) When() string { return moment(c.At) }

// What says what was looked at, as a class.
func (c Check) What() string {
	if c.Kind == measurement.KindBeat {
		return "sign of life"
	}
	switch c.Class {
	case measurement.ClassDomestic:
		return "site in the country"
	case measurement.ClassForeign:
		return "site abroad"
	case measurement.ClassService:
		return "large service"
	default:
		return "site"
	}
}

// How says how it went.
func (c Check) How() string {
	if c.Domestic != nil && c.Foreign != nil {
		return answered(*c.Domestic, *c.Foreign)
	}
	if c.Failure == "" {
		return "opened"
	}
	return narrate.Words(c.Failure)
}

// answered says how many of the servers answered that a sign of life asks, where any were asked.
func answered(domestic, foreign measurement.Reach) string {
	var parts []string
	if domestic.Tried > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d in the country", domestic.Answered, domestic.Tried))
	}
	if foreign.Tried > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d abroad", foreign.Answered, foreign.Tried))
	}
	if len(parts) == 0 {
		return "nobody was asked"
	}
	return "answered: " + strings.Join(parts, ", ")
}

// Megabytes writes bytes as megabytes (10^6) with one decimal, and never as nothing what is something.
func Megabytes(n int64) string {
	if n > 0 && n < 100_000 {
		return "under 0.1"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0")
}

// Count writes a number with the word for one or for many.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }
