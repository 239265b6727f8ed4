package probes_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/join"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/lock"
	"github.com/lamplight-net/lamplight/probes/internal/report"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

// Nothing leaves the machine: what these name is an address, and at home a guard refuses it.
const quietPlan = `{"version":"quiet-1","anchors":{"foreign":["http://9.9.9.9/"]},"targets":[{"url":"https://9.9.9.9/","class":"foreign"}],"beat_every":"10s"}`

// volunteer is somebody with a state folder, and a gateway that invited them.
type volunteer struct {
	folder  string
	gateway *servertest.Gateway
	log     buffer
	stop    func() error // ends the probe that was started last
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func invite(t *testing.T) (*volunteer, string) {
	t.Helper()
	v, invitation := invitation(t)
	link, err := invitation.Link(probes.DefaultPage)
	if err != nil {
		t.Fatal(err)
	}
	return v, link
}

func invitation(t *testing.T) (*volunteer, join.Invitation) {
	t.Helper()
	v := &volunteer{folder: filepath.Join(t.TempDir(), "planted-folder"), gateway: servertest.NewGateway(t)}
	invitation := join.Invitation{
		Gateways: []string{v.gateway.URL}, GatewayKey: v.gateway.Key.Public().(ed25519.PublicKey), ListNeeded: 2, List: "xl",
	}
	for signer := range servertest.Signer(3) {
		invitation.ListKeys = append(invitation.ListKeys, signer.Key())
	}
	return v, invitation
}

func (v *volunteer) join(t *testing.T, link string) {
	t.Helper()
	if err := probes.Join(t.Context(), v.folder, link, consent.Version(nil), false, nothing(), io.Discard); err != nil {
		t.Fatal(err)
	}
}

func nothing() *bufio.Reader { return bufio.NewReader(strings.NewReader("")) }

// run runs the probe until the test ends; wait returns what it ended with.
func (v *volunteer) run(t *testing.T) (wait func() error) {
	t.Helper()
	return v.runWith(t, probes.RunConfig{})
}

func (v *volunteer) runWith(t *testing.T, cfg probes.RunConfig) (wait func() error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	cfg.State, cfg.Budget, cfg.Listen = v.folder, probes.DefaultBudget, "127.0.0.1:0"
	cfg = probes.Home(cfg)
	ended := make(chan error, 1)
	go func() { ended <- probes.Run(ctx, cfg, "test", slog.New(slog.NewTextHandler(&v.log, nil))) }()
	wait = sync.OnceValue(func() error { return <-ended })
	v.stop = func() error { stop(); return wait() }
	t.Cleanup(func() { _ = v.stop() })
	v.await(t, func(r report.Report) bool { return r.Running })
	return wait
}

func (v *volunteer) status(t *testing.T) report.Report {
	t.Helper()
	r, err := probes.Status(t.Context(), v.folder, "test")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (v *volunteer) await(t *testing.T, what func(report.Report) bool) report.Report {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		r := v.status(t)
		if what(r) {
			return r
		}
		if time.Now().After(deadline) {
			t.Fatalf("what was awaited does not come: %+v\n%s", r, v.log.String())
		}
	}
}

func (v *volunteer) leaving(deliver bool) probes.LeaveConfig {
	return probes.LeaveConfig{RunConfig: probes.RunConfig{State: v.folder}, Deliver: deliver}
}

// sign writes a list that some of the people have signed.
func (v *volunteer) sign(t *testing.T, serial int, campaign *list.Campaign, signers ...servertest.Signer) string {
	t.Helper()
	return v.signNamed(t, "xl", serial, campaign, signers...)
}

func (v *volunteer) signNamed(t *testing.T, of string, serial int, campaign *list.Campaign, signers ...servertest.Signer) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"name": of, "serial": serial, "issued": "2026-03-01T00:00:00Z", "campaign": campaign, "plan": json.RawMessage(quietPlan),
	})
	if err != nil {
		t.Fatal(err)
	}
	signed := list.Signed{List: text}
	for _, signer := range signers {
		signed.Signatures = append(signed.Signatures, signer.Sign(text))
	}
	data, err := json.Marshal(signed)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// A probe goes on only with what was agreed to, does what it is told, and leaves nothing behind.
