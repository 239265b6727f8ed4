package upload

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
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// DefaultExchange bounds one exchange with the gateway: a full batch over a slow mobile line.
	DefaultExchange = 60 * time.Second
	// idleTimeout lets the exchanges of one delivery share a handshake.
	idleTimeout = 10 * time.Second
	// maxAnswerBytes bounds what is read of any answer but a receipt.
	maxAnswerBytes = 4 << 10
	// maxHeaderBytes leaves room for what proxies in front of a gateway add.
	maxHeaderBytes = 16 << 10
)

// Client talks to one gateway.
type Client struct {
	base *url.URL
	http *http.Client
}

// NewClient returns a client for a gateway's base URL, whose exchanges take at most this long, in machine
// time. It fails unless the URL is https, or http on a loopback address.
func NewClient(base string, g *guard.Guard, roots *x509.CertPool, exchange time.Duration) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("gateway %q is not a URL such as https://gateway.example.org", base)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fmt.Errorf("gateway %q must be https: http is for loopback addresses only", base)
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return &Client{base: u, http: &http.Client{
		Timeout:       exchange,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: g.DialGateway, TLSClientConfig: &tls.Config{RootCAs: roots}, IdleConnTimeout: idleTimeout,
			MaxResponseHeaderBytes: maxHeaderBytes, TLSHandshakeTimeout: exchange / 2,
		},
	}}, nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback() || host == "localhost"
}

// Close closes connections that are kept for a next exchange.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Network asks the gateway which country and network this machine's address is in. What nobody knows
// stays unknown, and the type of the network is nothing that an address tells.
func (c *Client) Network(ctx context.Context) (measurement.Network, error) {
	var answer struct {
		Country string `json:"country"`
		ASN     uint32 `json:"asn"`
	}
	if err := c.get(ctx, "/v1/network", &answer); err != nil {
		return measurement.Network{}, fmt.Errorf("ask for the network: %w", err)
	}
	network := measurement.Network{Country: answer.Country, ASN: answer.ASN, Type: measurement.NetworkUnknown}
	if len(answer.Country) != 2 || strings.Trim(answer.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		network.Country = "ZZ"
	}
	return network, nil
}

// Key asks the gateway for the key that it signs receipts with.
func (c *Client) Key(ctx context.Context) (ed25519.PublicKey, error) {
	var answer struct {
		Key []byte `json:"key"`
	}
	if err := c.get(ctx, "/v1/gateway", &answer); err != nil {
		return nil, fmt.Errorf("ask for the gateway's key: %w", err)
	}
	if len(answer.Key) != ed25519.PublicKeySize {
		return nil, errors.New("ask for the gateway's key: the answer is not an Ed25519 key")
	}
	return answer.Key, nil
}

func (c *Client) get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+path, nil)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return statusError(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

// Send sends a batch. It returns the receipt that key signed for it, or ErrRejected, or an *UnavailableError,
// or another error after which the batch should be sent again.
func (c *Client) Send(ctx context.Context, b outbox.Batch, key ed25519.PublicKey) (measurement.Receipt, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.String()+"/v1/batches", bytes.NewReader(b.Body))
	if err != nil {
		return measurement.Receipt{}, err
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	request.Header.Set("Content-Encoding", "zstd")
	request.Header.Set("Lamplight-Key", base64.StdEncoding.EncodeToString(b.Key))
	request.Header.Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(b.Signature))
	response, err := c.http.Do(request)
	if err != nil {
		return measurement.Receipt{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return measurement.Receipt{}, statusError(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, measurement.MaxReceiptBytes+1))
	if err != nil {
		return measurement.Receipt{}, err
	}
	signature, err := base64.StdEncoding.DecodeString(response.Header.Get("Lamplight-Signature"))
	if err != nil {
		return measurement.Receipt{}, fmt.Errorf("%w: its signature is not base64", measurement.ErrReceipt)
	}
	return measurement.VerifyReceipt(key, body, signature, b.ID)
}
