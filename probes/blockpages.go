package probes

import (
	"fmt"
	"net/http"
	"os"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
)

// BlockPages returns what recognizes block pages in answers that others recorded: with the fingerprints that every
// probe has, and those of the files, which are lists in OONI's CSV formats. The id is "" for what is none.
func BlockPages(files ...string) (func(header http.Header, body []byte) string, error) {
	known, err := blockPages(files...)
	if err != nil {
		return nil, err
	}
	return known.Answer, nil
}

func blockPages(files ...string) (*blockpage.Set, error) {
	builtIn, err := blockpage.Builtin()
	if err != nil {
		return nil, err
	}
	lists := [][]blockpage.Fingerprint{builtIn}
	for _, name := range files {
		list, err := load(name)
		if err != nil {
			return nil, fmt.Errorf("--fingerprints %s: %w", name, err)
		}
		lists = append(lists, list)
	}
	return blockpage.New(lists...), nil
}

func load(name string) ([]blockpage.Fingerprint, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read
	return blockpage.Load(file)
}
