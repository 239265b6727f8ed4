package probes

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/join"
	"github.com/lamplight-net/lamplight/probes/internal/list"
)

// ErrNoConsent says that nobody agreed to what the probe does.
var ErrNoConsent = consent.ErrNone

// errDeclined says that somebody read it, and did not agree.
var errDeclined = errors.New("without your agreement the probe does nothing")

// Agree asks whoever is at in whether the probe may do what it does, and remembers a yes. have, if it is not empty, is
// the version that somebody says to have read; then nobody is asked.
func Agree(ctx context.Context, folder, have string, in *bufio.Reader, out io.Writer) error {
	state, end, err := makeState(folder)
	if err != nil {
		return err
	}
	defer end()
	campaign, err := campaignOf(state)
	if err != nil {
		return err
	}
	if err := ask(campaign, have, in, out); err != nil {
		return err
	}
	if err := consent.Keep(state, consent.Version(campaign), time.Now()); err != nil {
		return whose(err)
	}
	if _, err := fmt.Fprintf(out, "Agreed to version %s.\n", consent.Version(campaign)); err != nil {
		return err
	}
	return changed(ctx, folder)
}

// Read writes the text that a volunteer is asked to agree to, and its version.
func Read(folder string, out io.Writer) error {
	var campaign *list.Campaign
	state, err := OpenState(folder)
	if err == nil {
		defer state.Close()
		campaign, err = campaignOf(state)
	}
	if err != nil && !errors.Is(err, ErrNoState) {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\nThis is version %s.\n", consent.Text(campaign), consent.Version(campaign))
	return err
}

func ask(campaign *list.Campaign, have string, in *bufio.Reader, out io.Writer) error {
	switch version := consent.Version(campaign); {
	case have == version:
		return nil
	case have != "":
		return fmt.Errorf("--i-have-read is %q, and the text of now is version %s: read it with lamplight-probe consent --read, then give that version", have, version)
	}
	yes, err := consent.Ask(in, out, campaign)
	if err == nil && !yes {
		return errDeclined
	}
	return err
}

// campaignOf returns the campaign of the list that is followed; nil for none.
func campaignOf(state *os.Root) (*list.Campaign, error) {
	invitation, _, err := join.Read(state)
	if err != nil {
		return nil, err
	}
	current, _, err := followed(state, invitation)
	return current.Campaign, err
}