func TestVolunteer(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0, 1), io.Discard); err != nil {
		t.Fatal(err)
	}
	wait := v.run(t)
	r := v.await(t, func(r report.Report) bool { return r.Network.ASN == 64501 && len(r.Checks) > 0 })
	if r.List != "xl-1" || r.Suspended != "" || r.Today.BudgetBytes != 20_000_000 {
		t.Errorf("it runs as %+v", r)
	}

	if err := probes.Pause(t.Context(), v.folder, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if r := v.status(t); r.PausedUntil.IsZero() {
		t.Error("it is not paused")
	}
	if err := probes.Pause(t.Context(), v.folder, time.Now().Add(1000*time.Hour)); err == nil || !strings.Contains(err.Error(), "30 days") {
		t.Errorf("a pause without end: %v", err)
	}
	if err := probes.Pause(t.Context(), v.folder, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if r := v.status(t); !r.PausedUntil.IsZero() {
		t.Error("the pause did not end")
	}

	campaign := &list.Campaign{ID: "vote", Text: "More often until the vote is over."}
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 2, campaign, 1, 2), io.Discard); err != nil {
		t.Fatal(err)
	}
	r = v.await(t, func(r report.Report) bool { return r.Suspended != "" })
	if r.List != "xl-2" || !strings.Contains(r.Suspended, "campaign") || r.Consent.Asked != consent.Version(campaign) {
		t.Errorf("a campaign that nobody agreed to: %+v", r)
	}
	v.await(t, func(report.Report) bool { return strings.Contains(v.log.String(), "measuring is suspended") })
	// A pause that is asked for while no agent runs is kept for the next one.
	if err := probes.Pause(t.Context(), v.folder, time.Now().Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if r := v.status(t); r.PausedUntil.IsZero() {
		t.Error("a suspended probe is not paused")
	}
	if err := probes.Agree(t.Context(), v.folder, consent.Version(nil), nothing(), io.Discard); err == nil {
		t.Error("the old version was agreed to once more")
	}
	if err := probes.Agree(t.Context(), v.folder, "", bufio.NewReader(strings.NewReader("3\n2\nyes\n")), io.Discard); err != nil {
		t.Fatal(err)
	}
	if r := v.await(t, func(r report.Report) bool { return r.Suspended == "" }); r.PausedUntil.IsZero() {
		t.Error("agreeing ended the pause")
	}
	if err := probes.Pause(t.Context(), v.folder, time.Time{}); err != nil {
		t.Fatal(err)
	}
	agreed := time.Now()
	v.await(t, func(r report.Report) bool {
		return r.Suspended == "" && len(r.Checks) > 0 && r.Checks[0].At.After(agreed)
	})

	v.nothingLeaks(t)
	if err := probes.Wipe(t.Context(), v.folder, io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, err := os.Stat(v.folder); err == nil {
		t.Error("something is left")
	}
}

// nothingLeaks looks into all that a volunteer might show to somebody.
func (v *volunteer) nothingLeaks(t *testing.T) {
	t.Helper()
	secrets := map[string]string{"the folder": "planted-folder", "the temporary folder": os.TempDir() + "/"}
	if name, err := os.Hostname(); err == nil && len(name) > 3 && name != "localhost" {
		secrets["the host"] = name
	}
	if u, err := user.Current(); err == nil && len(u.Username) > 3 {
		secrets["the user"] = u.Username
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		if len(i.HardwareAddr) > 0 && i.Flags&net.FlagLoopback == 0 {
			secrets["the address of "+i.Name] = i.HardwareAddr.String()
		}
		addresses, _ := i.Addrs()
		for _, a := range addresses {
			if ip, ok := a.(*net.IPNet); ok {
				secrets["the IP address "+ip.IP.String()] = ip.IP.String()
			}
		}
	}
	for place, text := range v.shown(t) {
		// The gateway of the test happens to be on loopback.
		text = strings.ReplaceAll(text, strings.TrimPrefix(v.gateway.URL, "http://"), "gateway")
		for what, secret := range secrets {
			if len(secret) > 3 && strings.Contains(text, secret) {
				t.Errorf("%s holds %s", place, what)
			}
		}
		seed, err := os.ReadFile(filepath.Join(v.folder, "seed"))
		if err != nil || strings.Contains(text, string(seed)) {
			t.Errorf("%s holds the key (%v)", place, err)
		}
	}
}

func (v *volunteer) shown(t *testing.T) map[string]string {
	t.Helper()
	var text, asJSON strings.Builder
	r := v.status(t)
	if err := r.Write(&text, 100); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteJSON(&asJSON); err != nil {
		t.Fatal(err)
	}
	places := map[string]string{"status": text.String(), "status --json": asJSON.String(), "the log": v.log.String(), "the page": v.page(t)}
	to := filepath.Join(t.TempDir(), "mine")
	if err := probes.Export(t.Context(), v.folder, "test", to, io.Discard); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(to, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		places["export: "+entry.Name()] = string(content)
		return err
	})
	if err != nil || len(places) < 10 || len(places["the log"]) == 0 {
		t.Fatalf("there is nothing to look into: %d places, %v", len(places), err)
	}
	return places
}

