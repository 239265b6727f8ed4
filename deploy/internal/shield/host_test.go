package shield

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A name that a web page lets point at this machine opens nothing, for reading or for writing.
func TestHostIsLoopback(t *testing.T) {
	engine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "1") }))
	defer engine.Close()
	address := listen(t, strings.TrimPrefix(engine.URL, "http://"))
	for host, want := range map[string]int{
		"":                        http.StatusOK, // the address itself
		"127.0.0.1":               http.StatusOK,
		"localhost:8123":          http.StatusOK,
		"[::1]:8123":              http.StatusOK,
		"[::1]":                   http.StatusOK,
		"rebound.example":         http.StatusForbidden,
		"rebound.example:8123":    http.StatusForbidden,
		"127.0.0.1.example":       http.StatusForbidden,
		"localhost.example:8123":  http.StatusForbidden,
		"192.0.2.1:8123":          http.StatusForbidden,
		"0.0.0.0:8123":            http.StatusForbidden,
		"[::ffff:192.0.2.1]:8123": http.StatusForbidden,
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+"/?query=SELECT+1", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != want {
				t.Errorf("%s as %q: %s, want %d", method, host, response.Status, want)
			}
			_ = response.Body.Close()
		}
	}
}
