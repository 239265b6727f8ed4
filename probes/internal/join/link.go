package join

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// MaxLinkBytes bounds a link: what a QR code of the largest size takes.
const MaxLinkBytes = 2900

const (
	linkMark      = "1." // the version, before the base64
	checksumBytes = 4
)

// ErrLink says that a text is not a whole link of an invitation.
var ErrLink = errors.New("this is not a whole invitation link")

// Link returns the invitation as a link to page, an https address where people who have no probe yet learn what
// this is about.
func (i Invitation) Link(page string) (string, error) {
	if err := i.Validate(); err != nil {
		return "", fmt.Errorf("invitation: %w", err)
	}
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Contains(page, "#") {
		return "", fmt.Errorf("page %q is not an address such as https://lamplight.example.org/join", page)
	}
	body := i.encode()
	sum := sha256.Sum256(body)
	link := page + "#" + linkMark + base64.RawURLEncoding.EncodeToString(append(body, sum[:checksumBytes]...))
	if len(link) > MaxLinkBytes {
		return "", fmt.Errorf("the link has %d bytes, and at most %d fit into a QR code: name fewer gateways or keys", len(link), MaxLinkBytes)
	}
	return link, nil
}

// Parse returns the invitation of a link. It asks no server.
func Parse(link string) (Invitation, error) {
	link = strings.TrimSpace(link)
	if len(link) > MaxLinkBytes {
		return Invitation{}, fmt.Errorf("%w: it is longer than %d bytes", ErrLink, MaxLinkBytes)
	}
	page, fragment, ok := strings.Cut(link, "#")
	switch {
	case !strings.HasPrefix(page, "https://"):
		return Invitation{}, fmt.Errorf("%w: it does not begin with https://", ErrLink)
	case !ok || fragment == "":
		return Invitation{}, fmt.Errorf("%w: nothing follows the #. Some programs cut that off: ask for all of it, and put it in quotes ('...') on a command line", ErrLink)
	}
	text, ok := strings.CutPrefix(fragment, linkMark)
	if !ok {
		return Invitation{}, fmt.Errorf("%w that this version understands: get a newer lamplight-probe, or ask for the link again", ErrLink)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) <= checksumBytes || strings.ContainsAny(text, "\r\n") {
		return Invitation{}, fmt.Errorf("%w: a part is missing or changed. Copy it again, all of it", ErrLink)
	}
	body, check := raw[:len(raw)-checksumBytes], raw[len(raw)-checksumBytes:]
	if sum := sha256.Sum256(body); string(sum[:checksumBytes]) != string(check) {
		return Invitation{}, fmt.Errorf("%w: a part is missing or changed. Copy it again, all of it", ErrLink)
	}
	i, err := decode(body)
	if err != nil {
		return Invitation{}, fmt.Errorf("%w: %w", ErrLink, err)
	}
	return i, nil
}
