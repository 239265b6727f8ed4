package control

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// askTime is a little more than a control takes at most.
const askTime = answerTime + 15*time.Second

// Client asks one control.
type Client struct {
	at   string
	key  ed25519.PublicKey // nil: any
	http *http.Client
}

// NewClient returns a client for a control's base URL. key, when not nil, is the only one to believe. It fails unless
// the URL is https, or http on a loopback address.
func NewClient(base string, key ed25519.PublicKey, g *guard.Guard, roots *x509.CertPool) (*Client, error) {
	u, err := guard.Server("control", base)
	if err != nil {
		return nil, err
	}
	return &Client{at: u.JoinPath("v1/control").String(), key: key, http: &http.Client{
		Timeout:       askTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: g.DialGateway, TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10,
		},
	}}, nil
}

// Addresses returns the public addresses of the target that a look's records hold: what a control is to try too.
func Addresses(records []measurement.Record) []netip.Addr {
	host := ""
	for _, r := range records {
		if u, err := url.Parse(r.Target); r.HTTP != nil && err == nil {
			host = u.Hostname()
		}
	}
	var out []netip.Addr
	add := func(a netip.Addr) {
		if a.IsValid() && len(out) < MaxAddresses && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, r := range records {
		if named, _, err := net.SplitHostPort(r.Target); r.TCP != nil && err == nil && strings.EqualFold(named, host) {
			add(r.TCP.Address)
		}
	}
	for _, r := range records {
		if r.DNS == nil || !strings.EqualFold(r.Target, host) {
			continue
		}
		for _, a := range r.DNS.Answers {
			add(a.Address)
		}
	}
	return out
}

// Ask returns what the control saw of each target, in their order; nothing of those that it did not look at. An error
// says why there is no control, without the words of whoever answered.
func (c *Client) Ask(ctx context.Context, targets []Target) ([][]measurement.Record, error) {
	body, err := json.Marshal(request{Targets: targets})
	if err != nil {
		return nil, err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, c.at, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	post.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(post)
	if err != nil {
		return nil, errors.New("the control cannot be reached")
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response)
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, measurement.MaxBatchBytes+1))
	if err != nil {
		return nil, errors.New("the control's answer broke off")
	}
	return c.read(response.Header, answer, len(targets))
}

// refusal is why a control did not look, in the words of its status: its text may be anybody's.
func refusal(response *http.Response) error {
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return errors.New("the control is busy or has seen enough of this network: try again later")
	case http.StatusBadRequest:
		return errors.New("the control does not look at such a target")
	}
	return fmt.Errorf("what answers is no control (status %d)", response.StatusCode)
}

var errAnswer = errors.New("the control's answer is not to be believed")

// read verifies an answer and takes it apart.
func (c *Client) read(header http.Header, answer []byte, targets int) ([][]measurement.Record, error) {
	key, err := base64.StdEncoding.Strict().DecodeString(header.Get("Lamplight-Key"))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%w: no key stands beside it", errAnswer)
	}
	if c.key != nil && !c.key.Equal(ed25519.PublicKey(key)) {
		return nil, fmt.Errorf("%w: another key than the one you named signed it", errAnswer)
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(header.Get("Lamplight-Signature"))
	if err != nil || !measurement.VerifyAnswer(key, answer, signature) {
		return nil, fmt.Errorf("%w: the signature is not the key's", errAnswer)
	}
	batch, err := measurement.Decode(key, answer)
	if err != nil || batch.Header.Vantage != measurement.VantageControl {
		return nil, fmt.Errorf("%w: it is no batch of a control", errAnswer)
	}
	out := make([][]measurement.Record, targets)
	for i := range batch.Lines {
		r := batch.Lines[i].Record
		if r.Check == 0 || int64(r.Check) > int64(targets) || r.Beat != nil {
			return nil, fmt.Errorf("%w: it tells of a target that was not asked for", errAnswer)
		}
		out[r.Check-1] = append(out[r.Check-1], r)
	}
	return out, nil
}
