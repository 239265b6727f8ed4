package subscription

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/minisign"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
)

func twoOfThree() list.Trust {
	return list.Trust{Keys: []minisign.PublicKey{servertest.Signer(0).Key(), servertest.Signer(1).Key(), servertest.Signer(2).Key()}, Needed: 2}
}

// issue is a list that some of the people have signed.
func issue(t testing.TB, name string, serial int, signers ...servertest.Signer) []byte {
	t.Helper()
	return signed(t, fmt.Sprintf(`{"name":%q,"serial":%d,"issued":"2026-03-01T00:00:00Z","plan":{"version":"x","targets":[{"url":"https://a.example/","class":"foreign"}]}}`, name, serial), signers...)
}

// reworded is issue 2 once more, with another site.
func reworded(t testing.TB) []byte {
	t.Helper()
	return signed(t, `{"name":"xl","serial":2,"issued":"2026-03-01T00:00:00Z","plan":{"version":"x","targets":[{"url":"https://b.example/","class":"foreign"}]}}`, 0, 1)
}

func signed(t testing.TB, text string, signers ...servertest.Signer) []byte {
	t.Helper()
	out := list.Signed{List: []byte(text)}
	for _, signer := range signers {
		out.Signatures = append(out.Signatures, signer.Sign(out.List))
	}
	packed, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// bench is a subscription, its gateway and what came of it.
type bench struct {
	*Subscription
	gateway *servertest.Gateway
	client  *upload.Client
	state   *os.Root
	log     bytes.Buffer
	taken   int
}

func setUp(t *testing.T, name string, has []byte, mirrors ...string) *bench {
	t.Helper()
	b := &bench{gateway: servertest.NewGateway(t)}
	var err error
	if b.state, err = os.OpenRoot(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.state.Close() })
	if has != nil {
		b.put(t, has)
	}
	g, err := guard.ForLab(netip.MustParsePrefix("127.20.0.0/16"), netip.MustParseAddr("127.20.9.9"))
	if err != nil {
		t.Fatal(err)
	}
	b.client, err = upload.NewClient(upload.Config{Gateways: append([]string{b.gateway.URL}, mirrors...), Guard: g, Exchange: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.client.Close)
	b.Subscription = newBy(Config{
		State: b.state, Trust: twoOfThree(), Name: name, Log: slog.New(slog.NewTextHandler(&b.log, nil)), Taken: func() { b.taken++ },
	}, func() time.Duration { return 0 })
	return b
}

// put lays a list onto the shelf, as one that came in a file.
func (b *bench) put(t *testing.T, packed []byte) {
	t.Helper()
	signed, err := list.Decode(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	shelf, err := list.OpenShelf(b.state, twoOfThree(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.Put(signed); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) followed(t *testing.T) string {
	t.Helper()
	shelf, err := list.OpenShelf(b.state, twoOfThree(), "")
	if err != nil {
		t.Fatal(err)
	}
	l, _ := shelf.Current()
	return l.Plan.Version
}

// A list that is a newer issue of the right one is taken. Whatever else comes leaves the old one where it is, is
// counted and told of in words of ours, and makes nobody ask sooner.
func TestWhatComes(t *testing.T) {
	two := issue(t, "xl", 2, 0, 1)
	status := func(code int, header ...string) func(http.ResponseWriter) bool {
		return func(w http.ResponseWriter) bool {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			return true
		}
	}
	for _, test := range []struct {
		name    string
		has     []byte
		comes   []byte
		answer  func(http.ResponseWriter) bool
		then    string // what is followed
		refused int
		trouble string
		taken   int
	}{
		{"the first", nil, two, nil, "xl-2", 0, "", 1},
		{"a newer", two, issue(t, "xl", 3, 1, 2), nil, "xl-3", 0, "", 1},
		{"no newer", two, two, nil, "xl-2", 0, "", 0},
		{"the same, from somebody who compares no tags", two, two, func(w http.ResponseWriter) bool { _, _ = w.Write(two); return true }, "xl-2", 0, "", 0},
		{"the same, with other signatures", two, issue(t, "xl", 2, 1, 2), func(w http.ResponseWriter) bool { _, _ = w.Write(issue(t, "xl", 2, 1, 2)); return true }, "xl-2", 0, "", 0},
		{"signed by one", two, issue(t, "xl", 3, 1), nil, "xl-2", 1, troubleUnsigned, 0},
		{"signed by a stranger too", two, issue(t, "xl", 3, 1, 9), nil, "xl-2", 1, troubleUnsigned, 0},
		{"an older", two, issue(t, "xl", 1, 0, 1), nil, "xl-2", 0, troubleOlder, 0},
		{"the same number with other words", two, reworded(t), nil, "xl-2", 1, troubleSame, 0},
		{"a newer without targets", two, signed(t, `{"name":"xl","serial":3,"issued":"2026-03-01T00:00:00Z","plan":{"version":"x","targets":[]}}`, 0, 1), nil, "xl-2", 1, troubleUnfit, 0},
		{"another list under this name", two, issue(t, "yy", 9, 0, 1), nil, "xl-2", 1, troubleOther, 0},
		{"another list, when there is none yet", nil, issue(t, "yy", 9, 0, 1), nil, "", 1, troubleOther, 0},
		{"a portal's page", two, []byte("<html>log in"), nil, "xl-2", 1, troubleJunk, 0},
		{"nothing", two, []byte{}, nil, "xl-2", 1, troubleJunk, 0},
		{"too much", two, bytes.Repeat([]byte(" "), list.MaxSignedBytes+1), nil, "xl-2", 1, troubleJunk, 0},
		{"no such list", two, nil, nil, "xl-2", 0, troubleNone, 0},
		{"busy, and come at once", two, nil, status(503, "Retry-After", "0"), "xl-2", 0, "gateway is not available (status 503)", 0},
		{"unchanged, to one who has none", nil, nil, status(304), "", 0, "gateway is not available (status 304)", 0},
		{"a redirect", two, nil, status(302, "Location", "https://elsewhere.example/"), "xl-2", 0, "gateway is not available (status 302)", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := setUp(t, "xl", test.has)
			if test.comes != nil {
				b.gateway.HandOut("xl", test.comes)
			}
			b.gateway.AnswerLists(test.answer)
			b.next(again)
			b.ask(t.Context(), b.client)
			if got := b.followed(t); got != test.then {
				t.Errorf("followed is %q", got)
			}
			s := b.State()
			if s.Refused != test.refused || s.Trouble != test.trouble || s.Answered.IsZero() != (test.trouble != "") {
				t.Errorf("it says %+v", s)
			}
			if b.taken != test.taken {
				t.Errorf("told %d times that a list was taken", b.taken)
			}
			came := test.trouble == "" || test.refused > 0 || test.trouble == troubleOlder
			if wait := b.wait(); !came && wait != again || came && (wait < soonest || wait >= soonest+spread) {
				t.Errorf("it asks again after %v", wait)
			}
		})
	}
}

// A mirror that lies is passed over: the list comes by the next way.
func TestNextWay(t *testing.T) {
	liar := servertest.NewGateway(t)
	b := setUp(t, "xl", nil, liar.URL)
	liar.HandOut("xl", issue(t, "xl", 9, 1))
	b.gateway.HandOut("xl", issue(t, "xl", 2, 0, 1))
	b.gateway.AnswerLists(func(w http.ResponseWriter) bool { w.WriteHeader(503); return true })
	b.ask(t.Context(), b.client)
	if s := b.State(); s.Refused != 1 || b.followed(t) != "" {
		t.Errorf("the liar is believed: %+v, followed is %q", s, b.followed(t))
	}
	b.gateway.AnswerLists(nil)
	b.ask(t.Context(), b.client)
	if s := b.State(); s.Trouble != "" || b.followed(t) != "xl-2" {
		t.Errorf("%+v, followed is %q", s, b.followed(t))
	}
}

// Nothing that a gateway gives comes back to it: what a question says is the list's name and the tag that the probe
// makes of the list, and that tag is that of the gateway's own list.
func TestNothingPlantedComesBack(t *testing.T) {
	b := setUp(t, "xl", nil)
	b.gateway.HandOut("xl", issue(t, "xl", 2, 0, 1))
	b.gateway.AnswerLists(func(w http.ResponseWriter) bool {
		w.Header().Set("ETag", `"planted"`)
		w.Header().Set("Set-Cookie", "planted=1")
		w.Header().Set("Last-Modified", "Thu, 01 Jan 1970 00:00:07 GMT")
		return false
	})
	for range 3 {
		b.ask(t.Context(), b.client)
	}
	if asked := b.gateway.Asked(); len(asked) != 3 || asked[0] != "" || asked[1] != asked[2] || len(asked[1]) != 66 {
		t.Errorf("tags that were named: %q", asked)
	}
	if b.taken != 1 {
		t.Errorf("the list was taken %d times", b.taken)
	}
	wire := string(b.gateway.Wire())
	for _, secret := range []string{"planted", "Cookie", "Modified", "1970"} {
		if strings.Contains(wire, secret) {
			t.Errorf("a question holds %q:\n%s", secret, wire)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(wire), "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		if !slices.Contains([]string{"/v1/lists/xl", "User-Agent", "Accept-Encoding", "If-None-Match"}, name) {
			t.Errorf("a question says more than it must: %q", line)
		}
	}
}

// Without a name in the invitation it is the list that came as a file; until one came, nobody is asked.
func TestNameless(t *testing.T) {
	b := setUp(t, "", nil)
	b.ask(t.Context(), b.client)
	if s := b.State(); s.Trouble != troubleNameless || len(b.gateway.Asked()) > 0 {
		t.Errorf("%+v", s)
	}
	b.put(t, issue(t, "xl", 1, 0, 1))
	b.gateway.HandOut("xl", issue(t, "xl", 2, 0, 1))
	b.ask(t.Context(), b.client)
	if b.followed(t) != "xl-2" {
		t.Errorf("followed is %q: %+v", b.followed(t), b.State())
	}
}

// A disk that takes nothing is no fault of the list, nor of the way that it came by.
func TestDiskTakesNothing(t *testing.T) {
	b := setUp(t, "xl", nil)
	b.gateway.HandOut("xl", issue(t, "xl", 2, 0, 1))
	if err := b.state.MkdirAll("list.json.new/full", 0o700); err != nil { // where the file would be written
		t.Fatal(err)
	}
	b.ask(t.Context(), b.client)
	if s := b.State(); s.Trouble != troubleDisk || s.Refused != 0 || len(b.gateway.Asked()) != 1 || b.taken != 0 {
		t.Errorf("%+v, asked %d times", s, len(b.gateway.Asked()))
	}
	if wait := b.wait(); wait < soonest {
		t.Errorf("it comes again, to be thrown away, after %v", wait)
	}
}

// Over a week, with a gateway that is away, nobody is asked more than once an hour, but for who
// has no list yet, in the first hours; an agent that begins anew does not ask anew, and one that is paused asks nobody.
func TestNeverSooner(t *testing.T) {
	for name, has := range map[string][]byte{"a new probe": nil, "one that has a list": issue(t, "xl", 1, 0, 1)} {
		t.Run(name, func(t *testing.T) {
			b := setUp(t, "xl", has)
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				s := newBy(b.cfg, func() time.Duration { return time.Since(begin) })
				s.cfg.State = closed(t) // no sockets in here: every question ends at the disk
				var asked []time.Duration
				line := Line{
					Hold: func(ctx context.Context) error { return ctx.Err() },
					May:  func() bool { asked = append(asked, time.Since(begin)); return true },
				}
				for range 7 * 24 * 12 {
					agent, end := context.WithTimeout(t.Context(), 5*time.Minute)
					s.Run(agent, line)
					end()
				}
				if begins := asked[0]; has == nil && begins > 0 || begins > 10*time.Minute {
					t.Errorf("asked for the first time after %v", begins)
				}
				early := 0 // of the questions of who has no list
				if has == nil {
					early = len(asked) - len(slices.DeleteFunc(slices.Clone(asked), func(at time.Duration) bool { return at < 4*time.Hour+30*time.Minute }))
					if early < 7 || early > 20 {
						t.Errorf("asked %d times while the pause grew", early)
					}
				}
				for i := 1; i < early; i++ {
					if wait, most := asked[i]-asked[i-1], first<<(i-1); wait < atLeast || wait > most+5*time.Minute && most < again+againSpread {
						t.Errorf("question %d came after %v, want at most %v", i, wait, most)
					}
				}
				for i := max(early, 1) + 1; i < len(asked); i++ {
					if wait := asked[i] - asked[i-1]; wait < time.Hour || wait > 2*time.Hour+5*time.Minute {
						t.Errorf("asked again after %v", wait)
					}
				}
				if len(asked) < 7*24/2-1 {
					t.Errorf("asked %d times in a week", len(asked))
				}
				paused, end := context.WithTimeout(t.Context(), 24*time.Hour)
				defer end()
				before := len(asked)
				line.Hold = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
				s.Run(paused, line)
				if len(asked) != before {
					t.Error("a probe that is paused asks")
				}
				turns := 0
				s = newBy(s.cfg, func() time.Duration { return time.Since(begin) })
				spent, end := context.WithTimeout(t.Context(), 24*time.Hour)
				defer end()
				line.Hold = func(ctx context.Context) error { return ctx.Err() }
				line.May = func() bool { turns++; return false }
				s.Run(spent, line)
				if turns < 11 || turns > 24 || s.State().Trouble != "" || s.tries != 0 {
					t.Errorf("with a budget that is used up it turns %d times and says %+v; %d questions failed", turns, s.State(), s.tries)
				}
			})
		})
	}
}

// closed is a folder that nothing can be read of.
func closed(t *testing.T) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root.Close()
	return root
}

