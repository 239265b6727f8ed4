package identity

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

// seedFile is the seed's name in the state folder. Whoever has it can tell which keys were this device's.
const seedFile = "seed"

// Open returns the identity kept in the state folder, and makes one if there is none. It refuses a
// damaged seed rather than replace it: a new one would break every chain of batches.
func Open(state *os.Root) (Identity, error) {
	f, err := state.Open(seedFile)
	if errors.Is(err, fs.ErrNotExist) {
		return create(state)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("open seed: %w", err)
	}
	defer f.Close()
	seed, err := io.ReadAll(io.LimitReader(f, SeedSize+1))
	if err != nil {
		return Identity{}, fmt.Errorf("read seed: %w", err)
	}
	if len(seed) != SeedSize {
		return Identity{}, fmt.Errorf("the file %q in the state folder does not hold %d bytes: delete it to start as a new probe", seedFile, SeedSize)
	}
	return FromSeed([SeedSize]byte(seed)), nil
}

func create(state *os.Root) (Identity, error) {
	var seed [SeedSize]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return Identity{}, fmt.Errorf("make seed: %w", err)
	}
	if err := durable.WriteFile(state, seedFile, seed[:]); err != nil {
		return Identity{}, fmt.Errorf("keep seed: %w", err)
	}
	return FromSeed(seed), nil
}
