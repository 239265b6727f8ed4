package join_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/join"
	"github.com/lamplight-net/lamplight/probes/internal/minisign"
)

const page = "https://lamplight.example.org/join"

func key(n byte) ed25519.PublicKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)).Public().(ed25519.PublicKey)
}

func invitation() join.Invitation {
	return join.Invitation{
		Gateways: []string{"https://gateway.example.org", "https://another.example.net/way"}, GatewayKey: key(1),
		ListKeys:   []minisign.PublicKey{{ID: minisign.KeyID{1}, Key: key(2)}, {ID: minisign.KeyID{2}, Key: key(3)}, {ID: minisign.KeyID{3}, Key: key(4)}},
		ListNeeded: 2, List: "ke",
	}
}

func TestLink(t *testing.T) {
	smallest := join.Invitation{Gateways: []string{"http://127.0.0.1:8080"}, GatewayKey: key(1)}
	for name, want := range map[string]join.Invitation{"all": invitation(), "smallest": smallest} {
		link, err := want.Link(page)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := join.Parse(" " + link + "\n")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if !strings.HasPrefix(link, page+"#1.") {
			t.Errorf("%s: the settings are not in the fragment: %s", name, link)
		}
	}
}

// A link that was sent out must work for as long as anybody has it.
func TestLinkIsStable(t *testing.T) {
	link, err := invitation().Link(page)
	if err != nil {
		t.Fatal(err)
	}
	const want = "9iQGYau2"
	sum := sha256.Sum256([]byte(link))
	if got := base64.RawURLEncoding.EncodeToString(sum[:6]); got != want {
		t.Errorf("the link of a fixed invitation changed: its hash begins with %s, not %s: links need a new version", got, want)
	}
}

func TestValidate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*join.Invitation)
		says   string
	}{
		{"no gateway", func(i *join.Invitation) { i.Gateways = nil }, "0 gateways"},
		{"too many gateways", func(i *join.Invitation) { i.Gateways = make([]string, 5) }, "5 gateways"},
		{"plain http", func(i *join.Invitation) { i.Gateways[0] = "http://gateway.example.org" }, "must be https"},
		{"a name that may be any machine", func(i *join.Invitation) { i.Gateways[0] = "http://localhost" }, "must be https"},
		{"a password", func(i *join.Invitation) { i.Gateways[0] = "https://a:b@gateway.example.org" }, "not a URL"},
		{"a query", func(i *join.Invitation) { i.Gateways[0] = "https://gateway.example.org/?a" }, "not a URL"},
		{"a terminal's escape", func(i *join.Invitation) { i.Gateways[0] = "https://gateway.example.org/\x1b[2J" }, "not a URL"},
		{"an address without end", func(i *join.Invitation) { i.Gateways[0] = "https://" + strings.Repeat("a", 200) }, "at most 120 bytes"},
		{"no key", func(i *join.Invitation) { i.GatewayKey = nil }, "key is missing"},
		{"a short key", func(i *join.Invitation) { i.GatewayKey = i.GatewayKey[:31] }, "key is missing"},
		{"more signatures than keys", func(i *join.Invitation) { i.ListNeeded = 4 }, "4 of 3"},
		{"no signature", func(i *join.Invitation) { i.ListNeeded = 0 }, "0 of 3"},
		{"one key twice", func(i *join.Invitation) { i.ListKeys[1].Key = i.ListKeys[0].Key }, "named twice"},
		{"a list that nobody signs", func(i *join.Invitation) { i.ListKeys, i.ListNeeded = nil, 0 }, "no keys"},
		{"a list's name with a slash", func(i *join.Invitation) { i.List = "../x" }, "list name"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := invitation()
			test.change(&i)
			if _, err := i.Link(page); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want %q", err, test.says)
			}
		})
	}
	for _, bad := range []string{"", "http://lamplight.example.org", "https://", "https://a.example/#x", "https://u@a.example/"} {
		if _, err := invitation().Link(bad); err == nil {
			t.Errorf("page %q is taken", bad)
		}
	}
}

// A link that was cut, changed or made for something else says what is wrong and what to do.
func TestParseRefuses(t *testing.T) {
	whole, err := invitation().Link(page)
	if err != nil {
		t.Fatal(err)
	}
	seal := func(body ...byte) string {
		sum := sha256.Sum256(body)
		return page + "#1." + base64.RawURLEncoding.EncodeToString(append(body, sum[:4]...))
	}
	tests := []struct{ name, link, says string }{
		{"nothing", "", "https://"},
		{"another scheme", strings.Replace(whole, "https", "http", 1), "https://"},
		{"without its fragment", strings.Split(whole, "#")[0], "ask for all of it"},
		{"cut off", whole[:len(whole)-5], "Copy it again"},
		{"one letter changed", strings.Replace(whole, "A", "B", 1), "Copy it again"},
		{"a line break within", whole[:200] + "\n" + whole[200:], "Copy it again"},
		{"of a later version", strings.Replace(whole, "#1.", "#2.", 1), "newer lamplight-probe"},
		{"without end", whole + strings.Repeat("A", join.MaxLinkBytes), "longer than"},
		{"a field of tomorrow", seal(99, 1, 1), "newer lamplight-probe"},
		{"a field cut off", seal(1, 200, 'h'), "cut off"},
		{"fields out of order", seal(5, 2, 'k', 'e', 4, 1, 1), "out of order"},
		{"a field twice", seal(5, 2, 'k', 'e', 5, 2, 'k', 'e'), "out of order"},
		{"an empty field", seal(1, 0), "empty"},
		{"nothing in it", page + "#1.", "Copy it again"},
		{"too little in it", seal(5, 2, 'k', 'e'), "gateways"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := join.Parse(test.link)
			if !errors.Is(err, join.ErrLink) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want %q", err, test.says)
			}
		})
	}
}

// Whatever is taken is the one link of its invitation.
func FuzzParse(f *testing.F) {
	whole, err := invitation().Link(page)
	if err != nil {
		f.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(whole[len(page)+len("#1."):])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw[:len(raw)-4])
	f.Add([]byte{1, 1, 'h', 2, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		// With its checksum: no fuzzer finds one, and an attacker does.
		sum := sha256.Sum256(body)
		link := page + "#1." + base64.RawURLEncoding.EncodeToString(append(bytes.Clone(body), sum[:4]...))
		i, err := join.Parse(link)
		if err != nil {
			return
		}
		if again, err := i.Link(page); err != nil || again != link {
			t.Errorf("taken, but its own link is\n%s (%v), not\n%s", again, err, link)
		}
	})
}