func (v *volunteer) page(t *testing.T) string {
	t.Helper()
	address, err := probes.StatusURL(t.Context(), v.folder)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Jar: jar}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || !bytes.Contains(body, []byte("XL, AS64501")) {
		t.Fatalf("the page: %v\n%s", err, body)
	}
	return string(body)
}

// A pause is the volunteer's word, which a restart does not end.
func TestPauseLastsThroughARestart(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	v.run(t)
	if err := probes.Pause(t.Context(), v.folder, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := v.stop(); err != nil {
		t.Fatal(err)
	}
	v.run(t)
	if r := v.status(t); r.PausedUntil.IsZero() {
		t.Error("a restart ended the pause")
	}
}

// Who leaves may hand over what waits; the probe that runs is ended, and nothing is left.
func TestLeaveDelivers(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0, 2), io.Discard); err != nil {
		t.Fatal(err)
	}
	wait := v.run(t)
	v.await(t, func(r report.Report) bool { return len(r.Checks) > 0 })
	if err := probes.Pause(t.Context(), v.folder, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	before := len(v.gateway.Batches())
	var said strings.Builder
	if err := probes.Leave(t.Context(), v.leaving(false), "test", bufio.NewReader(strings.NewReader("yes\n")), &said); err == nil {
		t.Error("it left after a yes, and not after leave")
	}
	if err := probes.Leave(t.Context(), v.leaving(true), "test", bufio.NewReader(strings.NewReader("leave\n")), &said); err != nil {
		t.Fatal(err)
	}
	if err := wait(); err != nil {
		t.Error(err)
	}
	if after := len(v.gateway.Batches()); after <= before || !strings.Contains(said.String(), "Everything was delivered.") {
		t.Errorf("%d batches before, %d after:\n%s", before, after, said.String())
	}
	if _, err := os.Stat(v.folder); err == nil {
		t.Error("something is left")
	}
}

// A probe that reaches its gateway through a proxy alone is not made to show it to the line on its last day.
func TestLeaveKeepsToTheProxy(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0, 2), io.Discard); err != nil {
		t.Fatal(err)
	}
	v.runWith(t, probes.RunConfig{Proxy: "socks5://127.0.0.1:1", Country: "XL"}) // nobody is there: nothing is delivered
	v.await(t, func(r report.Report) bool { return len(r.Checks) > 0 })
	var said strings.Builder
	err := probes.Leave(t.Context(), v.leaving(true), "test", bufio.NewReader(strings.NewReader("leave\n")), &said)
	if said.Len() > 0 {
		t.Errorf("before it looks for a proxy it asks: %s", said.String())
	}
	if err == nil || !strings.Contains(err.Error(), "--proxy") || len(v.gateway.Batches()) > 0 {
		t.Errorf("it left with %v, and the gateway has %d batches", err, len(v.gateway.Batches()))
	}
	if r := v.status(t); !r.Running {
		t.Error("it was ended before that was clear")
	}
}

