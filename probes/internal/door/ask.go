package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/report"
)

const (
	patience       = 10 * time.Second
	maxAnswerBytes = 256 << 10
)

// Report asks the probe how it is.
func (d Door) Report(ctx context.Context) (report.Report, error) {
	var r report.Report
	body, err := d.ask(ctx, http.MethodGet, "/v1/status", nil)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return r, errors.New("the answer of the probe makes no sense: is it of another version? Start it again")
	}
	return r, nil
}

// Page returns an address that opens the status page for some minutes.
func (d Door) Page(ctx context.Context) (string, error) {
	pass, err := d.ask(ctx, http.MethodPost, "/v1/open", nil)
	if err != nil {
		return "", err
	}
	return (&url.URL{Scheme: "http", Host: d.Address, Path: "/", RawQuery: url.Values{"pass": {string(pass)}}.Encode()}).String(), nil
}

// Pause makes the probe silent until a time; one that has passed ends a pause.
func (d Door) Pause(ctx context.Context, until time.Time) error {
	_, err := d.ask(ctx, http.MethodPost, "/v1/pause", url.Values{"until": {until.UTC().Format(time.RFC3339)}})
	return err
}

// Reload makes the probe look at its settings, list and agreement again.
func (d Door) Reload(ctx context.Context) error {
	_, err := d.ask(ctx, http.MethodPost, "/v1/reload", nil)
	return err
}

// Stop ends the probe.
func (d Door) Stop(ctx context.Context) error {
	_, err := d.ask(ctx, http.MethodPost, "/v1/stop", nil)
	return err
}

func (d Door) ask(ctx context.Context, method, path string, form url.Values) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, "http://"+d.Address+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Bearer "+d.Token)
	transport := &http.Transport{DisableKeepAlives: true} // and no proxy: the token stays on this machine
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, ErrNotRunning
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	if err != nil {
		return nil, ErrNotRunning
	}
	switch response.StatusCode {
	case http.StatusOK, http.StatusNoContent:
		return body, nil
	case http.StatusBadRequest:
		return nil, errors.New(strings.TrimSpace(string(body)))
	case http.StatusForbidden:
		return nil, ErrNotRunning // another program has the port now
	}
	return nil, fmt.Errorf("the probe answered with status %d", response.StatusCode)
}
