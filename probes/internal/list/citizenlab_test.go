package list_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
)

const testList = `url,category_code,category_description,date_added,source,notes
https://news.example.ke/,NEWS,News Media,2014-04-15,x,
https://news.example/,NEWS,News Media,2014-04-15,x,"with, a comma"
https://chat.example/,COMT,Communication Tools,2014-04-15,x,
https://news.example/,NEWS,News Media,2014-04-15,x,again
https://vpn.example/,ANON,Anonymization and circumvention tools,2014-04-15,x,
http://192.168.1.1/,NEWS,News Media,2014-04-15,x,
http://intranet/,NEWS,News Media,2014-04-15,x,
https://www.dnsleaktest.com/,NEWS,News Media,2014-04-15,x,tells whoever asks its own address
https://new.example/,NEWCODE,Whatever,2026-04-15,x,
`

func build(t *testing.T, of list.Selection, texts ...string) (*list.Builder, error) {
	t.Helper()
	b, err := list.NewBuilder(of)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if err := b.Add(strings.NewReader(text)); err != nil {
			return b, err
		}
	}
	return b, nil
}

func TestTargetsOfTestLists(t *testing.T) {
	b, err := build(t, list.Selection{Country: "KE"}, testList, testList)
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.Target{
		{URL: "https://chat.example/", Class: "service"}, {URL: "https://news.example.ke/", Class: "domestic"},
		{URL: "https://news.example/", Class: "foreign"},
	}
	if diff := cmp.Diff(want, b.Targets()); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	skipped := map[string]int{
		"repeated": 5, "risky to be seen visiting": 2, "no URL that a probe may look at": 6, "unknown category": 2,
	}
	if diff := cmp.Diff(skipped, b.Skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}

func TestSelection(t *testing.T) {
	b, err := build(t, list.Selection{Country: "KE", Risky: true, Most: 2}, testList)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Targets(); len(got) != 2 || got[0].URL != "https://vpn.example/" || b.Skipped["more than fit"] != 2 {
		t.Errorf("took %v, skipped %v", got, b.Skipped)
	}
	for _, of := range []list.Selection{{}, {Country: "kenya"}, {Country: "KE", Most: -1}, {Country: "KE", Most: 100_000}} {
		if _, err := list.NewBuilder(of); err == nil {
			t.Errorf("%+v is taken", of)
		}
	}
}

func TestWhatIsNoTestListIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":         "",
		"other columns": "timestamp,bgp\n1,2\n",
		"HTML":          "<html>\n<p>Not found",
		"other codes":   "url,category_code\nhttps://a.example/,17\n",
		"an open quote": "url,category_code\nhttps://a.example/,NEWS\n\"https://b.example/,NEWS\n",
		"ragged":        "url,category_code\nhttps://a.example/,NEWS\nhttps://b.example/\n",
	} {
		if _, err := build(t, list.Selection{Country: "KE"}, text); err == nil || !strings.Contains(err.Error(), "line") {
			t.Errorf("%s: %v, want an error that names the line", name, err)
		}
	}
}

func FuzzTestList(f *testing.F) {
	f.Add(testList)
	f.Fuzz(func(t *testing.T, text string) {
		b, _ := build(t, list.Selection{Country: "KE", Risky: true}, text)
		p := plan.Plan{Version: "x", Targets: b.Targets(), TargetEvery: plan.MaxEvery}.WithDefaults()
		if err := p.Validate(); err != nil {
			t.Fatalf("the targets are no plan: %v", err)
		}
	})
}