// Of a probe that does not run nobody knows whether it had a proxy, and who leaves must say.
func TestLeaveAsksForTheWay(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	for want, change := range map[string]func(*probes.LeaveConfig){
		"(--direct)":                     func(*probes.LeaveConfig) {},
		"--direct and --proxy: give one": func(c *probes.LeaveConfig) { c.Direct, c.Proxy = true, "127.0.0.1:1" },
		"--direct says how to deliver":   func(c *probes.LeaveConfig) { c.Direct, c.Deliver = true, false },
	} {
		leaving := v.leaving(true)
		change(&leaving)
		var said strings.Builder
		err := probes.Leave(t.Context(), leaving, "test", bufio.NewReader(strings.NewReader("leave\n")), &said)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it left with %v, want %s", err, want)
		}
		if said.Len() > 0 {
			t.Errorf("before it says so it asks: %s", said.String())
		}
	}
	leaving := v.leaving(true)
	leaving.Sure, leaving.Direct = true, true
	if err := probes.Leave(t.Context(), leaving, "test", nothing(), io.Discard); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(v.folder); err == nil {
		t.Error("something is left")
	}
}

// A list that too few signed, an older one and another one are refused.
func TestTakeListRefuses(t *testing.T) {
	v, link := invite(t)
	if err := probes.TakeList(t.Context(), v.folder, "x", io.Discard); err == nil {
		t.Error("a list for a probe that is not there")
	}
	v.join(t, link)
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0), io.Discard); err == nil {
		t.Error("one signature is enough")
	}
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 2, nil, 0, 1), io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0, 1), io.Discard); err == nil {
		t.Error("an older list is taken")
	}
}

// A list that was followed under an earlier invitation is not followed under one for another list.
func TestListOfAnotherInvitation(t *testing.T) {
	v, i := invitation(t)
	for _, name := range []string{"", "yy"} {
		i.List = name
		link, err := i.Link(probes.DefaultPage)
		if err != nil {
			t.Fatal(err)
		}
		if err := probes.Join(t.Context(), v.folder, link, consent.Version(nil), true, nothing(), io.Discard); err != nil {
			t.Fatal(err)
		}
		if name == "" {
			if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0, 1), io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		if followed := v.status(t).List; (followed == "xl-1") != (name == "") {
			t.Errorf("invited to %q, it follows %s", name, followed)
		}
	}
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 2, nil, 0, 1), io.Discard); err == nil || !strings.Contains(err.Error(), `"yy"`) {
		t.Errorf("a list of another name: %v", err)
	}
	if err := probes.TakeList(t.Context(), v.folder, v.signNamed(t, "yy", 1, nil, 0, 1), io.Discard); err != nil {
		t.Errorf("the list that it is invited to now: %v", err)
	}
	if followed := v.status(t).List; followed != "yy-1" {
		t.Errorf("it follows %s", followed)
	}
}

// Two programs never share a folder, and nobody who has not agreed runs one.
func TestRunRefuses(t *testing.T) {
	v, link := invite(t)
	cfg := probes.RunConfig{State: v.folder, Listen: "127.0.0.1:0"}
	log := slog.New(slog.DiscardHandler)
	if err := probes.Run(t.Context(), cfg, "test", log); err == nil || !strings.Contains(err.Error(), "join") {
		t.Errorf("without a gateway: %v", err)
	}
	cfg.Gateway = v.gateway.URL
	if err := probes.Run(t.Context(), cfg, "test", log); err == nil || err.Error() != probes.ErrNoConsent.Error() {
		t.Errorf("without an agreement: %v", err)
	}
	v.join(t, link)
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0, 2), io.Discard); err != nil {
		t.Fatal(err)
	}
	v.run(t)
	if err := probes.Run(t.Context(), cfg, "test", log); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second one: %v", err)
	}
}

