package subscription

import (
	"errors"
	"net/http"

	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
)

// Why a question brought nothing. The sentences are fixed: nothing that somebody sent is shown to a volunteer.
const (
	troubleDisk     = "the list could not be kept: check that the disk has room and the state folder is writable"
	troubleNameless = "the invitation names no list to ask for: ask those who invited you for a link that does"
	troubleUnsigned = "the list that came was not signed by enough of the people who may ask, and was not taken"
	troubleOlder    = "the gateway offers an older issue than the one that is followed, which is harmless: the newer one is kept"
	troubleSame     = "the list that came has the number of the one that is followed and other words, and was not taken"
	troubleUnfit    = "the list that came asks for nothing, or for what no list may ask, and was not taken"
	troubleUnread   = "the list that was taken is none that this version understands: until a newer one comes, the built-in one is looked at"
	troubleOther    = "the list that came is another one than the one that is followed, and was not taken"
	troubleJunk     = "what came is no list that this version understands, and was not taken"
	troubleNone     = "the gateway hands out no such list"
)

// refusedError is why a list that came was not taken.
type refusedError struct{ err error }

// Error implements error.
func (e *refusedError) Error() string { return e.err.Error() }

func trouble(err error) string {
	if refused, ok := errors.AsType[*refusedError](err); ok {
		switch {
		case errors.Is(refused.err, list.ErrUnsigned):
			return troubleUnsigned
		case errors.Is(refused.err, list.ErrOlder):
			return troubleOlder
		case errors.Is(refused.err, list.ErrSame):
			return troubleSame
		case errors.Is(refused.err, list.ErrUnfit):
			return troubleUnfit
		case errors.Is(refused.err, list.ErrOther):
			return troubleOther
		}
		return troubleJunk
	}
	switch {
	case errors.Is(err, list.ErrKeep):
		return troubleDisk
	case errors.Is(err, upload.ErrUnchanged):
		return troubleUnread
	}
	if answer, ok := errors.AsType[*upload.UnavailableError](err); ok && answer.Status == http.StatusNotFound {
		return troubleNone
	}
	return upload.Reason(err)
}
