package stop

import (
	"strings"
	"unicode/utf8"
)

// record is one line by the names of its columns, cleaned: empty for \N, one space between words,
// valid UTF-8, no field longer than a page has use for.
type record map[string]string

const maxTextBytes = 1000

func newRecord(header, fields []string) record {
	r := make(record, len(columns))
	for i, name := range header {
		r[name] = clean(fields[i], maxTextBytes)
	}
	return r
}

func clean(s string, limit int) string {
	if s == `\N` {
		return ""
	}
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	return cut(s, limit)
}

// cut shortens s to at most limit bytes, between words where it can, and marks that it did.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	const mark = "…"
	s = s[:limit-len(mark)]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	if space := strings.LastIndexByte(s, ' '); space > len(s)/2 {
		s = s[:space]
	}
	return s + mark
}
