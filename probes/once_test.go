package probes

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const notTried = "not tried: a probe only connects to public addresses, on the ports of the web and of DNS"

func TestOnceWithAList(t *testing.T) {
	name := filepath.Join(t.TempDir(), "sites.txt")
	var list strings.Builder
	list.WriteString("# on this machine, where a probe does not go\n\n")
	for i := range 20 {
		fmt.Fprintf(&list, "http://127.0.0.%d/\n", i)
	}
	if err := os.WriteFile(name, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, progress strings.Builder
	if err := Once(t.Context(), OnceConfig{URLs: []string{"https://127.0.0.1/"}, List: name}, &out, &progress); err != nil {
		t.Fatal(err)
	}
	sites, count, ok := strings.Cut(out.String(), "\n\n")
	lines := strings.Split(sites, "\n")
	if !ok || len(lines) != 21 || !slices.Contains(lines, "http://127.0.0.19/  "+notTried) {
		t.Errorf("%d lines:\n%s", len(lines), out.String())
	}
	if !strings.HasPrefix(count, "21 looked at, in ") || !strings.HasSuffix(count, "     21  "+notTried+"\n") {
		t.Errorf("count\n%s", count)
	}
	if n := strings.Count(progress.String(), " of 21\n"); n != 10 {
		t.Errorf("told %d times how far it is, want 10:\n%s", n, progress.String())
	}
}

func TestOnceReadsLists(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
		err        string
	}{
		{"what no probe looks at", "url,category_code\nhttps://a.example/#top,NEWS\nhttps://b.example/,NEWS\nhttps://myip.opendns.com/,HOST\n", []string{"https://b.example/"}, ""},
		{"what is risky", "url,category_code\nhttps://a.example/,LGBT\nhttps://b.example/,NEWS\nhttps://c.example/,NEWER\nhttps://d.example/\n", []string{"https://b.example/"}, ""},
		{"all of it risky", "url,category_code\nhttps://a.example/,LGBT\n", nil, "--risky"},
		{"a URL a line", "https://a.example/x?y=1,2\n b.example \n# not this one\n", []string{"https://a.example/x?y=1,2", "https://b.example"}, ""},
		{"Citizen Lab's format", "url,category_code,notes\nhttps://a.example/,NEWS,\"one, two\"\n", []string{"https://a.example/"}, ""},
		{"no URL", "https://a.example/\nftp://b.example/\n", nil, ", line 2: "},
		{"nothing", "# nothing\n", nil, "there is no site in it"},
		{"too many", strings.Repeat("a.example\n", maxOnceURLs+1), nil, "10001 sites are more than the 10000"},
		{"a comma in a URL", "url,category_code\n\"https://a.example/?x=1,2\",NEWS\n", []string{"https://a.example/?x=1,2"}, ""},
		{"no table", "url,category_code\nhttps://a.example/,\"NEWS\n", nil, "on line 2"},
		{"a line too long", "https://a.example/" + strings.Repeat("x", 70_000), nil, ", line 1: "},
		{"too long", strings.Repeat("#\n", maxOnceBytes), nil, "is longer than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "list")
			if err := os.WriteFile(name, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, _, err := OnceConfig{List: name}.urls()
			if !slices.Equal(got, test.want) || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("%q, %v; want %q, %q", got, err, test.want, test.err)
			}
		})
	}
	if _, _, err := (OnceConfig{List: "/nowhere"}).urls(); err == nil || !strings.Contains(err.Error(), "--list: open /nowhere") {
		t.Errorf("%v", err)
	}
}

// Whoever asks for the risky sites gets them, and whoever does not is told.
func TestOnceRisky(t *testing.T) {
	name := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(name, []byte("url,category_code\nhttp://127.0.0.1/,LGBT\nhttp://127.0.0.2/,NEWS\nhttp://127.0.0.3/#top,NEWS\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for risky, want := range map[bool]string{false: "Left out of the list: 1 that it is dangerous", true: "Left out of the list: 0 that it is dangerous"} {
		var out, progress strings.Builder
		if err := Once(t.Context(), OnceConfig{List: name, Risky: risky}, &out, &progress); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "http://127.0.0.1/") != risky || !strings.HasPrefix(progress.String(), want) {
			t.Errorf("risky %t:\n%s%s", risky, progress.String(), out.String())
		}
	}
}

func FuzzOnceList(f *testing.F) {
	f.Add("url,category_code\nhttps://a.example/,NEWS\n")
	f.Add("# a comment\na.example\n")
	f.Fuzz(func(t *testing.T, text string) {
		name := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		urls, _, err := readURLs(name, true)
		if err != nil {
			return
		}
		for _, url := range urls {
			if again, err := whole(url); err != nil || again != url {
				t.Errorf("%q: %v", url, err)
			}
		}
	})
}
