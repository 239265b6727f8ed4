package ooni

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Look is one result of Web Connectivity.
type Look struct {
	Input   string // the URL that was looked at, in ASCII
	Probe   []measurement.Record
	Control []measurement.Record // none when the test helper did not answer
	// Networks holds the autonomous systems of addresses that the result names, by OONI's own data.
	Networks map[netip.Addr]uint32

	Country     string // ISO 3166-1 alpha-2, ZZ unknown
	ASN         uint32 // zero unknown
	NetworkType measurement.NetworkType
	Software    string
	Test        string   // name and version
	Session     [32]byte // of the report that the result is a part of
}

// BlockPage returns the id of the block page that an answer is, or "".
type BlockPage func(header http.Header, body []byte) string

// SkipError is why an object of OONI's is no look.
type SkipError string

// Read yields the looks of a file in its order, and for results that are none the reason. A nil blockPage recognizes
// none. It ends with an error, which
// names the line, at the first object that is no result of OONI.
func Read(r io.Reader, blockPage BlockPage) iter.Seq2[Look, error] {
	return func(yield func(Look, error) bool) {
		for object, err := range objects(r) {
			var look Look
			if err == nil {
				look, err = decode(object, blockPage)
			}
			if !yield(look, err) {
				return
			}
			if _, skipped := errors.AsType[SkipError](err); err != nil && !skipped {
				return
			}
		}
	}
}

// Error implements error.
func (s SkipError) Error() string { return string(s) }

func decode(o object, blockPage BlockPage) (Look, error) {
	var r result
	if err := json.Unmarshal(o.json, &r); err != nil {
		line := o.line
		if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
			line += strings.Count(string(o.json[:min(bad.Offset, int64(len(o.json)))]), "\n")
		}
		return Look{}, fmt.Errorf("line %d: not JSON: fetch the file again", line)
	}
	if r.Test == "" || r.Format == "" {
		return Look{}, fmt.Errorf("line %d: test_name or data_format_version is missing, expected a result of OONI: give a file as OONI publishes it", o.line)
	}
	if r.Test != "web_connectivity" {
		return Look{}, SkipError("test " + name(string(r.Test), "unnamed"))
	}
	return r.look(blockPage)
}

// The times that a result may have: the test's first were published in 2016.
var (
	firstTime = time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (r *result) look(blockPage BlockPage) (Look, error) {
	started, err := time.Parse(time.DateTime, strings.Replace(strings.TrimSuffix(string(r.StartedAt), "Z"), "T", " ", 1))
	if err != nil || started.Before(firstTime) || !started.Before(lastTime) {
		return Look{}, SkipError("without a time")
	}
	input, ok := asciiURL(string(r.Input))
	if !ok {
		return Look{}, SkipError("input is no URL")
	}
	if r.Keys.value == nil {
		return Look{}, SkipError("without test keys")
	}
	reading := newReading(r, input, started.Truncate(time.Millisecond))
	reading.blockPage = blockPage
	look := Look{
		Input: input.String(), Networks: reading.networks, Country: "ZZ", ASN: asn(r.ASN), NetworkType: networkType(r.Annotations["network_type"]),
		Software: name(string(r.Software), "ooniprobe") + "/" + name(string(r.Version), "0"), Test: "web_connectivity/" + name(string(r.TestVersion), "0"),
		Session: sha256.Sum256([]byte("lamplight ooni report v1\n" + string(r.Report))),
	}
	if country := strings.ToUpper(string(r.Country)); measurement.CountryCode(country) {
		look.Country = country
	}
	look.Probe = reading.probe()
	if len(look.Probe) == 0 {
		return Look{}, SkipError("without a step that can be read")
	}
	look.Control = reading.control()
	return look, nil
}

// asciiURL returns an input as a record takes it: the host in its xn-- form, the rest percent-encoded.
func asciiURL(input string) (*url.URL, bool) {
	var escaped strings.Builder
	for _, c := range []byte(input) {
		if c == ' ' {
			escaped.WriteString("%20")
			continue
		}
		escaped.WriteByte(c)
	}
	u, err := url.Parse(escaped.String())
	if err != nil {
		return nil, false
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err != nil {
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			// Names with underscores, which idna refuses, exist all the same.
			host = strings.ToLower(u.Hostname())
		}
		host = strings.TrimSuffix(host, ".")
		if u.Port() != "" {
			host += ":" + u.Port()
		}
		u.Host = host
	}
	u.RawQuery = percent(u.RawQuery)
	return u, measurement.CheckURL(u.String()) == nil
}

func percent(query string) string {
	var out strings.Builder
	for _, c := range []byte(query) {
		if c > ' ' && c <= '~' {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

// asn reads "AS64500".
func asn(given text) uint32 {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(string(given)), "AS"), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

func networkType(given text) measurement.NetworkType {
	switch given {
	case "wifi", "wired_ethernet":
		return measurement.NetworkFixed
	case "mobile", "cellular":
		return measurement.NetworkMobile
	}
	return measurement.NetworkUnknown
}

const maxNameBytes = 30 // two of them and what stands between fit a record's header

// name keeps what a name or a version is made of.
func name(given, otherwise string) string {
	kept := strings.Map(func(c rune) rune {
		if c > ' ' && c <= '~' && c != '/' {
			return c
		}
		return -1
	}, given)
	if kept == "" {
		return otherwise
	}
	return kept[:min(len(kept), maxNameBytes)]
}

// moment turns seconds since the beginning into a time.
func (r *reading) moment(seconds number) time.Time {
	return r.started.Add(time.Duration(milliseconds(seconds)) * time.Millisecond)
}

// milliseconds turns seconds into whole milliseconds, zero for what no step can take.
func milliseconds(seconds number) uint32 {
	if !(seconds > 0 && seconds < 3600) {
		return 0
	}
	return uint32(math.Round(float64(seconds) * 1000))
}
