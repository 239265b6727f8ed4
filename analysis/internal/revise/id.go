package revise

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// newID names an incident for good: its country and onset as first concluded, for people, and four hex
// digits of what it is about, which tell apart what began there in the same minute. It is none of taken,
// to which it is added.
func newID(i *incident.Incident, taken map[string]bool) string {
	about := fmt.Sprint(i.Place, i.Type, i.Networks, i.Services)
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", about, n))
		id := strings.ToLower(i.Place.Country) + i.Onset.Best.UTC().Format("-20060102-1504-") + hex.EncodeToString(sum[:2])
		if !taken[id] {
			taken[id] = true
			return id
		}
	}
}
