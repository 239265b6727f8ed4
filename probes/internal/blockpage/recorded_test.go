package blockpage_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
)

// OONI's own lists are read whole where somebody has put them beside the repository.
func published(t testing.TB, name string) []blockpage.Fingerprint {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "ooni", "fingerprints", name))
	if err != nil {
		t.Skip("OONI's lists are not beside the repository")
	}
	prints, err := blockpage.Load(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(prints), bytes.Count(text, []byte("\n"))/2; got < want {
		t.Errorf("read %d fingerprints, want more than %d", got, want)
	}
	return prints
}

func TestPublishedLists(t *testing.T) {
	published(t, "fingerprints_dns.csv")
	published(t, "fingerprints_http.csv")
}

// BenchmarkAnswer is what recognizing one page costs with all that OONI publishes.
func BenchmarkAnswer(b *testing.B) {
	set := blockpage.New(published(b, "fingerprints_dns.csv"), published(b, "fingerprints_http.csv"))
	page := bytes.Repeat([]byte(`<div class="story"><a href="https://www.example.org/a/b">A story of some length</a><p>and its text</p></div>`), 650)[:64<<10]
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		set.Answer(nil, page)
	}
}
