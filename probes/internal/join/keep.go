package join

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

const (
	fileName     = "config.json"
	maxFileBytes = 16 << 10
)

// Keep makes an invitation the one that the probe of a state folder follows.
func (i Invitation) Keep(state *os.Root) error {
	data, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return err
	}
	return durable.WriteFile(state, fileName, append(data, '\n'))
}

// Read returns the invitation that is followed; false when there is none.
func Read(state *os.Root) (Invitation, bool, error) {
	file, err := state.Open(fileName)
	if errors.Is(err, fs.ErrNotExist) {
		return Invitation{}, false, nil
	}
	if err != nil {
		return Invitation{}, false, fmt.Errorf("open %s: %w", fileName, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes))
	if err != nil {
		return Invitation{}, false, fmt.Errorf("read %s: %w", fileName, err)
	}
	var i Invitation
	err = json.Unmarshal(data, &i)
	if err == nil {
		err = i.Validate()
	}
	if err != nil {
		return Invitation{}, false, fmt.Errorf("%s in the state folder is damaged: join again with the link", fileName)
	}
	return i, true, nil
}
