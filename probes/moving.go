package probes

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/lamplight-net/lamplight/probes/internal/join"
	"github.com/lamplight-net/lamplight/probes/internal/wipe"
)

const movingText = `This is another gateway than the one that you joined before. If you agree, the probe is stopped and begins anew: its
key, and what the other gateway has not got yet, are deleted. To hand that over first: lamplight-probe leave --deliver

`

// elsewhere reports whether an invitation leads to other people than the one before: none of their addresses, and
// not their key. A gateway may get a new key or another address, and is the same.
func elsewhere(before, next join.Invitation) bool {
	shared := slices.ContainsFunc(next.Gateways, func(g string) bool { return slices.Contains(before.Gateways, g) })
	return !shared && !before.GatewayKey.Equal(next.GatewayKey)
}

// beginAnew ends the probe and deletes all that it keeps. A gateway is not to learn that its probe had another one: by
// the key, which would be the same in a network and a month, or by units that it cannot open and that name whose they are.
func beginAnew(ctx context.Context, state *os.Root) error {
	unlock, err := stop(ctx, state)
	if err != nil {
		return err
	}
	keyErr := wipe.Key(state)
	_, restErr := wipe.Rest(state)
	return errors.Join(keyErr, restErr, unlock())
}
