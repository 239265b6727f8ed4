package plan

import (
	_ "embed" // the list
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

//go:embed tells.txt
var tellsText string

// tellers are the names and paths of tells.txt, each with what it does.
var tellers = sync.OnceValue(func() map[string]string {
	out := make(map[string]string)
	for line := range strings.Lines(tellsText) {
		if what, does, ok := strings.Cut(strings.TrimSpace(line), " "); ok && what != "#" {
			out[what] = strings.TrimSpace(does)
		}
	}
	return out
})

// tells says what a host or a path does, if it tells whoever asks its own address.
func tells(host, path string) string {
	if does := tellers()[strings.ToLower(strings.TrimSuffix(path, "/"))]; does != "" && strings.HasPrefix(path, "/") {
		return does
	}
	for name := strings.ToLower(host); name != ""; {
		if does := tellers()[name]; does != "" {
			return does
		}
		_, name, _ = strings.Cut(name, ".")
	}
	return ""
}

// CheckTarget says whether a URL may be a target or an anchor: one that a probe may look at, and that does
// not tell whoever asks its own address.
func CheckTarget(text string) error {
	if err := measurement.CheckURL(text); err != nil {
		return err
	}
	u, err := url.Parse(text)
	if err != nil {
		return err
	}
	if does := tells(u.Hostname(), u.Path); does != "" {
		return fmt.Errorf("%s %s: a record of it would hold the volunteer's address, so leave it out", text, does)
	}
	return nil
}
