package demo

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Limits of one look at a page: people read these pages on a bad phone, so one that is larger or slower
// than this is broken.
const (
	pageTimeout  = 5 * time.Second
	maxPageBytes = 1 << 20
)

// pageOf is the address of an incident's page.
func pageOf(site string, i *incident.Incident) string {
	return strings.TrimSuffix(site, "/") + "/i/" + i.ID
}

// checkPage looks at an incident's page as a reader would, and says what is missing on it: the place, and
// every report that the incident is linked to.
func checkPage(ctx context.Context, site string, i *incident.Incident) error {
	page, err := fetch(ctx, pageOf(site, i))
	if err != nil {
		return err
	}
	if !strings.Contains(page, html.EscapeString(i.PlaceName)) {
		return fmt.Errorf("its page does not name %s", i.PlaceName)
	}
	for _, r := range i.Reports {
		if !strings.Contains(page, html.EscapeString(r.Link)) {
			return fmt.Errorf("its page does not show the report %s", r.Link)
		}
	}
	return nil
}

func fetch(ctx context.Context, url string) (page string, err error) {
	ctx, cancel := context.WithTimeout(ctx, pageTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("its page does not open: %w", err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("its page answers %s", response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxPageBytes))
	if err != nil {
		return "", fmt.Errorf("its page breaks off: %w", err)
	}
	return string(body), nil
}
