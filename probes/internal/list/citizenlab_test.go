package list_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
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

// A bound costs every test list alike, and of each every category.
func TestEveryTestListGetsItsTurn(t *testing.T) {
	rows := func(host string, categories ...string) string {
		out := "url,category_code\n"
		for _, c := range categories {
			for i := range 10 {
				out += fmt.Sprintf("https://%s%d.%s.example/,%s\n", strings.ToLower(c), i, host, c)
			}
		}
		return out
	}
	b, err := build(t, list.Selection{Country: "KE", Most: 7}, rows("global", "NEWS", "COMT"), rows("ke", "NEWS"), rows("ug", "GRP", "NEWS"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, target := range b.Targets() {
		got = append(got, strings.Split(target.URL, "/")[2])
	}
	want := []string{
		"comt0.global.example", "news0.ke.example", "grp0.ug.example", "news0.global.example", "news1.ke.example", "news0.ug.example", "comt1.global.example",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if b.Skipped["more than fit"] != 43 {
		t.Errorf("skipped %v", b.Skipped)
	}
}

// One host gets no more than a list may have of it, in whatever case it is written, and what is left out is counted.
func TestOneHostIsBounded(t *testing.T) {
	text := "url,category_code\n"
	for i := range 25 {
		text += fmt.Sprintf("https://%s.example/%d,NEWS\n", []string{"blog", "Blog"}[i%2], i)
	}
	b, err := build(t, list.Selection{Country: "KE"}, text)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(b.Targets()); got != measurement.MaxPerHost || b.Skipped["more of one host than a list may have"] != 5 {
		t.Errorf("%d targets, skipped %v", got, b.Skipped)
	}
}

// Names below one registrable domain are bounded together, where domains are known; an address is its own.
func TestOneDomainIsBounded(t *testing.T) {
	text := "url,category_code\n"
	for i := range measurement.MaxPerDomain + 5 {
		text += fmt.Sprintf("https://blog%d.example/,NEWS\n", i)
	}
	text += "https://9.9.9.9/,NEWS\nhttps://other.test/,NEWS\n"
	domain := func(host string) (string, error) {
		if strings.HasSuffix(host, ".example") {
			return "domain.example", nil
		}
		return "", errors.New("it has none")
	}
	for name, test := range map[string]struct {
		domain func(string) (string, error)
		left   int
	}{"known": {domain, 5}, "not known": {nil, 0}} {
		b, err := build(t, list.Selection{Country: "KE", Domain: test.domain}, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(b.Targets()); got != measurement.MaxPerDomain+7-test.left || b.Skipped["more of one domain than a list may have"] != test.left {
			t.Errorf("%s: %d targets, skipped %v", name, got, b.Skipped)
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
