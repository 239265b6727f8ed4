package shield

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// vouch asks the engine over HTTP for what a greeting asks: this database as this user. It returns a
// refusal when the engine does not grant it.
func (s *Shield) vouch(ctx context.Context, h hello) error {
	query := url.Values{"query": {"SELECT 1"}}
	if h.database != "" {
		query.Set("database", h.database)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.engine.HTTP+"/?"+query.Encode(), nil)
	if err != nil {
		return fmt.Errorf("ask the engine: %w", err)
	}
	request.Header.Set("X-ClickHouse-User", h.user)
	request.Header.Set("X-ClickHouse-Key", h.password)
	response, err := s.transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("ask the engine: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 16<<10))
	if err != nil {
		return fmt.Errorf("ask the engine: %w", err)
	}
	if response.StatusCode == http.StatusOK {
		return nil
	}
	code, err := strconv.ParseInt(response.Header.Get("X-ClickHouse-Exception-Code"), 10, 32)
	if err != nil {
		return fmt.Errorf("ask the engine: it answers %s", response.Status)
	}
	return refusal{code: int32(code), message: plain(string(body), code)}
}

// plain removes from an error's text over HTTP what the native protocol says elsewhere.
func plain(text string, code int64) string {
	text = strings.TrimPrefix(strings.TrimSpace(text), fmt.Sprintf("Code: %d. ", code))
	return strings.TrimPrefix(text, "DB::Exception: ")
}
