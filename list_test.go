package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// A list that is built has a bounded number of names below one registrable domain, which in Kenya has two labels above it.
func TestListBuildCountsDomains(t *testing.T) {
	folder := t.TempDir()
	source, out := filepath.Join(folder, "ke.csv"), filepath.Join(folder, "ke.json")
	text := "url,category_code\nhttps://other.co.ke/,NEWS\n"
	for i := range measurement.MaxPerDomain + 1 {
		text += fmt.Sprintf("https://a%d.blogs.co.ke/,NEWS\n", i)
	}
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := say(t, "list", "build", source, "--country", "KE", "--out", out); err != nil {
		t.Fatal(err)
	}
	built, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if blogs, other := strings.Count(string(built), "blogs.co.ke"), strings.Count(string(built), "other.co.ke"); blogs != measurement.MaxPerDomain || other != 1 {
		t.Errorf("%d of the one and %d of the other domain", blogs, other)
	}
}
