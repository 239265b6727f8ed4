package dns

import "testing"

// TestSpellsAddress errs on the safe side.
func TestSpellsAddress(t *testing.T) {
	for name, want := range map[string]bool{
		"203.0.113.7.example.net": true, "203-0-113-7.example.net": true, "ip203-0-113-7x.example.net": true,
		"7.113.0.203.in-addr.arpa": true, "ec2-52-95-110-1.compute.example": true, "cb007107.example.net": true,
		"20010db8000000000000000000000001.example": true, "2001-db8--1.example.net": true, "001122aabbcc.example": true,
		"e1.example.net": false, "www.example.org": false, "star-mini.c10r.example.com": false,
		"d3ag4hukkh62yn.cloudfront.example": false, "a-0001.a-msedge.example": false, "dualstack.reddit.map.fastly.example": false,
		"v4-1-2.example.net": false, "300.300.300.300.example.net": false, "face.example.net": false,
	} {
		if got := spellsAddress(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
