package door_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/door"
)

func folder(t *testing.T) *os.Root {
	t.Helper()
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	return state
}

// A word that was left is found; one that was taken back, torn, or changed to lead elsewhere is not followed.
func TestFind(t *testing.T) {
	state := folder(t)
	if _, err := door.Find(state); !errors.Is(err, door.ErrNotRunning) {
		t.Errorf("nothing was left: %v", err)
	}
	want := door.Door{Address: "127.0.0.1:4000", Token: "a b"}
	if err := want.Open(state); err != nil {
		t.Fatal(err)
	}
	got, err := door.Find(state)
	if err != nil || got != want {
		t.Errorf("found %+v, %v", got, err)
	}
	for range 2 {
		if err := door.Shut(state); err != nil {
			t.Error(err)
		}
	}
	for name, text := range map[string]string{
		"torn": `{"address":"127.0.0.1`, "another machine": `{"address":"192.0.2.1:80","token":"x"}`, "a name": `{"address":"evil.example:80","token":"x"}`,
		"no token": `{"address":"127.0.0.1:80"}`, "empty": "",
	} {
		if err := state.WriteFile("control.json", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := door.Find(state); !errors.Is(err, door.ErrNotRunning) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever has the port now, a command ends with an error that says what to do.
func TestAsk(t *testing.T) {
	answer, status := "", http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token" {
			t.Errorf("authorization %q", r.Header.Get("Authorization"))
		}
		w.Header().Set("Location", "http://192.0.2.1/")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	d := door.Door{Address: server.Listener.Addr().String(), Token: "token"}
	for _, test := range []struct {
		name, answer string
		status       int
		says         string
	}{
		{"nonsense", "<html>", 200, "of another version"},
		{"a refusal", "", 403, door.ErrNotRunning.Error()},
		{"a reason", "a pause lasts 30 days at most", 400, "a pause lasts 30 days at most"},
		{"a redirect", "", 302, "status 302"},
	} {
		answer, status = test.answer, test.status
		if _, err := d.Report(t.Context()); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	answer, status = "a b", http.StatusOK
	if address, err := d.Page(t.Context()); err != nil || address != "http://"+d.Address+"/?pass=a+b" {
		t.Errorf("the page is at %s, %v", address, err)
	}
	answer, status = "", http.StatusNoContent
	if err := errors.Join(d.Pause(t.Context(), time.Now()), d.Reload(t.Context()), d.Stop(t.Context())); err != nil {
		t.Error(err)
	}
	gone, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d.Address = gone.Addr().String()
	_ = gone.Close()
	if err := d.Reload(t.Context()); !errors.Is(err, door.ErrNotRunning) {
		t.Errorf("nobody there: %v", err)
	}
}
