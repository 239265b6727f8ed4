package probes

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/join"
	"github.com/lamplight-net/lamplight/probes/internal/report"
)

var errNoSigners = errors.New("this probe knows nobody who may sign lists: join with a link that names them")

// TakeList makes the probe of a state folder follow the signed list in a file, if the people of its invitation
// signed it and it is newer than the one that is followed.
func TakeList(ctx context.Context, folder, name string, out io.Writer) error {
	state, err := OpenState(folder)
	if errors.Is(err, ErrNoState) {
		return errNoSigners
	}
	if err != nil {
		return err
	}
	defer state.Close()
	invitation, _, err := join.Read(state)
	if err != nil {
		return err
	}
	if len(invitation.ListKeys) == 0 {
		return errNoSigners
	}
	signed, err := readSigned(name)
	if err != nil {
		return err
	}
	shelf, err := shelfOf(state, invitation)
	if err != nil {
		return err
	}
	taken, err := shelf.Put(signed)
	if err != nil {
		return err
	}
	agreed, err := consent.Read(state)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "From now on the probe follows %s, with %s.\n", taken.Plan.Version, report.Count(len(taken.Plan.Targets), "site", "sites")); err != nil {
		return err
	}
	if errors.Is(consent.Covers(agreed.Version, taken.Campaign), consent.ErrCampaign) {
		if _, err := fmt.Fprintln(out, "It has a campaign, to which you have not agreed: until you do, the probe measures nothing. Read it and decide: lamplight-probe consent"); err != nil {
			return err
		}
	}
	return changed(ctx, folder)
}
