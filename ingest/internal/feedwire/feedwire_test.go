package feedwire

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/store"
)

var received = time.Date(2026, 6, 1, 12, 0, 0, 123e6, time.UTC)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func signal(minute int) store.Signal {
	return store.Signal{
		Source: "ioda", EntityType: "country", EntityCode: "XL", Name: "bgp",
		At: at("2023-08-20T00:00:00Z").Add(time.Duration(minute) * time.Minute), Value: 12.5, ReceivedAt: received,
	}
}

func connection() store.AtlasConnection {
	return store.AtlasConnection{
		ProbeID: 7, At: at("2016-06-07T10:00:01Z"), Event: "disconnect", ASN: 64501, Country: "XL",
		Prefix: "198.51.100.0/24", Controller: "ctr-1", ReceivedAt: received,
	}
}

func report() store.Report {
	end := at("2023-09-02T00:00:00Z")
	return store.Report{
		ID: "0123456789abcdef", Source: "access-now-stop", Country: "XL", Regions: []string{"XL-01"}, Area: "Harbor & <hills>",
		Scope: "regional", StartDate: at("2023-08-20T00:00:00Z"), EndDate: &end, Type: "shutdown", Network: "mobile",
		Services: []string{}, Cause: "exams", Title: "A title, “quoted”", Link: "https://example.org/?a=1&b=2", ReceivedAt: received,
	}
}

