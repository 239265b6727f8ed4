package list_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/minisign"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const text = `{"name":"xl","serial":7,"issued":"2026-03-01T00:00:00Z","expires":"2026-04-01T00:00:00Z",
	"campaign":{"id":"vote-2026","text":"We look at the sites of both parties until the vote."},
	"plan":{"version":"whatever","targets":[{"url":"https://a.example/","class":"foreign"}]}}`

func twoOfThree() list.Trust {
	return list.Trust{Keys: []minisign.PublicKey{servertest.Signer(1).Key(), servertest.Signer(2).Key(), servertest.Signer(3).Key()}, Needed: 2}
}

func signed(text string, by ...servertest.Signer) list.Signed {
	s := list.Signed{List: []byte(text)}
	for _, p := range by {
		s.Signatures = append(s.Signatures, p.Sign([]byte(text)))
	}
	return s
}

func TestOpen(t *testing.T) {
	for _, test := range []struct {
		name string
		in   list.Signed
		want string // part of the error
	}{
		{"two of three", signed(text, 1, 3), ""},
		{"all", signed(text, 1, 2, 3), ""},
		{"one", signed(text, 1), "not signed by enough"},
		{"one, twice", signed(text, 1, 1), "not signed by enough"},
		{"one, and a stranger", signed(text, 1, 9), "not signed by enough"},
		{"nobody", signed(text), "not signed by enough"},
		{"changed afterwards", list.Signed{
			List: []byte(strings.Replace(text, "a.example", "b.example", 1)), Signatures: signed(text, 1, 2).Signatures,
		}, "not signed by enough"},
		{"a signature that is none", list.Signed{List: []byte(text), Signatures: []string{"hello"}}, "not one of minisign's"},
		{"too many signatures", signed(text, slices.Repeat([]servertest.Signer{1}, 9)...), "more than 8"},
		{"no serial", sign(strings.Replace(text, `"serial":7,`, "", 1)), "serial is missing"},
		{"no issue date", sign(strings.Replace(text, `"issued":"2026-03-01T00:00:00Z",`, "", 1)), "issued is missing"},
		{"expired from the start", sign(strings.Replace(text, "2026-04-01", "2026-02-01", 1)), "expires before"},
		{"a name with spaces", sign(strings.Replace(text, `"xl"`, `"x l"`, 1)), "name is not"},
		{"an unknown field", sign(strings.Replace(text, `"serial"`, `"run":"sh","serial"`, 1)), "not JSON of the expected shape"},
		{"something after it", sign(text + "{}"), "after its JSON object"},
		{"a plan that asks too much", sign(strings.Replace(text, "https://a.example/", "http://192.168.1.1.:22/", 1)), "targets"},
		{"no targets", sign(strings.Replace(text, `{"url":"https://a.example/","class":"foreign"}`, "", 1)), "no targets: add"},
		{"a target at home", sign(strings.Replace(text, "https://a.example/", "http://192.168.1.1/", 1)), `not fit to be followed: target 1: "http://192.168.1.1/" is inside`},
		{"an ampersand, as encoders write it", sign(strings.Replace(text, `{"url"`, `{"url":"https://b.example/","class":"foreign"},{"url":"http://10.0.0.1/?a\u0026b","class":"foreign"},{"url"`, 1)), `target 2: "http://10.0.0.1/?a&b" is inside`},
		{"a target of this machine", sign(strings.Replace(text, "https://a.example/", "http://printer.LOCAL/", 1)), `target 1: "http://printer.LOCAL/" is inside`},
		{"an anchor inside", sign(strings.Replace(text, `"targets"`, `"anchors":{"domestic":{"KE":["http://db.internal/"]}},"targets"`, 1)), `KE anchor 1: "http://db.internal/"`},
		{"a port that is none of the web", sign(strings.Replace(text, "https://a.example/", "http://9.9.9.9:53/", 1)), "is on port 53: a list names ports 80 and 443 alone"},
		{"two anchors of a host", sign(strings.Replace(text, `"targets"`, `"anchors":{"foreign":["http://a.example/","https://A.example/b"]},"targets"`, 1)), "more than 1 of a.example"},
		{"too many of a host", sign(strings.Replace(text, `{"url":"https://a.example/","class":"foreign"}`, ofOneHost(21), 1)), "more than 20 of a.example"},
		{"as many of a host as may be", sign(strings.Replace(text, `{"url":"https://a.example/","class":"foreign"}`, ofOneHost(20), 1)), ""},
		{"a campaign without a text", sign(strings.Replace(text, "We look at the sites of both parties until the vote.", "", 1)), "campaign"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := list.Open(test.in, twoOfThree())
			if test.want == "" && err != nil {
				t.Fatal(err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want one of %q", err, test.want)
			}
		})
	}
}

func ofOneHost(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(`{"url":"https://a.example/%d","class":"foreign"}`, i))
	}
	return strings.Join(out, ",")
}

func sign(text string) list.Signed { return signed(text, 1, 2) }

func TestAListIsNamedByItsSerial(t *testing.T) {
	l, err := list.Open(sign(text), twoOfThree())
	if err != nil {
		t.Fatal(err)
	}
	if l.Plan.Version != "xl-7" || l.Campaign.ID != "vote-2026" || len(l.Plan.Targets) != 1 {
		t.Errorf("got %+v", l)
	}
	if l.Stale(noon) || !l.Stale(noon.AddDate(0, 2, 0)) {
		t.Error("a list is stale after it expired, and not before")
	}
	never, err := list.Open(sign(strings.Replace(text, `"expires":"2026-04-01T00:00:00Z",`, "", 1)), twoOfThree())
	if err != nil || never.Stale(noon.AddDate(90, 0, 0)) {
		t.Errorf("a list without an end is stale (%v)", err)
	}
}

func TestTrustMustMakeSense(t *testing.T) {
	one := servertest.Signer(1).Key()
	for name, trust := range map[string]list.Trust{
		"nobody": {}, "none needed": {Keys: []minisign.PublicKey{one}}, "more than there are": {Keys: []minisign.PublicKey{one}, Needed: 2},
		"one person twice": {Keys: []minisign.PublicKey{one, one}, Needed: 2},
	} {
		if _, err := list.Open(signed(text, 1, 2), trust); err == nil || errors.Is(err, list.ErrUnsigned) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A probe goes forward: neither an older list, nor the same number with other words, nor another list takes the
// place of the one it follows; after a restart neither.
func TestShelfGoesForward(t *testing.T) {
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	serial := func(n string) list.Signed { return sign(strings.Replace(text, `"serial":7`, `"serial":`+n, 1)) }
	shelf := func() *list.Shelf {
		t.Helper()
		s, err := list.OpenShelf(state, twoOfThree(), "")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := shelf()
	if _, ok := s.Current(); ok {
		t.Fatal("an empty shelf holds a list")
	}
	for _, step := range []struct {
		name string
		put  list.Signed
		want error
	}{
		{"the first", serial("7"), nil},
		{"a newer", serial("9"), nil},
		{"an older", serial("8"), list.ErrOlder},
		{"the same again", serial("9"), list.ErrSame},
		{"another list", sign(strings.NewReplacer(`"serial":7`, `"serial":10`, `"xl"`, `"xm"`).Replace(text)), list.ErrOther},
		{"an unsigned newer one", signed(strings.Replace(text, `"serial":7`, `"serial":10`, 1), 1), list.ErrUnsigned},
	} {
		if _, err := s.Put(step.put); !errors.Is(err, step.want) || (err == nil) != (step.want == nil) {
			t.Errorf("%s: %v, want %v", step.name, err, step.want)
		}
		s = shelf()
	}
	if l, ok := s.Current(); !ok || l.Serial != 9 {
		t.Errorf("followed is %+v", l)
	}
	// Other people may ask now: what those before them signed is nothing.
	others := list.Trust{Keys: []minisign.PublicKey{servertest.Signer(4).Key(), servertest.Signer(5).Key()}, Needed: 2}
	if s, err := list.OpenShelf(state, others, ""); err != nil {
		t.Error(err)
	} else if l, ok := s.Current(); ok {
		t.Errorf("a list of people who are not trusted is followed: %+v", l)
	}
}

// shelve lays a list where a probe of another version has put it.
func shelve(t *testing.T, state *os.Root, s list.Signed) {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := state.WriteFile("list.json", text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Who upgrades keeps the list that is followed, though this version would not take it, and never goes back to an older one,
// be the list one that this version does not even understand.
func TestUpgradeGoesForward(t *testing.T) {
	one := `{"url":"https://a.example/","class":"foreign"}`
	for _, test := range []struct {
		name    string
		stored  list.Signed
		follows bool
	}{
		{"too many of a host", sign(strings.Replace(text, one, ofOneHost(21), 1)), true},
		{"two anchors of a host", sign(strings.Replace(text, `"targets"`, `"anchors":{"foreign":["http://b.example/","https://b.example/b"]},"targets"`, 1)), true},
		{"no targets", sign(strings.Replace(text, one, "", 1)), true},
		{"inside", sign(strings.Replace(text, "https://a.example/", "http://10.0.0.1/", 1)), true},
		{"a port", sign(strings.Replace(text, "https://a.example/", "http://9.9.9.9:81/", 1)), true},
		{"a field that is new", sign(strings.Replace(text, `"serial"`, `"since":"version 9","serial"`, 1)), false},
		{"a class that is new", sign(strings.Replace(text, `"class":"foreign"`, `"class":"new"`, 1)), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			state, err := os.OpenRoot(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer state.Close()
			shelve(t, state, test.stored)
			if _, err := list.Open(test.stored, twoOfThree()); err == nil {
				t.Fatal("this version takes it")
			}
			s, err := list.OpenShelf(state, twoOfThree(), "xl")
			if err != nil {
				t.Fatal(err)
			}
			if l, ok := s.Current(); ok != test.follows || l.Name != "xl" || l.Serial != 7 || l.Tag != test.stored.Tag() || ok && l.Plan.Version != "xl-7" {
				t.Errorf("followed (%t) is %+v", ok, l)
			}
			for serial, want := range map[string]error{"2": list.ErrOlder, "7": list.ErrSame} {
				if _, err := s.Put(sign(strings.Replace(text, `"serial":7`, `"serial":`+serial, 1))); !errors.Is(err, want) {
					t.Errorf("issue %s: %v, want %v", serial, err, want)
				}
			}
			if _, err := s.Put(sign(strings.Replace(text, `"serial":7`, `"serial":8`, 1))); err != nil {
				t.Error(err)
			}
			if l, ok := s.Current(); !ok || l.Serial != 8 {
				t.Errorf("followed (%t) is %+v", ok, l)
			}
		})
	}
}

// Whoever is asked to follow another list can, and nobody is led to one that was not asked for.
func TestShelfFollowsOneName(t *testing.T) {
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	named := func(name string) list.Signed { return sign(strings.Replace(text, `"xl"`, `"`+name+`"`, 1)) }
	for _, step := range []struct {
		follow, put string
		want        error
		then        string
	}{
		{"", "xl", nil, "xl"},
		{"xm", "xl", list.ErrOther, ""}, // what lies there is of another name, and so nothing
		{"xm", "xm", nil, "xm"},
		{"", "xl", list.ErrOther, "xm"},
		{"xl", "xm", list.ErrOther, ""},
	} {
		s, err := list.OpenShelf(state, twoOfThree(), step.follow)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Put(named(step.put)); !errors.Is(err, step.want) || (err == nil) != (step.want == nil) {
			t.Errorf("who follows %q is given %q: %v, want %v", step.follow, step.put, err, step.want)
		}
		if l, _ := s.Current(); l.Name != step.then {
			t.Errorf("who follows %q and was given %q follows %q", step.follow, step.put, l.Name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	good, err := json.Marshal(sign(text))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"list":"e30=","signatures":["x"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := list.Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		if l, err := list.Open(s, twoOfThree()); err == nil && (l.Serial == 0 || !strings.HasPrefix(l.Plan.Version, l.Name)) {
			t.Fatalf("opened %+v", l)
		}
	})
}

// FuzzOpen signs whatever comes, so that what is behind the signatures is reached.
func FuzzOpen(f *testing.F) {
	f.Add(text)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := list.Open(sign(text), twoOfThree())
		if err == nil && l.Plan.Validate() != nil {
			t.Fatalf("a list holds a plan that cannot be followed: %v", l.Plan.Validate())
		}
	})
}
