package wording

import "github.com/lamplight-net/lamplight/analysis/incident"

// First says why an event without a history has a low probability, and what would raise it; empty where that
// is not so. Without it, a reader takes a low number for a denial.
func First(i *incident.Incident) string {
	if Void(i.State) || i.Shutdown.Probability >= 0.5 || len(i.Shutdown.Reasons) == 0 {
		return ""
	}
	for _, r := range i.Shutdown.Reasons {
		if r.ID == "recurs" && r.Weight > 0 {
			return ""
		}
	}
	return "Low does not mean no. A first event in a place without a history scores low however deliberate it was, " +
		"because nothing yet tells it from an accident. What raises it: the same hour on another day, a start on the clock's hour, " +
		"hours in length, many networks in the same minutes, and mobile networks or single services alone."
}
