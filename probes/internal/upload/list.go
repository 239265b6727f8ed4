package upload

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// ErrUnchanged says that the gateway has no other list than the one whose tag it was told.
var ErrUnchanged = errors.New("the list has not changed")

// List asks the gateway for the signed list with a name and gives the answer to take, cut off one byte after most. Ways
// are tried until take is content with what came by one: whoever stands on a way can send anything. With a tag, which
// is of a list and never what a gateway said, an answer that it has not changed is ErrUnchanged.
func (c *Client) List(ctx context.Context, name, tag string, most int64, take func(body []byte) error) error {
	ask := func(w way) (*http.Request, *http.Client, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base.String()+"/v1/lists/"+name, nil)
		if err == nil && tag != "" {
			request.Header.Set("If-None-Match", tag)
		}
		return request, w.http, err
	}
	unchanged := false
	err := c.try(ctx, most, ask, func(r reply) error {
		switch {
		case r.status == http.StatusNotModified && tag != "":
			unchanged = true
			return nil
		case r.status != http.StatusOK:
			return &UnavailableError{Status: r.status, After: retryAfter(r.header.Get("Retry-After"), time.Now())}
		}
		return take(r.body)
	})
	if err == nil && unchanged {
		return ErrUnchanged
	}
	return err
}
