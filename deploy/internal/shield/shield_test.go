package shield

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/internal/loopback"
)

// TestWeb shows what passes to the engine over HTTP, and what a web page in a browser may not do.
func TestWeb(t *testing.T) {
	tests := []struct {
		name, method, origin string
		want                 int
	}{
		{"client", http.MethodPost, "", http.StatusOK},
		{"page of another site reads", http.MethodGet, "https://example.org", http.StatusOK}, // its browser does not show it
		{"page of another site writes", http.MethodPost, "https://example.org", http.StatusForbidden},
	}
	// Only that a request arrives unchanged is tried here; the tests of deploy/embedded have the engine.
	engine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.RawQuery+r.Header.Get("X-Forwarded-For"))
	}))
	defer engine.Close()
	address := listen(t, strings.TrimPrefix(engine.URL, "http://"))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, body := request(t.Context(), t, test.method, "http://"+address+"/?query=SELECT+1", test.origin)
			if status != test.want {
				t.Errorf("status is %d, want %d", status, test.want)
			}
			if status == http.StatusOK && body != "query=SELECT+1" {
				t.Errorf("the engine got %q", body)
			}
		})
	}
}

func TestWebWithoutEngine(t *testing.T) {
	ports, err := loopback.Any(1)
	if err != nil {
		t.Fatal(err)
	}
	status, body := request(t.Context(), t, http.MethodGet, "http://"+listen(t, loopback.Address(ports[0]))+"/", "")
	if status != http.StatusBadGateway || !strings.Contains(body, "does not answer") {
		t.Errorf("got %d %q", status, body)
	}
}

// listen puts a shield before an engine's HTTP address and returns its own.
func listen(t *testing.T, engine string) string {
	t.Helper()
	ports, err := loopback.Any(3)
	if err != nil {
		t.Fatal(err)
	}
	public := Addresses{Native: loopback.Address(ports[0]), HTTP: loopback.Address(ports[1])}
	s, err := Listen(t.Context(), public, Addresses{Native: loopback.Address(ports[2]), HTTP: engine})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return public.HTTP
}

func request(ctx context.Context, t *testing.T, method, url, origin string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if origin != "" {
		request.Header.Set("Origin", origin)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}
