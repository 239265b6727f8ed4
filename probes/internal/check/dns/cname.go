package dns

import (
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxCNAMEs is how far a chain is followed; resolvers give up after about as many.
const maxCNAMEs = 8

// chain follows the aliases of an answer from name on. It ends where the chain does, where it closes into
// a loop, and before a name that must not be written down.
func chain(answer []dns.RR, name string) []string {
	var out []string
	for len(out) < maxCNAMEs {
		at := slices.IndexFunc(answer, func(rr dns.RR) bool {
			_, alias := rr.(*dns.CNAME)
			return alias && strings.EqualFold(rr.Header().Name, name)
		})
		if at < 0 {
			return out
		}
		name = answer[at].(*dns.CNAME).Target
		plain := strings.ToLower(strings.TrimSuffix(name, "."))
		if !measurement.Host(plain) || spellsAddress(plain) {
			return out
		}
		looped := slices.Contains(out, plain)
		if out = append(out, plain); looped {
			return out
		}
	}
	return out
}

// spellsAddress reports whether a name may have an IP address in it. Whoever answers knows the address of
// whoever asked, and an alias made for one client would carry it into the record.
func spellsAddress(name string) bool {
	decimals := 0
	for _, part := range strings.FieldsFunc(name, func(c rune) bool { return c == '.' || c == '-' || c == '_' }) {
		if _, err := strconv.ParseUint(strings.Trim(part, "abcdefghijklmnopqrstuvwxyz"), 10, 8); err != nil {
			decimals = 0
		} else if decimals++; decimals == 4 {
			return true
		}
	}
	for label := range strings.SplitSeq(name, ".") {
		digits := strings.ReplaceAll(label, "-", "")
		hex := digits != "" && strings.Trim(digits, "0123456789abcdef") == ""
		if hex && (len(digits) == 8 || len(digits) == 12 || len(digits) == 32 || strings.Count(label, "-") >= 2) {
			return true
		}
	}
	return false
}
