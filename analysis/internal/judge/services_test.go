package judge

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
)

func TestServices(t *testing.T) {
	for _, test := range []struct {
		name, found string
		want        []string
	}{
		{"one", "XL chat.example 02:00 04:00", []string{"PLATFORM XL 02:00 04:00 chat.example"}},
		{"two at the same time are one incident", `
			XL video.example 02:00 04:00
			XL chat.example 02:10 04:20`, []string{"PLATFORM XL 02:00 04:20 chat.example video.example"}},
		{"and last as long as the last of them", `
			XL chat.example 02:00 03:00
			XL video.example 02:10 09:00`, []string{"PLATFORM XL 02:00 09:00 chat.example video.example"}},
		{"or go on", `
			XL chat.example 02:00 03:00
			XL video.example 02:10 on`, []string{"PLATFORM XL 02:00 on chat.example video.example"}},
		{"a short one is not as long as the one around it", `
			XL chat.example 02:00 20:00
			XL video.example 10:00 11:00`, []string{"PLATFORM XL 02:00 20:00 chat.example", "PLATFORM XL 10:00 11:00 video.example"}},
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
		{"and what lasts longer in one of them is its own", `
			XL chat.example 02:00 04:00
			XL/AS64501 chat.example 02:00 04:10
			XL/AS64502 chat.example 02:00 12:00`, []string{"PLATFORM XL 02:00 04:00 chat.example", "PLATFORM XL/AS64502 02:00 12:00 chat.example"}},
		{"another service in two of them", `
			XL chat.example 02:00 04:00
			XL/AS64501 video.example 02:00 03:50
			XL/AS64502 video.example 02:10 04:10`, []string{"PLATFORM XL 02:00 04:10 chat.example video.example"}},
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

// What began when the first service was lost had begun by the time that any of them surely had, and is not over before
// all of them may be.
func TestServicesTogetherSpanTheirIntervals(t *testing.T) {
	two := findings(t, `
		XL chat.example 02:00 04:00
		XL video.example 02:10 04:10`)
	wide := func(i incident.Interval, by time.Duration) incident.Interval {
		return incident.Interval{Earliest: i.Best.Add(-by), Best: i.Best, Latest: i.Best.Add(by)}
	}
	for k, by := range []time.Duration{5 * time.Minute, 25 * time.Minute} {
		d := &two[k].Found[0]
		end := wide(*d.End, by)
		d.Onset, d.End = wide(d.Onset, by), &end
	}
	got := Incidents(two, nil, detect.Defaults(), day.Add(24*time.Hour))
	if len(got) != 1 {
		t.Fatalf("%v, want one", brief(got))
	}
	at := func(text string) time.Time { return clock(t, text) }
	want := []incident.Interval{
		{Earliest: at("01:45"), Best: at("02:00"), Latest: at("02:05")},
		{Earliest: at("03:55"), Best: at("04:10"), Latest: at("04:35")},
	}
	if diff := cmp.Diff(want, []incident.Interval{got[0].Onset, *got[0].End}); diff != "" {
		t.Errorf("onset and end (-want +got):\n%s", diff)
	}
}
