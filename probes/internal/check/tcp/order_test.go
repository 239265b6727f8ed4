package tcp

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInterleave(t *testing.T) {
	for _, test := range []struct{ name, to, want string }{
		{"none", "", ""},
		{"one family", "1.0.0.1:80 1.0.0.2:80", "1.0.0.1:80 1.0.0.2:80"},
		{"by turns", "1.0.0.1:80 1.0.0.2:80 1.0.0.3:80 [2a00::1]:80 [2a00::2]:80", "1.0.0.1:80 [2a00::1]:80 1.0.0.2:80 [2a00::2]:80 1.0.0.3:80"},
		{"the family of the first first", "[2a00::1]:80 [2a00::2]:80 1.0.0.1:80", "[2a00::1]:80 1.0.0.1:80 [2a00::2]:80"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var to []netip.AddrPort
			for text := range strings.FieldsSeq(test.to) {
				to = append(to, netip.MustParseAddrPort(text))
			}
			var got []string
			for _, address := range interleave(to) {
				got = append(got, address.String())
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
