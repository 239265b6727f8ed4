package scene

import (
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

const text = `# a comment
about a filter
site news.example 151.100.0.10 title="News of the day"
answer isp other.example nxdomain
censor on mobile sni news.example reset
network mobile
look https://news.example/
record tls failure=connection_reset server_name=news.example
norecord http failure=ok
verdict blocked tls_sni
rules tls.reset
`

func TestParse(t *testing.T) {
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if s.Network != "mobile" || s.Sites[0].Title != "News of the day" || len(s.Censor) != 1 || s.Want.Class != "blocked" || s.Want.Records[1].Line != 9 {
		t.Errorf("got %+v", s)
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ line, want string }{
		"a word that is none":  {"hinder news.example", "no directive"},
		"an open quote":        {`about "a filter`, "quote"},
		"no address":           {"site news.example here", "not an address"},
		"a censor of nothing":  {"censor", "does nothing"},
		"a way that is none":   {"censor sni news.example gently", "reset, drop or eof"},
		"QUIC of no name":      {"censor quic", "takes more"},
		"a lie that is none":   {"censor dns news.example maybe", "a lie is"},
		"a pattern of nothing": {"record ping", "kind of a record"},
		"a port that is none":  {"censor port udp 70000", "not a number"},
		"a URL that is none":   {"look news", "not a URL"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(text + test.line + "\n"))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "line 12") {
				t.Errorf("error %v, want one of line 12 about %q", err, test.want)
			}
		})
	}
	for _, without := range []string{"look https://news.example/\n", "verdict blocked tls_sni\n"} {
		if _, err := Parse([]byte(strings.Replace(text, without, "", 1))); err == nil {
			t.Errorf("a scene without %q is taken", without)
		}
	}
}

func TestMisfits(t *testing.T) {
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	reset := measurement.Record{Kind: measurement.KindTLS, MeasuredAt: at, Failure: measurement.FailureConnectionReset, TLS: &measurement.TLS{ServerName: "news.example"}}
	worked := measurement.Record{Kind: measurement.KindHTTP, MeasuredAt: at, HTTP: &measurement.HTTP{Status: 200}}
	if got := s.Want.Misfits([]measurement.Record{reset}); len(got) != 0 {
		t.Errorf("misfits %q", got)
	}
	got := strings.Join(s.Want.Misfits([]measurement.Record{worked}), "\n")
	if want := "line 8: no record is tls failure=connection_reset server_name=news.example\nline 9: a record is http failure=ok"; got != want {
		t.Errorf("misfits\n%s\nwant\n%s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(text)
	f.Add("look https://news.example/\nverdict x\ncensor hijack any 80 to 151.99.0.1:80\ncensor throttle 1.1.1.1 5\ncensor only 1.0.0.0/8\n")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := Parse([]byte(text)); err == nil && measurement.CheckURL(s.Look) != nil {
			t.Errorf("looks at %q", s.Look)
		}
	})
}
