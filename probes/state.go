package probes

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

// ErrNoState says that there is no state folder, and so nothing of a probe.
var ErrNoState = errors.New("there is no state folder: nothing of a probe is here (name another folder with --state)")

// DefaultState is the state folder when none is named: the user's own, in the place for settings.
func DefaultState() (string, error) {
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", errors.New("this user has no folder for settings: name a folder with --state")
	}
	return filepath.Join(folder, "lamplight-probe"), nil
}

// makeState opens the state folder, and makes it when it is not there. end closes it, and takes away what was made when
// nothing came into it: whoever declines leaves no trace.
func makeState(folder string) (state *os.Root, end func(), err error) {
	state, err = openGuarded(folder)
	if err == nil {
		return state, func() { _ = state.Close() }, nil
	}
	if !errors.Is(err, ErrNoState) {
		return nil, nil, err
	}
	if folder, err = stateOr(folder); err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, nil, fmt.Errorf("the state folder cannot be made: %w", durable.Bare(err))
	}
	if state, err = openState(folder); err != nil {
		return nil, nil, err
	}
	return state, func() { _ = state.Close(); _ = os.Remove(folder) }, nil
}

// OpenState opens the state folder, or fails with ErrNoState.
func OpenState(folder string) (*os.Root, error) {
	folder, err := stateOr(folder)
	if err != nil {
		return nil, err
	}
	return openState(folder)
}

// errOpenToAll says why a state folder must be its owner's: what lies there says to whom results go, and that somebody
// agreed to it.
var errOpenToAll = errors.New("every user of this machine may write into the state folder: take that right away (chmod go-w), or name another folder with --state")

// openGuarded is OpenState for those who go by what lies in the folder.
func openGuarded(folder string) (*os.Root, error) {
	state, err := OpenState(folder)
	if err != nil {
		return nil, err
	}
	info, err := state.Stat(".")
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o002 != 0 { // Windows has other rights than these
		err = errOpenToAll
	}
	if err != nil {
		return nil, errors.Join(durable.Bare(err), state.Close())
	}
	return state, nil
}

func openState(folder string) (*os.Root, error) {
	state, err := os.OpenRoot(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoState
	}
	if err != nil {
		return nil, fmt.Errorf("the state folder cannot be opened: %w", durable.Bare(err))
	}
	return state, nil
}

// whose adds to an error of rights what can be done about it.
func whose(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: this user may not write into the state folder: be the one whom it belongs to (sudo, where a service has it), or name another one with --state", err)
	}
	return err
}

func stateOr(folder string) (string, error) {
	if folder != "" {
		return folder, nil
	}
	return DefaultState()
}
