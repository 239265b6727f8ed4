package judge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

func TestServices(t *testing.T) {
	for _, test := range []struct {
		name, found string
		want        []string
	}{
		{"one", "XL chat.example 02:00 04:00", []string{"PLATFORM XL 02:00 04:00 chat.example"}},
		{"two at the same time are one incident", `
			XL video.example 02:00 04:00
			XL chat.example 02:10 04:20`, []string{"PLATFORM XL 02:00 04:00 chat.example video.example"}},
		{"at other times they are two", `
			XL chat.example 02:00 04:00
			XL video.example 12:00 13:00`, []string{"PLATFORM XL 02:00 04:00 chat.example", "PLATFORM XL 12:00 13:00 video.example"}},
		{"what is out of reach with the network is the network's", `
			XL 02:00 04:00
			XL chat.example 02:00 04:00
			XL/AS64501 chat.example 02:05 04:05`, []string{"NATIONWIDE XL 02:00 04:00"}},
		{"what stays so long after is not", `
			XL 02:00 04:00
			XL chat.example 02:00 09:00`, []string{"NATIONWIDE XL 02:00 04:00", "PLATFORM XL 02:00 09:00 chat.example"}},
		{"another country's network explains nothing", `
			XL chat.example 02:00 04:00
			XM 02:00 04:00`, []string{"PLATFORM XL 02:00 04:00 chat.example", "NATIONWIDE XM 02:00 04:00"}},
		{"in one network", "XL/AS64501 chat.example 02:00 04:00", []string{"PLATFORM XL/AS64501 02:00 04:00 chat.example"}},
		{"in two networks", `
			XL/AS64501 chat.example 02:00 04:00
			XL/AS64502 chat.example 02:00 04:00`, []string{"PLATFORM XL 02:00 04:00 [64501 64502] chat.example"}},
		{"the whole country leads its networks", `
			XL/AS64501 chat.example 01:50 04:00
			XL chat.example 02:00 04:00`, []string{"PLATFORM XL 02:00 04:00 chat.example"}},
		{"goes on", `
			XL chat.example 20:00 on
			XL video.example 20:00 on`, []string{"PLATFORM XL 20:00 on chat.example video.example"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := judgeAll(t, test.found)
			if diff := cmp.Diff(test.want, brief(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, i := range got {
				if service := i.Type == incident.TypePlatform; service != (i.Extent == incident.ExtentService) {
					t.Errorf("a %s has extent %s", i.Type, i.Extent)
				}
			}
		})
	}
}
