package probes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/minisign"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

// issue is a list of the one target, as three people signed it.
func issue(t *testing.T, serial int, target string) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"name": "ke", "serial": serial, "issued": "2026-03-01T00:00:00Z",
		"plan": json.RawMessage(fmt.Sprintf(`{"version":"x","targets":[{"url":%q,"class":"domestic"}],"target_every":"5m"}`, target)),
	})
	if err != nil {
		t.Fatal(err)
	}
	packed, err := json.Marshal(list.Signed{List: text, Signatures: []string{servertest.Signer(1).Sign(text), servertest.Signer(2).Sign(text), servertest.Signer(3).Sign(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// A control takes up a newer issue of its list without being started anew, keeps it for its next start, and begins
// with nothing but a name.
func TestControlFollowsItsList(t *testing.T) {
	resolver := servertest.DNS(t, "127.20.0.53:0", servertest.Zone(map[string][]string{"site.example": {"127.20.0.1"}}))
	target := func(path string) string { return "http://site.example/" + path } // where nobody may answer, which is a look too
	folder := t.TempDir()
	keys := []string{strings.Split(servertest.Signer(3).KeyText(), "\n")[1]} // by itself, as in invitations
	for signer := range servertest.Signer(3) {
		name := filepath.Join(folder, fmt.Sprint(signer, ".pub"))
		if err := os.WriteFile(name, []byte(signer.KeyText()), 0o600); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, name)
	}
	first := filepath.Join(folder, "ke.signed.json")
	if err := os.WriteFile(first, issue(t, 1, target("one")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		change func(*RoundsConfig)
		runs   []string // the issue that the gateway hands out in each run, and the plan that is looked at in the end
	}{
		{"from a file", func(r *RoundsConfig) { r.List = first }, []string{"ke-2", "ke-2", "ke-3"}},
		{"from a name", func(r *RoundsConfig) { r.ListName = "ke" }, []string{"ke-2", "ke-3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			gateway := servertest.NewGateway(t)
			cfg := controlConfig(t)
			test.change(&cfg.Rounds)
			cfg.Listen, cfg.Rounds.Gateway, cfg.Rounds.State, cfg.Rounds.System = "", gateway.URL, t.TempDir(), resolver
			cfg.Rounds.ListKeys, cfg.Rounds.ListNeeded, cfg.Rounds.asksWithin = keys, 3, time.Millisecond
			for _, plan := range test.runs {
				var serial int
				if _, err := fmt.Sscanf(plan, "ke-%d", &serial); err != nil {
					t.Fatal(err)
				}
				gateway.HandOut("ke", issue(t, serial, target(plan)))
				looksAt(t, cfg, resolver, gateway, plan, target(plan))
			}
		})
	}
}

// looksAt runs a control until the gateway has a look at the target by the plan.
func looksAt(t *testing.T, cfg ControlConfig, resolver netip.AddrPort, gateway *servertest.Gateway, plan, target string) {
	t.Helper()
	before := len(gateway.Batches())
	cfg.Vantage = servertest.Vantage(t, resolver, nil)
	cfg.Vantage.Clock = servertest.Quick(time.Now().Add(-48 * time.Hour))
	seen := func() bool {
		for _, b := range gateway.Batches()[before:] {
			for _, line := range b.Lines {
				if b.Header.Plan == plan && line.Record.Target == target {
					return true
				}
			}
		}
		return false
	}
	runControl(t, cfg, seen)
}

// A control that starts again with the file that it has taken up, or with an older one, goes on, and says which issue it
// follows. A file with the number of what it follows and other words ends the start.
func TestControlStartsAgainWithItsFile(t *testing.T) {
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	for _, step := range []struct {
		serial int
		target string
		then   int
		fails  string // part of the error
		says   string // part of the log
	}{
		{2, "https://a.example/", 2, "", ""},
		{2, "https://a.example/", 2, "", ""},
		{1, "https://a.example/", 2, "", "serial=2"},
		{2, "https://b.example/", 2, "--list: issue 2 of list ke is followed already, with other words: give the file", ""},
		{3, "https://a.example/", 3, "", ""},
	} {
		var log bytes.Buffer
		r := following(t, &log)
		var signed list.Signed
		if err := json.Unmarshal(issue(t, step.serial, step.target), &signed); err != nil {
			t.Fatal(err)
		}
		r.signed = &signed
		if err := r.keep(state); (err == nil) != (step.fails == "") || err != nil && !strings.Contains(err.Error(), step.fails) {
			t.Errorf("issue %d of %s: %v", step.serial, step.target, err)
		}
		if (log.Len() == 0) != (step.says == "") || !strings.Contains(log.String(), step.says) {
			t.Errorf("issue %d of %s: it logs %q", step.serial, step.target, log.String())
		}
		at, err := r.followed(state)
		if want := fmt.Sprintf("ke-%d", step.then); err != nil || at.Plan.Version != want || at.Plan.Targets[0].URL != "https://a.example/" {
			t.Errorf("given issue %d it follows %+v (%v)", step.serial, at.Plan, err)
		}
	}
}

func following(t *testing.T, log io.Writer) rounds {
	t.Helper()
	trust := list.Trust{Needed: 2, Keys: []minisign.PublicKey{servertest.Signer(1).Key(), servertest.Signer(2).Key()}}
	return rounds{name: "ke", trust: trust, log: slog.New(slog.NewTextHandler(log, nil))}
}

// A disk that does not give the list is told of, and nothing else is looked at in its place.
func TestControlCannotReadItsList(t *testing.T) {
	folder := t.TempDir()
	state, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	if err := os.Symlink(t.TempDir(), filepath.Join(folder, "list.json")); err != nil { // out of the folder, which no root opens
		t.Fatal(err)
	}
	r := following(t, io.Discard)
	if at, err := r.followed(state); err == nil || !strings.Contains(err.Error(), "--state: open the list") {
		t.Errorf("it looks at %+v (%v)", at, err)
	}
	r.agent.State = folder
	if err := r.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "--state: open the list") {
		t.Errorf("it ran, and ended with %v", err)
	}
}