func all(rows ...any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func encode(t *testing.T, rows iter.Seq2[any, error]) []bus.Message {
	t.Helper()
	var out []bus.Message
	for m, err := range Encode(rows, received) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func decode(t *testing.T, messages []bus.Message) Rows {
	t.Helper()
	var out Rows
	for _, m := range messages {
		rows, err := Decode(m)
		if err != nil {
			t.Fatal(err)
		}
		out.Signals = append(out.Signals, rows.Signals...)
		out.Atlas = append(out.Atlas, rows.Atlas...)
		out.Reports = append(out.Reports, rows.Reports...)
		out.Rejected = append(out.Rejected, rows.Rejected...)
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	open := report()
	open.EndDate = nil
	messages := encode(t, all(signal(0), signal(5), connection(), report(), open))
	if len(messages) != 3 {
		t.Errorf("%d messages for 3 kinds", len(messages))
	}
	want := Rows{
		Signals: []store.Signal{signal(0), signal(5)}, Atlas: []store.AtlasConnection{connection()},
		Reports: []store.Report{report(), open},
	}
	if diff := cmp.Diff(want, decode(t, messages)); diff != "" {
		t.Error(diff)
	}
}

func TestMessagesAreBounded(t *testing.T) {
	long := report()
	long.Title = strings.Repeat("x", maxTextBytes)
	for _, test := range []struct {
		name string
		row  any
		n    int
		want int // messages
	}{
		{"by rows", signal(0), 2*maxRows + 1, 3},
		{"by bytes", long, 100, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			messages := encode(t, all(slices.Repeat([]any{test.row}, test.n)...))
			if len(messages) != test.want {
				t.Errorf("%d messages, want %d", len(messages), test.want)
			}
			rows := 0
			for _, m := range messages {
				if len(m.Value) > maxBytes {
					t.Errorf("message of %d bytes", len(m.Value))
				}
				rows += strings.Count(string(m.Value), "\n")
			}
			if rows != test.n {
				t.Errorf("%d rows, want %d", rows, test.n)
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	failed := errors.New("the file ends early")
	late, fine, nameless, wrong := signal(0), signal(0), signal(0), connection()
	late.At = at("2200-01-01T00:00:00Z")
	fine.At = fine.At.Add(time.Millisecond)
	nameless.Name = ""
	wrong.Event = "reboot"
	dashes, word := connection(), report()
	dashes.Country, word.Country = "1-", "Lampland"
	for _, test := range []struct {
		name string
		rows iter.Seq2[any, error]
		want string
	}{
		{"a time that DateTime wraps", all(signal(0), late), "row 2: at is not between 1990 and 2100"},
		{"a time that DateTime cuts", all(fine), "row 1: at is finer than a second"},
		{"a signal without a name", all(nameless), `row 1: "" is not a name of 1 to 128 bytes`},
		{"an event that is none", all(wrong), "row 1: event is neither connect nor disconnect"},
		{"a country that is no code", all(dashes), "row 1: country is not an ISO 3166-1 alpha-2 code"},
		{"a report's country that is no code", all(word), "row 1: country is not an ISO 3166-1 alpha-2 code"},
		{"another type", all(42), "row 1: int is not a row of a feed"},
		{"an error of the feed", func(yield func(any, error) bool) { yield(nil, failed) }, failed.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			var last error
			for _, err := range Encode(test.rows, received) {
				last = err
			}
			if last == nil || last.Error() != test.want {
				t.Errorf("got %v, want %s", last, test.want)
			}
		})
	}
}

func TestDecodeKeepsTheGoodLines(t *testing.T) {
	m := encode(t, all(signal(0), signal(5), signal(10)))[0]
	lines := strings.SplitAfter(string(m.Value), "\n")
	for _, test := range []struct{ name, line, want string }{
		{"no JSON", "nonsense\n", "line 2: not a JSON object of this kind"},
		{"a field twice", strings.Replace(lines[1], `"name":"bgp"`, `"name":"x","name":"bgp"`, 1), "line 2: not the one spelling of its row"},
		{"another field", strings.Replace(lines[1], `{`, `{"more":1,`, 1), "line 2: not the one spelling of its row"},
		{"a time with an offset", strings.Replace(lines[1], "00:05:00Z", "02:05:00+02:00", 1), "line 2: at is not in UTC"},
		{"a time that DateTime wraps", strings.Replace(lines[1], "2023-08-20T00:05:00Z", "2223-08-20T00:05:00Z", 1), "line 2: at is not between 1990 and 2100"},
	} {
		t.Run(test.name, func(t *testing.T) {
			broken := m
			broken.Value = []byte(lines[0] + test.line + lines[2])
			got, err := Decode(broken)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]store.Signal{signal(0), signal(10)}, got.Signals); diff != "" {
				t.Error(diff)
			}
			if s := fmt.Sprint(got.Rejected); s != "["+test.want+"]" {
				t.Errorf("rejected %s, want %s", s, test.want)
			}
		})
	}
}

func TestDecodeTakesNoNull(t *testing.T) {
	m := encode(t, all(report()))[0]
	m.Value = []byte(strings.Replace(string(m.Value), `"services":[]`, `"services":null`, 1))
	got, err := Decode(m)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Reports) != 0 || len(got.Rejected) != 1 {
		t.Errorf("took a report with a second spelling: %+v", got)
	}
}

func TestDecodeRefusesTheMessage(t *testing.T) {
	m := encode(t, all(signal(0)))[0]
	for i, want := range []string{
		"message header kind is none of signals, atlas, reports, observations",
		"message header received_at is not a time from 2020 to 2100",
	} {
		broken := m
		broken.Headers = slices.Delete(slices.Clone(m.Headers), i, i+1)
		if _, err := Decode(broken); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// What Decode takes, Encode writes as the same bytes.
func FuzzDecode(f *testing.F) {
	for m, err := range Encode(all(signal(0), signal(5), connection(), report()), received) {
		if err != nil {
			f.Fatal(err)
		}
		kind, _ := m.Header(headerKind)
		f.Add(string(kind), "2026-06-01T12:00:00.123Z", m.Value)
	}
	f.Fuzz(func(t *testing.T, kind, receivedAt string, value []byte) {
		m := bus.Message{Value: value, Headers: []bus.Header{{Name: headerKind, Value: []byte(kind)}, {Name: headerReceivedAt, Value: []byte(receivedAt)}}}
		rows, err := Decode(m)
		if err != nil {
			return
		}
		var typed []any
		for _, r := range rows.Signals {
			typed = append(typed, r)
		}
		for _, r := range rows.Atlas {
			typed = append(typed, r)
		}
		for _, r := range rows.Reports {
			typed = append(typed, r)
		}
		var again strings.Builder
		for m, err := range Encode(all(typed...), received) {
			if err != nil {
				t.Fatalf("what was decoded does not encode: %v", err)
			}
			again.Write(m.Value)
		}
		if len(rows.Rejected) == 0 && again.String() != string(value) {
			t.Errorf("decoded\n%s\nencodes to\n%s", value, again.String())
		}
	})
}
