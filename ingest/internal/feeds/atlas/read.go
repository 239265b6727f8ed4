package atlas

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/bounded"
	"github.com/lamplight-net/lamplight/ingest/store"
)

const maxEventBytes = 1 << 16 // a real event has 160

// Read yields the events of a file in its order. country names the country of an address, the zero
// address for a probe without a prefix, or returns "" for unknown, which becomes ZZ. Read ends with an
// error, which names the line (in an array: the number of the event) and what was expected there, at
// the first that is not such an event. ReceivedAt is left to whoever receives.
func Read(r io.Reader, country func(netip.Addr) (string, error)) iter.Seq2[store.AtlasConnection, error] {
	return func(yield func(store.AtlasConnection, error) bool) {
		for object, err := range objects(r) {
			if err != nil {
				yield(store.AtlasConnection{}, err)
				return
			}
			row, err := decode(object.json)
			if err != nil {
				yield(store.AtlasConnection{}, fmt.Errorf("%s %d: %w", object.unit, object.number, err))
				return
			}
			if err := locate(&row, country); err != nil {
				yield(store.AtlasConnection{}, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func locate(row *store.AtlasConnection, country func(netip.Addr) (string, error)) error {
	prefix, _ := netip.ParsePrefix(row.Prefix) // the zero prefix where the probe has none
	code, err := country(prefix.Addr())
	if code != "" {
		row.Country = code
	}
	return err
}

// object is one JSON object and where it stands.
type object struct {
	unit   string // line or event
	number int    // from 1
	json   []byte
}

// objects tells the two layouts apart by the first byte.
func objects(r io.Reader) iter.Seq2[object, error] {
	return func(yield func(object, error) bool) {
		start := bufio.NewReader(r)
		first, err := start.Peek(1)
		switch {
		case errors.Is(err, io.EOF):
			yield(object{}, errors.New("line 1: the file is empty, expected events of RIPE Atlas"))
		case err != nil:
			yield(object{}, err)
		case first[0] == '[':
			array(start, yield)
		case first[0] == '{':
			lines(start, yield)
		default:
			yield(object{}, fmt.Errorf("line 1: begins with %q, expected [ or { of RIPE Atlas results in JSON", first))
		}
	}
}

func lines(r io.Reader, yield func(object, error) bool) {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxEventBytes)
	// At an error of reading, Scan hands out what it has of a line; Err tells.
	for number := 1; scan.Scan() && scan.Err() == nil; number++ {
		if len(bytes.TrimSpace(scan.Bytes())) == 0 {
			continue
		}
		if !yield(object{unit: "line", number: number, json: scan.Bytes()}, nil) {
			return
		}
	}
	err := scan.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = fmt.Errorf("a line has more than %d bytes: not events of RIPE Atlas", maxEventBytes)
	}
	if err != nil {
		yield(object{}, err)
	}
}

func array(r io.Reader, yield func(object, error) bool) {
	limited := bounded.NewReader(r, maxEventBytes)
	decoder := json.NewDecoder(limited)
	number := 1
	fail := func(err error) {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		yield(object{}, fmt.Errorf("event %d: %w", number, err))
	}
	if _, err := decoder.Token(); err != nil { // the bracket
		fail(err)
		return
	}
	for ; decoder.More(); number++ {
		limited.Next()
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			fail(err)
			return
		}
		if !yield(object{unit: "event", number: number, json: raw}, nil) {
			return
		}
	}
	if _, err := decoder.Token(); err != nil { // the other bracket
		fail(err)
		return
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		fail(errors.New("something follows the array"))
	}
}