// A list that a newer version has taken, and that this one does not understand, is none to follow. It is said so, the gateway
// need not send it again, and a newer issue is taken.
func TestListOfANewerVersion(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter) bool{
		"unchanged": nil,
		"whole":     func(w http.ResponseWriter) bool { _, _ = w.Write(unknown(t, 2)); return true },
	} {
		t.Run(name, func(t *testing.T) {
			b := setUp(t, "", nil)
			if err := b.state.WriteFile("list.json", unknown(t, 2), 0o600); err != nil {
				t.Fatal(err)
			}
			b.gateway.HandOut("xl", unknown(t, 2))
			b.gateway.AnswerLists(answer)
			b.ask(t.Context(), b.client)
			if s := b.State(); s.Trouble != troubleUnread || s.Refused != 0 || b.followed(t) != "" || b.taken != 0 {
				t.Errorf("it says %+v", s)
			}
			b.gateway.AnswerLists(nil)
			b.gateway.HandOut("xl", issue(t, "xl", 3, 0, 1))
			b.ask(t.Context(), b.client)
			if s := b.State(); s.Trouble != "" || b.followed(t) != "xl-3" {
				t.Errorf("it says %+v, followed is %q", s, b.followed(t))
			}
		})
	}
}

// unknown is an issue with a field that this version does not know.
func unknown(t testing.TB, serial int) []byte {
	t.Helper()
	return signed(t, fmt.Sprintf(`{"name":"xl","serial":%d,"issued":"2026-03-01T00:00:00Z","since":"version 9","plan":{}}`, serial), 0, 1)
}

