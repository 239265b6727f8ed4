package consent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

const fileName = "consent.json"

// Agreement is what a volunteer agreed to, and on which day. The hour would say more than anybody needs.
type Agreement struct {
	Version string `json:"version"`
	Day     string `json:"day"` // UTC, as 2006-01-02
}

// Keep remembers that somebody agreed to a version.
func Keep(state *os.Root, version string, now time.Time) error {
	data, err := json.Marshal(Agreement{Version: version, Day: now.UTC().Format(time.DateOnly)})
	if err != nil {
		return err
	}
	return durable.WriteFile(state, fileName, data)
}

// Read returns the agreement that is kept; the zero one when there is none, or none that can be read: then the
// question is asked again.
func Read(state *os.Root) (Agreement, error) {
	file, err := state.Open(fileName)
	if errors.Is(err, fs.ErrNotExist) {
		return Agreement{}, nil
	}
	if err != nil {
		return Agreement{}, fmt.Errorf("open %s: %w", fileName, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, 1<<10))
	if err != nil {
		return Agreement{}, fmt.Errorf("read %s: %w", fileName, err)
	}
	var a Agreement
	if json.Unmarshal(data, &a) != nil {
		return Agreement{}, nil
	}
	return a, nil
}
