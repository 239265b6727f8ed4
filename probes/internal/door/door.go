// Package door is how the commands of a volunteer find the probe that runs, and what they say to it.
//
// A probe that runs writes where its status page listens, and the token of the day, into its state folder, which
// only its user can read. The commands ask there. A page on loopback is there anyway, and works the same on every
// system; a socket in the folder would be a second way, which Windows has only in part.
package door

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

const fileName = "control.json"

// ErrNotRunning says that no probe of this state folder answers.
var ErrNotRunning = errors.New("no probe is running here")

// Door is where a running probe listens.
type Door struct {
	Address string `json:"address"` // of loopback, with its port
	Token   string `json:"token"`   // whoever has it may ask
}

// Open leaves word of the door.
func (d Door) Open(state *os.Root) error {
	data, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return durable.WriteFile(state, fileName, data)
}

// Shut takes the word back.
func Shut(state *os.Root) error {
	if err := state.Remove(fileName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", fileName, err)
	}
	return nil
}

// Find returns the door that was left word of, or ErrNotRunning.
func Find(state *os.Root) (Door, error) {
	file, err := state.Open(fileName)
	if errors.Is(err, fs.ErrNotExist) {
		return Door{}, ErrNotRunning
	}
	if err != nil {
		return Door{}, fmt.Errorf("open %s: %w", fileName, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, 1<<10))
	if err != nil {
		return Door{}, fmt.Errorf("read %s: %w", fileName, err)
	}
	var d Door
	if json.Unmarshal(data, &d) != nil {
		return Door{}, ErrNotRunning // torn by a crash: nobody is behind it
	}
	// A file that somebody changed must not send the token elsewhere.
	if address, err := netip.ParseAddrPort(d.Address); err != nil || !address.Addr().IsLoopback() || d.Token == "" {
		return Door{}, ErrNotRunning
	}
	return d, nil
}
