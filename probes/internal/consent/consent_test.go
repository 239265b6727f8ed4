package consent_test

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/list"
)

var campaign = &list.Campaign{ID: "vote", Text: "We look every five minutes until the vote is over."}

// Every text that was ever shown has a line of its own in editions.txt: who changes the text gives it a new number
// there and in the code, and old agreements end.
func TestEditions(t *testing.T) {
	editions, err := os.ReadFile("testdata/editions.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(editions))
	if got, want := consent.Version(nil), lines[len(lines)-1]; got != want {
		t.Errorf("the text is version %s, and editions.txt ends with %s: count edition up and add a line", got, want)
	}
}

func TestNoticeFitsATerminal(t *testing.T) {
	for line := range strings.Lines(consent.Notice()) {
		if len(line) > 105 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

// An agreement holds for the text and the campaign that were shown, and for nothing else.
func TestCovers(t *testing.T) {
	other := &list.Campaign{ID: campaign.ID, Text: campaign.Text + " And longer."}
	renamed := &list.Campaign{ID: "vote2", Text: campaign.Text}
	tests := []struct {
		name, agreed string
		campaign     *list.Campaign
		want         error
	}{
		{"nothing", "", nil, consent.ErrNone},
		{"the text", consent.Version(nil), nil, nil},
		{"an older text", "0-00000000", nil, consent.ErrText},
		{"the number alone", strings.Split(consent.Version(nil), "-")[0], nil, consent.ErrText},
		{"a campaign begins", consent.Version(nil), campaign, consent.ErrCampaign},
		{"the campaign", consent.Version(campaign), campaign, nil},
		{"its words change", consent.Version(campaign), other, consent.ErrCampaign},
		{"its name changes", consent.Version(campaign), renamed, consent.ErrCampaign},
		{"it ends", consent.Version(campaign), nil, nil},
		{"older text, same campaign", "0-00000000+vote-11111111", campaign, consent.ErrText},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := consent.Covers(test.agreed, test.campaign); !errors.Is(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// Nobody can make two texts of which an agreement to one covers the other.
func TestCampaignsThatCollide(t *testing.T) {
	texts := map[[4]byte]string{}
	for n := 0; ; n++ {
		text := "Text " + strconv.Itoa(n)
		sum := sha256.Sum256([]byte(text))
		other, found := texts[[4]byte(sum[:4])]
		if !found {
			texts[[4]byte(sum[:4])] = text
			continue
		}
		shown, followed := &list.Campaign{ID: "vote", Text: other}, &list.Campaign{ID: "vote", Text: text}
		if err := consent.Covers(consent.Version(shown), followed); !errors.Is(err, consent.ErrCampaign) {
			t.Errorf("%q covers %q: %v", other, text, err)
		}
		return
	}
}

func TestKeep(t *testing.T) {
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	if a, err := consent.Read(state); err != nil || a != (consent.Agreement{}) {
		t.Errorf("before anything: %+v, %v", a, err)
	}
	at := time.Date(2026, 3, 1, 23, 30, 15, 7, time.FixedZone("", -3600))
	if err := consent.Keep(state, "2-abc", at); err != nil {
		t.Fatal(err)
	}
	// The day, in UTC, and no hour.
	if a, err := consent.Read(state); err != nil || a != (consent.Agreement{Version: "2-abc", Day: "2026-03-02"}) {
		t.Errorf("kept %+v, %v", a, err)
	}
	if err := state.WriteFile("consent.json", []byte(`{"version":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if a, err := consent.Read(state); err != nil || a.Version != "" {
		t.Errorf("a damaged agreement is one: %+v, %v", a, err)
	}
}

// Only the right answers and a whole "yes" are an agreement.
func TestAsk(t *testing.T) {
	tests := []struct {
		name, typed string
		want        bool
		says        string
	}{
		{"right", "3\n2\nyes\n", true, ""},
		{"right, with space and capitals", " 3 \r\n2\nYES\r\n", true, ""},
		{"right in the end", "1\n2\nx\n3\n1\n3\n2\nyes\n", true, "not which sites are visited"},
		{"no line end after yes", "3\n2\nyes", true, ""},
		{"y is not enough", "3\n2\ny\n", false, "Nothing was agreed to."},
		{"empty line", "3\n2\n\n", false, "Nothing was agreed to."},
		{"no", "3\n2\nno\n", false, "Nothing was agreed to."},
		{"nobody there", "", false, "Nothing was agreed to."},
		{"gone after a question", "3\n", false, "Nothing was agreed to."},
		{"gone before the last", "3\n2\n", false, "Nothing was agreed to."},
		{"yes to all", strings.Repeat("yes\n", 100), false, "Please type a number"},
		{"one number to all", strings.Repeat("1\n", 100), false, "Try again."},
		{"a long line", strings.Repeat("3", 5000) + "\n3\n2\nyes\n", true, "Please type a number"},
		{"a long yes", "3\n2\nyes" + strings.Repeat(" ", 300) + "but\n", false, "Nothing was agreed to."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			got, err := consent.Ask(bufio.NewReader(strings.NewReader(test.typed)), &out, nil)
			if err != nil || got != test.want {
				t.Errorf("%v, %v; want %v", got, err, test.want)
			}
			if !strings.Contains(out.String(), test.says) {
				t.Errorf("does not say %q:\n%s", test.says, out.String())
			}
		})
	}
}

// A campaign's words are shown, and cannot play with the terminal.
func TestCampaignIsShown(t *testing.T) {
	wicked := &list.Campaign{ID: "x", Text: "before\x1b[2J\u202eafter\x07 \u009b1A"}
	text := consent.Text(wicked)
	if !strings.HasPrefix(text, consent.Notice()) || !strings.Contains(text, "before[2Jafter 1A") {
		t.Errorf("shown as %q", text[len(consent.Notice()):])
	}
	long := consent.Text(&list.Campaign{ID: "x", Text: strings.Repeat("word ", 300)})
	for line := range strings.Lines(long) {
		if len(line) > 105 {
			t.Errorf("%d columns", len(line))
		}
	}
}
