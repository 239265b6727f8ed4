// Package lock keeps a second program out of a state folder.
//
// A lock is the system's, on a file: it ends with the process that holds it, however that ends, and leaves nothing
// that would have to be cleared away.
package lock

import (
	"errors"
	"os"
)

// ErrHeld says that another program has the lock.
var ErrHeld = errors.New("the state folder is in use by another probe: stop that one, or give this one a folder of its own")

// errNoLocks is of folders on a server, or on a file system in a program, that know no locks.
var errNoLocks = errors.New("the state folder lies where nothing can be locked: name one on this machine's own disk with --state")

// Held reports whether somebody has the lock of a name, as far as can be told. To find out it takes the lock for a
// moment.
func Held(state *os.Root, name string) bool {
	if _, err := state.Stat(name); err != nil {
		return false // nobody ever took it, and asking leaves nothing behind
	}
	unlock, err := Take(state, name)
	if err == nil {
		err = unlock()
	}
	return errors.Is(err, ErrHeld)
}
