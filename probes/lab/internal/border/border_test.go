package border

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestGatewaySeesTheProbesAddress(t *testing.T) {
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, host+" "+string(body))
	}))
	defer gateway.Close()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	relay := New(l, gateway.Listener.Addr().String(), slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- relay.Serve(ctx) }()

	for _, source := range []string{"127.101.0.9", "127.103.4.5"} {
		client := &http.Client{Transport: &http.Transport{
			DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}}).DialContext,
		}}
		for _, body := range []string{"one", "two"} { // the second on the same connection
			got, err := post(t.Context(), client, "http://"+l.Addr().String(), body)
			if want := source + " " + body; got != want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("stop: %v", err) // and it stops, with idle connections open
	}
}

func post(ctx context.Context, client *http.Client, url, body string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	answer, err := io.ReadAll(res.Body)
	return string(answer), errors.Join(err, res.Body.Close())
}
