package http

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxBodyBytes is how much of a body is read, both as it comes over the line and unpacked: a few kilobytes
// can unpack to gigabytes, and a packed stream can be endless and hold nothing.
const maxBodyBytes = 64 << 10

// body is what is kept of a body.
type body struct {
	bodyBytes   uint32
	bodySHA256  string
	titleSHA256 string
	paceMS      []uint32
}

// read reads a body up to the caps and returns its text, which is not to be kept.
func (b *body) read(response *http.Response, start time.Time) ([]byte, error) {
	line := &paced{r: response.Body, start: start}
	var text io.Reader = line
	if strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") {
		text = &unpacked{line: line}
	}
	got, err := io.ReadAll(io.LimitReader(text, maxBodyBytes))
	if line.n == maxBodyBytes {
		err = nil // it ended for us, in the middle of whatever it was
	}
	b.paceMS = line.paceMS
	b.bodyBytes = uint32(len(got))
	b.bodySHA256 = hash(got)
	b.titleSHA256 = hash(title(got))
	return got, err
}

// hash returns the hash of a text as records hold it; none for no text.
func hash(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// paced passes a body on as it comes over the line, up to the cap, and notes when each sample of it was there.
type paced struct {
	r      io.Reader
	start  time.Time
	n      int
	paceMS []uint32
}

func (p *paced) Read(into []byte) (int, error) {
	if p.n == maxBodyBytes {
		return 0, io.EOF
	}
	n, err := p.r.Read(into[:min(len(into), maxBodyBytes-p.n)])
	p.n += n
	for len(p.paceMS) < p.n/measurement.PaceBytes {
		p.paceMS = append(p.paceMS, check.Since(p.start))
	}
	return n, err
}

// unpacked passes on the text of a gzip stream. An empty body is no stream, and needs none.
type unpacked struct {
	line *paced
	gzip *gzip.Reader
}

func (u *unpacked) Read(into []byte) (int, error) {
	if u.gzip == nil {
		var err error
		if u.gzip, err = gzip.NewReader(u.line); err != nil {
			u.gzip = nil
			return 0, err
		}
	}
	return u.gzip.Read(into)
}
