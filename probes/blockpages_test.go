package probes_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes"
)

func TestBlockPageSettings(t *testing.T) {
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "list.csv")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	const head = "name,scope,location_found,pattern_type,pattern,confidence_no_fp\n"
	good, bad := file(head+"one,nat,body,contains,blocked,5\n"), file(head+"one,nat,cookie,contains,blocked,5\n")
	for _, test := range []struct {
		name  string
		files []string
		decoy string
		want  string // the end of the error
	}{
		{"none", nil, "", ""},
		{"two lists and a decoy", []string{good, good}, "www.example.net", ""},
		{"a list that is not there", []string{good, filepath.Join(t.TempDir(), "gone.csv")}, "", "gone.csv: no such file or directory"},
		{"a list that is wrong", []string{bad}, "", `list.csv: line 2: location_found is "cookie": allowed are dns, body and header.NAME`},
		{"a decoy that is an address", nil, "192.0.2.1", `--decoy is "192.0.2.1": give the name of a host, such as www.example.org`},
		{"a decoy that is a URL", nil, "https://www.example.org/", `--decoy is "https://www.example.org/": give the name of a host, such as www.example.org`},
	} {
		t.Run(test.name, func(t *testing.T) {
			// Nobody agreed to anything, so that a probe whose settings are right does not run either.
			err := probes.Run(t.Context(), probes.RunConfig{
				State: t.TempDir(), Gateway: "https://gateway.example/", Fingerprints: test.files, Decoy: test.decoy,
			}, "1", slog.New(slog.DiscardHandler))
			switch {
			case test.want == "" && (err == nil || strings.HasPrefix(err.Error(), "--")):
				t.Errorf("got %v, want that nobody agreed", err)
			case test.want != "" && (err == nil || !strings.HasSuffix(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "--")):
				t.Errorf("got %v, want a flag's name and %q", err, test.want)
			}
		})
	}
}