// Who has no list waits for a random time within one that doubles; who has one, for one to two hours at once. What it says
// of its next question is when that is due.
func TestPauseGrows(t *testing.T) {
	b := setUp(t, "xl", nil)
	var longest time.Duration
	for try, within := range []time.Duration{1, 2, 4, 8, 16, 32, 64} {
		for range 50 {
			b.tries = try
			wait := b.pause(true)
			if wait < atLeast || wait >= within*time.Minute {
				t.Errorf("pause %d is %v, want up to %v minutes", try, wait, int(within))
			}
			longest = max(longest, wait)
		}
	}
	if longest < 30*time.Minute {
		t.Errorf("the longest pause is %v", longest)
	}
	for range 2 {
		if wait := b.pause(true); wait < again || wait > again+againSpread {
			t.Errorf("in the end the pause is %v", wait)
		}
	}
	b.next(90 * time.Minute)
	if left := time.Until(b.State().Next); left < 89*time.Minute || left > 90*time.Minute {
		t.Errorf("it says that it asks in %v", left)
	}
	b.tries = 0
	for range 2 * patient { // a turn at which nobody may be asked is no question that failed
		if wait := b.pause(false); wait < again || b.tries != 0 {
			t.Errorf("with a budget that is used up it waits %v, and counts %d questions", wait, b.tries)
		}
	}
	b.gateway.HandOut("xl", issue(t, "xl", 1, 0, 1))
	for range 2 { // the list comes, and is there
		b.ask(t.Context(), b.client)
	}
	if wait := b.pause(true); wait < again {
		t.Errorf("with a list it asks again after %v", wait)
	}
	if b := setUp(t, "xl", issue(t, "xl", 1, 0, 1)); b.pause(true) < again {
		t.Error("it is not patient with a list from the start")
	}
}
