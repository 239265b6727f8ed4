package probes

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/join"
	"github.com/lamplight-net/lamplight/probes/internal/link"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
)

// course is what a probe is set to do at present: by its flags, its invitation, its list and what was agreed to.
type course struct {
	agent    agent.Config
	follow   follow         // what list to ask the gateway for
	campaign *list.Campaign // of the list that is followed
	agreed   consent.Agreement
	lack     error // what the agreement lacks
}

// follow is a list to ask for. One whose trust names nobody is none: the built-in list, or a file of the volunteer's own,
// has no newer issue.
type follow struct {
	gateways []string
	trust    list.Trust
	name     string
}

func (f follow) equal(other follow) bool {
	return slices.Equal(f.gateways, other.gateways) && f.trust.Equal(other.trust) && f.name == other.name
}

// chart finds the course. It reads what lies in the state folder, and asks nobody.
func (c RunConfig) chart(state *os.Root, version string, log *slog.Logger) (course, error) {
	invitation, joined, err := join.Read(state)
	if err != nil {
		return course{}, err
	}
	given, err := c.given(version, log)
	if err != nil {
		return course{}, err
	}
	out := course{agent: given}
	out.agent.State = state.Name() // the agent opens it by its name for itself
	switch {
	case c.Gateway == "" && !joined:
		return course{}, ErrNotJoined
	case c.Gateway == "":
		out.agent.Gateway = invitation.Gateways[0]
		out.agent.Mirrors = slices.Concat(invitation.Gateways[1:], c.Mirrors)
		if out.agent.GatewayKey == nil {
			out.agent.GatewayKey = invitation.GatewayKey
		}
	}
	if c.Plan == "" {
		if err := out.choose(state, invitation); err != nil {
			return course{}, err
		}
		out.follow = follow{
			gateways: append([]string{out.agent.Gateway}, out.agent.Mirrors...), trust: trustOf(invitation), name: invitation.List,
		}
	}
	if out.agreed, err = consent.Read(state); err != nil {
		return course{}, err
	}
	out.lack = consent.Covers(out.agreed.Version, out.campaign)
	return out, nil
}

// given is what the flags say, or what is wrong with them. It needs no state.
func (c RunConfig) given(version string, log *slog.Logger) (agent.Config, error) {
	out := agent.Config{
		Software: "lamplight-probe/" + version, Guard: cmp.Or(c.guard, guard.New()), Link: link.Look, Log: log,
		Gateway: c.Gateway, Mirrors: c.Mirrors, Proxy: c.Proxy, DoH: upload.DefaultDoH(),
		Budget: c.budgetBytes(), Quiet: c.Quiet,
	}
	var err error
	if out.GatewayKey, err = parseKey(c.GatewayKey); err != nil {
		return agent.Config{}, err
	}
	if out.BlockPages, err = blockPages(c.Fingerprints...); err != nil {
		return agent.Config{}, err
	}
	if out.Decoy, err = parseDecoy(c.Decoy); err != nil {
		return agent.Config{}, err
	}
	if out.NetworkType, err = parseNetworkType(c.NetworkType); err != nil {
		return agent.Config{}, err
	}
	if out.Network, err = c.network(out.NetworkType); err != nil {
		return agent.Config{}, err
	}
	if c.Plan != "" {
		out.Plan, err = readPlan(c.Plan)
	}
	return out, err
}

// differs reports whether an agent must end so that another course can be followed.
func (c course) differs(from course) bool {
	return !errors.Is(c.lack, from.lack) || c.agent.Plan.Version != from.agent.Plan.Version ||
		c.agent.Gateway != from.agent.Gateway || !slices.Equal(c.agent.Mirrors, from.agent.Mirrors) || !c.agent.GatewayKey.Equal(from.agent.GatewayKey) ||
		!c.follow.equal(from.follow)
}

// ErrNotJoined says that a probe does not know a gateway.
var ErrNotJoined = errors.New("this probe does not know where to send results: join with the link that you were sent (lamplight-probe join LINK), or give --gateway")

// choose finds what to look at where the volunteer named no file: the list that is followed, or what the program was
// built with.
func (c *course) choose(state *os.Root, invitation join.Invitation) error {
	current, ok, err := followed(state, invitation)
	if err != nil {
		return err
	}
	if ok {
		c.agent.Plan, c.agent.Stale, c.campaign = current.Plan, current.Stale, current.Campaign
		return nil
	}
	c.agent.Plan, err = plan.Default()
	return err
}

// followed returns the list that an invitation's people signed; false when none came yet. One of another name than
// the invitation's is none.
func followed(state *os.Root, invitation join.Invitation) (list.List, bool, error) {
	if len(invitation.ListKeys) == 0 {
		return list.List{}, false, nil
	}
	shelf, err := shelfOf(state, invitation)
	if err != nil {
		return list.List{}, false, err
	}
	current, ok := shelf.Current()
	return current, ok, nil
}

// shelfOf returns where the list of an invitation lies, or will.
func shelfOf(state *os.Root, invitation join.Invitation) (*list.Shelf, error) {
	shelf, err := list.OpenShelf(state, trustOf(invitation), invitation.List)
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	return shelf, nil
}

// trustOf returns those whose signatures make a list for who was invited.
func trustOf(invitation join.Invitation) list.Trust {
	return list.Trust{Keys: invitation.ListKeys, Needed: invitation.ListNeeded}
}

func (c RunConfig) budgetBytes() int64 { return int64(c.Budget) * 1_000_000 }
