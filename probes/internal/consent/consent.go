// Package consent says to a volunteer what the probe does and what it can cost, finds out whether that was
// understood, and remembers what was agreed to.
//
// Nobody agrees by accident, and nobody agrees to what they have not seen: an agreement names the version of
// the text and of the campaign, and holds for these alone. The words are files of their own, so that people who
// do not read Go can review and translate them.
package consent

import (
	"crypto/sha256"
	_ "embed" // the notice
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/list"
)

//go:embed notice.txt
var notice string

// edition numbers the texts, so that people can say which is newer. The hash beside it is what counts.
const edition = 3

// Notice returns the text, in lines that fit a terminal.
func Notice() string { return notice }

// What an agreement may lack.
var (
	ErrNone     = errors.New("nobody has agreed to what the probe does")
	ErrText     = errors.New("the text of what the probe does has changed since you agreed")
	ErrCampaign = errors.New("the list has a new campaign, to which you have not agreed")
)

// How much of a hash stands in a version, in bytes. The notice comes with the program, and its hash is for people to
// compare. A campaign comes from outside, and must be no other than the one that was shown: of two texts with the same
// hash somebody could show the first and follow the second.
const (
	noticeHash   = 4
	campaignHash = 16
)

// Version names what a volunteer is asked to agree to: the text and, where there is one, the campaign.
func Version(campaign *list.Campaign) string {
	version := strconv.Itoa(edition) + "-" + hash(notice, noticeHash)
	if campaign != nil {
		version += "+" + campaign.ID + "-" + hash(campaign.Text, campaignHash)
	}
	return version
}

func hash(text string, length int) string {
	// A file that was checked out with other line ends is the same text.
	sum := sha256.Sum256([]byte(strings.ReplaceAll(text, "\r\n", "\n")))
	return hex.EncodeToString(sum[:length])
}

// Covers returns nil when an agreement to agreed is one to the text and campaign of now. Who agreed to a
// campaign that is over agreed to the ordinary, which is less.
func Covers(agreed string, campaign *list.Campaign) error {
	text, _, _ := strings.Cut(agreed, "+")
	switch {
	case agreed == "":
		return ErrNone
	case text != Version(nil):
		return ErrText
	case campaign != nil && agreed != Version(campaign):
		return ErrCampaign
	}
	return nil
}
