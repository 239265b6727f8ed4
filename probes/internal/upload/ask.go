package upload

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Network asks the gateway which country and network this machine's address is in. What nobody knows
// stays unknown, and the type of the network is nothing that an address tells. Through a proxy it fails: where the
// proxy is would be taken for where the probe is.
func (c *Client) Network(ctx context.Context) (measurement.Network, error) {
	if c.Relayed() {
		return measurement.Network{}, errors.New("ask for the network: not through a proxy")
	}
	var network measurement.Network
	err := c.get(ctx, "/v1/network", func(body []byte) (err error) {
		network, err = readNetwork(body)
		return err
	})
	if err != nil {
		return measurement.Network{}, fmt.Errorf("ask for the network: %w", err)
	}
	return network, nil
}

func readNetwork(body []byte) (measurement.Network, error) {
	var answer struct {
		Country string `json:"country"`
		ASN     uint32 `json:"asn"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return measurement.Network{}, errForeign
	}
	network := measurement.Network{Country: answer.Country, ASN: answer.ASN, Type: measurement.NetworkUnknown}
	if !measurement.CountryCode(answer.Country) {
		network.Country = "ZZ"
	}
	return network, nil
}

// Key asks the gateway for the key that it signs receipts with.
func (c *Client) Key(ctx context.Context) (ed25519.PublicKey, error) {
	var key ed25519.PublicKey
	err := c.get(ctx, "/v1/gateway", func(body []byte) (err error) {
		key, err = readKey(body)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ask for the gateway's key: %w", err)
	}
	return key, nil
}

func readKey(body []byte) (ed25519.PublicKey, error) {
	var answer struct {
		Key []byte `json:"key"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, errForeign
	}
	if len(answer.Key) != ed25519.PublicKeySize {
		return nil, errors.New("the answer is not an Ed25519 key")
	}
	return answer.Key, nil
}

func (c *Client) get(ctx context.Context, path string, read func([]byte) error) error {
	ask := func(w way) (*http.Request, *http.Client, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base.String()+path, nil)
		return request, w.http, err
	}
	return c.try(ctx, maxAnswerBytes, ask, func(r reply) error {
		if r.status != http.StatusOK {
			return &UnavailableError{Status: r.status, After: retryAfter(r.header.Get("Retry-After"), time.Now())}
		}
		if len(r.body) > maxAnswerBytes {
			return fmt.Errorf("the answer is longer than %d bytes", maxAnswerBytes)
		}
		return read(r.body)
	})
}

// Time asks the gateway what time it is now. Certificates are believed whatever their dates, because a machine that
// does not know the time cannot judge them; the time is believed for its signature by key alone.
func (c *Client) Time(ctx context.Context, key ed25519.PublicKey) (time.Time, error) {
	var nonce [measurement.NonceBytes]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return time.Time{}, fmt.Errorf("ask for the time: %w", err)
	}
	var asked, told time.Time
	ask := func(w way) (*http.Request, *http.Client, error) {
		asked = time.Now()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base.String()+"/v1/time?nonce="+hex.EncodeToString(nonce[:]), nil)
		return request, w.undated, err
	}
	err := c.try(ctx, maxAnswerBytes, ask, func(r reply) error {
		signature, err := signatureOf(r)
		if err == nil {
			told, err = measurement.VerifyTime(key, r.body, signature, nonce)
		}
		told = told.Add(time.Since(asked) / 2) // it took about as long to come as to go
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("ask for the time: %w", err)
	}
	return told, nil
}

func signatureOf(r reply) ([]byte, error) {
	signature, err := base64.StdEncoding.DecodeString(r.header.Get("Lamplight-Signature"))
	if err != nil {
		return nil, errors.New("the answer's signature is not base64")
	}
	return signature, nil
}
