package analysis_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The engine's index leaves out what lies in the last second before a bound of whole seconds (see the handbook's design page), so
// no statement compares a time with an argument as it is. Whole hours are no such times.
func TestStatementsBindTimesWithTheirMilliseconds(t *testing.T) {
	bare := regexp.MustCompile(`\b([a-z_]*_at|at|latest)\s*(<=|>=|<|>)\s*\?`)
	found := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") || filepath.Ext(path) != ".sql" && filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, wrong := range bare.FindAllString(string(text), -1) {
			t.Errorf("%s: %s: write toDateTime64(?, 3, 'UTC')", path, wrong)
		}
		found += strings.Count(string(text), "toDateTime64(?, 3, 'UTC')")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Error("no statement was found")
	}
}