// A service's manager that starts the probe again and again brings nothing back that was wiped.
func TestWipeAgainstAService(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0, 1), io.Discard); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.WithoutCancel(t.Context()))
	var managers sync.WaitGroup
	defer func() { end(); managers.Wait() }()
	cfg := probes.RunConfig{State: v.folder, Listen: "127.0.0.1:0"}
	starts := make(chan error, 1000)
	for range 2 {
		managers.Go(func() {
			for ctx.Err() == nil {
				select {
				case starts <- probes.Run(ctx, cfg, "test", slog.New(slog.DiscardHandler)):
				case <-ctx.Done():
				}
			}
		})
	}
	v.await(t, func(r report.Report) bool { return r.Running })
	if err := probes.Wipe(t.Context(), v.folder, io.Discard); err != nil {
		t.Fatal(err)
	}
	for !errors.Is(<-starts, probes.ErrNotJoined) { // a start that came after it
	}
	if _, err := os.Stat(v.folder); err == nil {
		t.Error("something is there again")
	}
}

// Should the machine end while wipe waits for a probe that does not, no service starts it again: key and agreement go first.
func TestWipeThatIsCutOff(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	state, err := os.OpenRoot(v.folder)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	if err := state.WriteFile("seed", make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	unlock, err := lock.Take(state, "run.lock") // as a probe that does not end
	if err != nil {
		t.Fatal(err)
	}
	wiped := make(chan error, 1)
	go func() { wiped <- probes.Wipe(t.Context(), v.folder, io.Discard) }()
	for _, name := range []string{"seed", "consent.json"} {
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
			if _, err := state.Stat(name); err != nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s is still there", name)
			}
		}
	}
	if err := errors.Join(unlock(), <-wiped); err != nil {
		t.Error(err)
	}
}

// Who declines, or whose probe does not run, has nothing on the disk afterwards.
func TestNothingWithoutAYes(t *testing.T) {
	v, link := invite(t)
	no := func() *bufio.Reader { return bufio.NewReader(strings.NewReader("3\n2\nno\n")) }
	for name, try := range map[string]func() error{
		"join":    func() error { return probes.Join(t.Context(), v.folder, link, "", false, no(), io.Discard) },
		"consent": func() error { return probes.Agree(t.Context(), v.folder, "", no(), io.Discard) },
		"run": func() error {
			return probes.Run(t.Context(), probes.RunConfig{State: v.folder, Listen: "127.0.0.1:0"}, "test", slog.New(slog.DiscardHandler))
		},
	} {
		if try() == nil {
			t.Errorf("%s succeeds", name)
		}
		if _, err := os.Stat(v.folder); err == nil {
			t.Errorf("%s leaves a folder", name)
		}
	}
}

// A folder that was named by mistake is not wiped.
func TestWipeLeavesOthersAlone(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	letter := filepath.Join(v.folder, "letter.txt")
	if err := os.WriteFile(letter, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if err := probes.Wipe(t.Context(), v.folder, &said); err != nil || !strings.Contains(said.String(), "left alone: letter.txt") {
		t.Errorf("%v\n%s", err, said.String())
	}
	// Now it is a folder without a probe, and whoever names it learns that theirs is not wiped.
	if err := probes.Wipe(t.Context(), v.folder, &said); err == nil || !strings.Contains(err.Error(), "nothing was wiped") {
		t.Errorf("wiping a folder without a probe: %v", err)
	}
	if entries, err := os.ReadDir(v.folder); err != nil || len(entries) != 1 {
		t.Errorf("left are %v, %v", entries, err)
	}
}
