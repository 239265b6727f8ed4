package feedwire

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

const (
	maxNameBytes = 128
	// maxTextBytes holds any title or description of the lists known in 2026, the longest of which has
	// 3 kB, and keeps a line from filling a message.
	maxTextBytes = 16 << 10
)

// The times that may stand in a row. No source reaches back further than the first, and the last is well
// within what DateTime and Date can hold (2106 and 2149).
var (
	firstTime = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// checkTime refuses times that a table would change: out of range, or finer than its seconds; and those
// with another spelling, of an offset.
func checkTime(field string, t time.Time) error {
	if t.Before(firstTime) || !t.Before(lastTime) {
		return fmt.Errorf("%s is not between %d and %d", field, firstTime.Year(), lastTime.Year())
	}
	if t.Location() != time.UTC {
		return fmt.Errorf("%s is not in UTC", field)
	}
	if t.Nanosecond() != 0 {
		return fmt.Errorf("%s is finer than a second", field)
	}
	return nil
}

func parseDate(field, s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s is not a date like 2006-01-02", field)
	}
	return t, checkTime(field, t)
}

// checkNames refuses names that are missing, or too long to be one.
func checkNames(names ...string) error {
	for _, name := range names {
		if name == "" || len(name) > maxNameBytes || !utf8.ValidString(name) {
			return fmt.Errorf("%.40q is not a name of 1 to %d bytes", name, maxNameBytes)
		}
	}
	return nil
}

func checkTexts(texts ...string) error {
	for _, text := range texts {
		if len(text) > maxTextBytes {
			return fmt.Errorf("%.40q... is longer than %d bytes", text, maxTextBytes)
		}
		if !utf8.ValidString(text) {
			return errors.New("a text is not UTF-8")
		}
	}
	return nil
}
