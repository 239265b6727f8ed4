package measurement

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxDepth bounds nesting: the deepest field of a record is three levels down.
const maxDepth = 6

// maxKeys bounds an object's fields, each of which is compared with those before it.
const maxKeys = 32

// strictUnmarshal reads one JSON object where encoding/json would be lenient: it takes valid UTF-8
// only, keys of lower-case ASCII only (so that a key can match a field in its exact spelling alone),
// no key twice, no unknown key, no null, and nothing after the object. Two readers of the same signed
// bytes must never see two different records.
func strictUnmarshal(line []byte, into any) error {
	if !utf8.Valid(line) {
		return errors.New("not valid UTF-8")
	}
	if err := checkTokens(line); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("not of the schema: %w", scrub(err))
	}
	return nil
}

// level is one object or array that the walk is inside of.
type level struct {
	object bool
	key    bool // in an object: the next string is a key
	seen   []string
}

func checkTokens(line []byte) error {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var stack []level
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return errors.New("JSON ends early")
		}
		if err != nil {
			return errors.New("not valid JSON")
		}
		top := len(stack) - 1
		switch t := token.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				if top < 0 && t != '{' {
					return errors.New("a line is a JSON object")
				}
				if len(stack) >= maxDepth {
					return fmt.Errorf("JSON nests deeper than %d", maxDepth)
				}
				stack = append(stack, level{object: t == '{', key: t == '{'})
				continue
			}
			stack = stack[:top]
		case string:
			if top >= 0 && stack[top].object && stack[top].key {
				if err := stack[top].take(t); err != nil {
					return err
				}
				continue
			}
		case nil:
			return errors.New("null is not a value: leave the field out")
		}
		if len(stack) == 0 {
			return onlyObject(dec, token)
		}
		if top = len(stack) - 1; stack[top].object {
			stack[top].key = true
		}
	}
}

// take notes a key, and turns to its value.
func (l *level) take(key string) error {
	for _, c := range []byte(key) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return errors.New("a key holds something other than lower-case letters, digits and underscores")
		}
	}
	if len(l.seen) == maxKeys {
		return fmt.Errorf("an object has more than %d keys", maxKeys)
	}
	if known(key, l.seen) {
		return fmt.Errorf("key %q appears twice", key)
	}
	l.seen = append(l.seen, key)
	l.key = false
	return nil
}

func onlyObject(dec *json.Decoder, last json.Token) error {
	if last != json.Delim('}') {
		return errors.New("a line is a JSON object")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON object")
	}
	return nil
}

// scrub keeps an error of encoding/json from quoting values of the line back: reasons are logged and
// kept, and a hostile or broken probe may have put anything there.
func scrub(err error) error {
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("field %q has the wrong type", bad.Field)
	}
	return errors.New("unknown field or malformed value")
}
