package probes

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/join"
	"github.com/lamplight-net/lamplight/probes/internal/minisign"
	"github.com/lamplight-net/lamplight/probes/internal/qrcode"
)

// Join makes the probe of a state folder one that follows a link's invitation, once somebody has agreed to what
// it does. It contacts nobody. An invitation that is followed already is replaced only with replace.
func Join(ctx context.Context, folder, link, have string, replace bool, in *bufio.Reader, out io.Writer) error {
	invitation, err := join.Parse(link)
	if err != nil {
		return err
	}
	state, end, err := makeState(folder)
	if err != nil {
		return err
	}
	defer end()
	before, joined, err := join.Read(state)
	if joined && !replace || err != nil && !replace {
		return errors.New("this probe has joined already: to follow the new link in place of the old one, say --replace")
	}
	if err := describe(out, invitation); err != nil {
		return err
	}
	moves := joined && elsewhere(before, invitation)
	if moves {
		if _, err := fmt.Fprint(out, movingText); err != nil {
			return err
		}
	}
	current, _, err := followed(state, invitation)
	if err != nil {
		return err
	}
	if err := ask(current.Campaign, have, in, out); err != nil {
		return err
	}
	if moves {
		if err := beginAnew(ctx, state); err != nil {
			return whose(fmt.Errorf("the probe could not begin anew: %w", err))
		}
	}
	if err := consent.Keep(state, consent.Version(current.Campaign), time.Now()); err != nil {
		return whose(err)
	}
	if err := invitation.Keep(state); err != nil {
		return err
	}
	if _, err := fmt.Fprint(out, joinedText); err != nil {
		return err
	}
	return changed(ctx, folder)
}

const joinedText = `Joined. Nothing was sent yet. To begin:
  lamplight-probe run                until you stop it (Ctrl-C)
  lamplight-probe service install    whenever this machine is on
`

// describe says what a link sets up.
func describe(out io.Writer, i join.Invitation) error {
	var text strings.Builder
	fmt.Fprintf(&text, "This link sets the probe up as follows. Nothing has been sent to anybody.\n\n")
	fmt.Fprintf(&text, "  results go to    %s\n", i.Gateways[0])
	for _, other := range i.Gateways[1:] {
		fmt.Fprintf(&text, "  or to            %s\n", other)
	}
	sum := sha256.Sum256(i.GatewayKey)
	fmt.Fprintf(&text, "  its key          %s (begin of its SHA-256: ask those who invited you)\n", hex.EncodeToString(sum[:8]))
	switch {
	case len(i.ListKeys) == 0:
		fmt.Fprintln(&text, "  what to look at  the list built into this program")
	case i.List == "":
		fmt.Fprintf(&text, "  what to look at  a list signed with %d of %d keys; until one comes, the built-in one\n", i.ListNeeded, len(i.ListKeys))
	default:
		fmt.Fprintf(&text, "  what to look at  the list %q, signed with %d of %d keys; until it comes, the built-in one\n", i.List, i.ListNeeded, len(i.ListKeys))
	}
	_, err := fmt.Fprintln(out, text.String())
	return err
}

// DefaultPage is where a link leads whoever opens it in a browser.
const DefaultPage = "https://github.com/lamplight-net/lamplight"

// InviteConfig is what an invitation is made of.
type InviteConfig struct {
	Page       string
	Gateways   []string
	GatewayKey string
	ListKeys   []string // as minisign writes them
	ListNeeded int
	List       string
	QR         bool
}

// Invite writes the link of an invitation, and its QR code: of the one that cfg describes, or, if it names no
// gateway, of the one that the probe of the state folder follows.
func Invite(folder string, cfg InviteConfig, out io.Writer) error {
	invitation, err := cfg.invitation(folder)
	if err != nil {
		return err
	}
	link, err := invitation.Link(cfg.Page)
	if err != nil {
		return err
	}
	if cfg.QR {
		drawing, columns, err := qrcode.Draw(link)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s(%d columns wide: make the window as wide, and point a camera at it)\n\n", drawing, columns); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(out, link)
	return err
}

var errNothingToPass = errors.New("there is nothing to pass on: join first, or give --gateway and --gateway-key to make a new invitation")

func (c InviteConfig) invitation(folder string) (join.Invitation, error) {
	if len(c.Gateways) == 0 {
		state, err := OpenState(folder)
		if errors.Is(err, ErrNoState) {
			return join.Invitation{}, errNothingToPass
		}
		if err != nil {
			return join.Invitation{}, err
		}
		defer state.Close()
		invitation, joined, err := join.Read(state)
		if err == nil && !joined {
			err = errNothingToPass
		}
		return invitation, err
	}
	key, err := parseKey(c.GatewayKey)
	if err != nil {
		return join.Invitation{}, err
	}
	if key == nil {
		return join.Invitation{}, errors.New("--gateway-key is missing: the gateway shows its key at /v1/gateway")
	}
	out := join.Invitation{Gateways: c.Gateways, GatewayKey: key, ListNeeded: c.ListNeeded, List: c.List}
	for _, text := range c.ListKeys {
		k, err := minisign.ParsePublicKey(text)
		if err != nil {
			return join.Invitation{}, fmt.Errorf("--list-key: %w", err)
		}
		out.ListKeys = append(out.ListKeys, k)
	}
	if len(out.ListKeys) == 0 {
		out.ListNeeded = 0
	}
	return out, nil
}
