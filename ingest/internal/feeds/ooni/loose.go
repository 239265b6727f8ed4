package ooni

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// The loose types take what a field has ever held, and nothing where it is something else: none of them errs.

// text is a string, a number as it is written, or bytes in base64.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
		return nil
	}
	var n json.Number
	if json.Unmarshal(b, &n) == nil {
		*t = text(n)
		return nil
	}
	var binary struct {
		Data   string `json:"data"`
		Format string `json:"format"`
	}
	if json.Unmarshal(b, &binary) == nil && binary.Format == "base64" {
		if decoded, err := base64.StdEncoding.DecodeString(binary.Data); err == nil {
			*t = text(decoded)
		}
	}
	return nil
}

// number is a number, or one in a string; false, and zero, when it is neither.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
		*n = number(f)
	}
	return nil
}

// flag is true where true is written.
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	*f = flag(strings.Trim(string(b), `"`) == "true")
	return nil
}

// maxItems bounds a list: a result with ten redirects over a dozen addresses has under two hundred steps of a kind.
const maxItems = 1000

// list is an array without the elements that are of another type.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	_ = json.Unmarshal(b, &raw) // what is no array has no elements
	for _, element := range raw[:min(len(raw), maxItems)] {
		var value T
		if json.Unmarshal(element, &value) == nil && string(element) != "null" {
			*l = append(*l, value)
		}
	}
	return nil
}

// table is an object without the members that are of another type.
type table[T any] map[string]T

func (t *table[T]) UnmarshalJSON(b []byte) error {
	var raw map[string]json.RawMessage
	_ = json.Unmarshal(b, &raw) // what is no object has no members
	if len(raw) > maxItems {
		return nil
	}
	*t = table[T]{}
	for name, member := range raw {
		var value T
		if json.Unmarshal(member, &value) == nil && string(member) != "null" {
			(*t)[name] = value
		}
	}
	return nil
}

// maybe is an object, or nothing.
type maybe[T any] struct{ value *T }

func (m *maybe[T]) UnmarshalJSON(b []byte) error {
	value := new(T)
	if string(b) != "null" && json.Unmarshal(b, value) == nil {
		m.value = value
	}
	return nil
}
