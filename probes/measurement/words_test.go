package measurement

import (
	"strings"
	"testing"
)

func TestListName(t *testing.T) {
	for name, want := range map[string]bool{
		"ke": true, "KE-2.x_y": true, strings.Repeat("a", MaxListName): true,
		"": false, "a b": false, "a/b": false, "é": false, strings.Repeat("a", MaxListName+1): false,
	} {
		if got := ListName(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}
