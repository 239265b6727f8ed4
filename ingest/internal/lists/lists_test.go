package lists

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// packed is a list as lamplight list pack writes it; what its signatures say is nothing to a gateway.
func packed(t testing.TB, name string, serial int, targets ...string) []byte {
	t.Helper()
	type target struct {
		URL   string `json:"url"`
		Class string `json:"class"`
	}
	var all []target
	if len(targets) == 0 {
		targets = []string{"https://a.example/"}
	}
	for _, url := range targets {
		all = append(all, target{url, "foreign"})
	}
	inner, err := json.Marshal(map[string]any{"name": name, "serial": serial, "issued": "2026-03-01T00:00:00Z", "plan": map[string]any{"targets": all}})
	if err != nil {
		t.Fatal(err)
	}
	return wrapped(t, inner, signature(1, 0), signature(2, 0))
}

// signature is one of the key with this number, and of this time, but for the mathematics.
func signature(key, at byte) string {
	raw := append([]byte("ED"), append(bytes.Repeat([]byte{key}, 8), bytes.Repeat([]byte{at}, 64)...)...)
	return "untrusted comment: x\n" + base64.StdEncoding.EncodeToString(raw) + "\ntrusted comment: y\nZ\n"
}

func wrapped(t testing.TB, inner []byte, signatures ...string) []byte {
	t.Helper()
	out, err := json.Marshal(map[string]any{"list": inner, "signatures": signatures})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func signedText(t testing.TB, inner string, keys ...byte) []byte {
	t.Helper()
	var signatures []string
	for at, key := range keys {
		signatures = append(signatures, signature(key, byte(at)))
	}
	return wrapped(t, []byte(inner), signatures...)
}

// asking is issue 4, with anchors.
func asking(t testing.TB, anchors string) []byte {
	t.Helper()
	return signedText(t, `{"name":"ke","serial":4,"plan":{"targets":[{"url":"https://a.example/"}],"anchors":`+anchors+`}}`, 1, 2)
}

func pages(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("https://a.example/%d", i))
	}
	return out
}

// blogs are hosts of one domain, in a country where domains have two labels above them.
func blogs(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("https://a%d.Blogs.co.ke/", i))
	}
	return out
}

// As many of a domain as may be, and further ones of another below the same suffix.
func TestManyOfADomain(t *testing.T) {
	most := append(blogs(measurement.MaxPerDomain), "https://other.co.ke/", "https://9.9.9.9/")
	s := open(t, map[string][]byte{"ke.signed.json": packed(t, "ke", 1, most...)})
	if diff := cmp.Diff([]string{"ke-1"}, s.given()); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, s.log.String())
	}
}

type shelf struct {
	*Folder
	path string
	log  bytes.Buffer
}

func open(t *testing.T, files map[string][]byte) *shelf {
	t.Helper()
	s := &shelf{path: t.TempDir()}
	for name, text := range files {
		s.write(t, name, text)
	}
	var err error
	s.Folder, err = Open(s.path, 2, slog.New(slog.NewTextHandler(&s.log, nil)), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shelf) write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.path, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// given returns what is handed out.
func (s *shelf) given() []string {
	var out []string
	for _, name := range []string{"ke", "ug"} {
		if l, ok := s.Get(name); ok {
			out = append(out, l.Version())
		}
	}
	return out
}

// A file that cannot be taken costs nobody the list that is handed out already, and is told of once.
func TestBadFileKeepsTheOld(t *testing.T) {
	good := packed(t, "ke", 3, "https://a.example/")
	for _, test := range []struct {
		name string
		text []byte
		want string // in the log
	}{
		{"torn", packed(t, "ke", 4)[:40], "not a list with its signatures"},
		{"empty", nil, "not a list with its signatures"},
		{"a draft that nobody signed", []byte(`{"name":"ke","serial":4}`), "not a list with its signatures"},
		{"no signature", wrapped(t, []byte(`{"name":"ke","serial":4}`)), "it has 0 signatures"},
		{"too many signatures", wrapped(t, []byte(`{"name":"ke","serial":4}`), strings.Split(strings.Repeat("x", 9), "")...), "it has 9 signatures"},
		{"signed was something else", wrapped(t, []byte("hello"), "x"), "no list with a serial"},
		{"no serial", wrapped(t, []byte(`{"name":"ke"}`), "x"), "no list with a serial"},
		{"another list", packed(t, "ug", 4), "call the file ug.signed.json"},
		{"older", packed(t, "ke", 2), "older than issue 3"},
		{"the same number, other words", packed(t, "ke", 3, "https://b.example/"), "other words"},
		{"too many targets", packed(t, "ke", 4, make([]string, measurement.MaxTargets+1)...), "target: 1001 given, at most 1000"},
		{"no targets", signedText(t, `{"name":"ke","serial":4,"plan":{"targets":[]}}`, 1, 2), "it has no targets"},
		{"a target at home", packed(t, "ke", 4, "https://a.example/", "http://10.0.0.1/"), `target 2: \"http://10.0.0.1/\" is inside of networks: leave it out, and sign`},
		{"a target of this machine", packed(t, "ke", 4, "http://a.localhost/"), "is inside of networks"},
		{"an anchor inside", asking(t, `{"domestic":{"KE":["http://db.internal/"]}}`), "KE anchor 1: "},
		{"no URL", packed(t, "ke", 4, "https://a.example/", "ftp:x"), `target 2: \"ftp:x\" is not a URL`},
		{"too many of a host", packed(t, "ke", 4, pages(measurement.MaxPerHost+1)...), "is one of more than 20 of a.example"},
		{"too many of a domain", packed(t, "ke", 4, blogs(measurement.MaxPerDomain+1)...), "target 41: "},
		{"two anchors of a host", asking(t, `{"foreign":["http://b.example/","https://B.example/b"]}`), "is one of more than 1 of b.example"},
		{"a port that probes may dial", packed(t, "ke", 4, "http://9.9.9.9:53/"), "is on port 53"},
		{"a port that no probe dials", asking(t, `{"foreign":["http://9.9.9.9:81/"]}`), "is on port 81"},
		{"signed by one", signedText(t, `{"name":"ke","serial":4,"plan":{"targets":[{"url":"https://a.example/"}]}}`, 1), "issue 4, names 1 of the 2 signers"},
		{"signed by one, twice", signedText(t, `{"name":"ke","serial":4,"plan":{"targets":[{"url":"https://a.example/"}]}}`, 1, 1), "names 1 of the 2 signers"},
		{"too long", bytes.Repeat([]byte(" "), MaxBytes+1), "longer than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, map[string][]byte{"ke.signed.json": good})
			s.write(t, "ke.signed.json", test.text)
			s.Read()
			s.Read()
			if l, ok := s.Get("ke"); !ok || !bytes.Equal(l.Body, good) {
				t.Errorf("what was handed out before is not: %v", l)
			}
			if n := strings.Count(s.log.String(), test.want); n != 1 {
				t.Errorf("%q is logged %d times:\n%s", test.want, n, s.log.String())
			}
			if n := testutil.ToFloat64(s.errors); n != 2 {
				t.Errorf("counted %v times, and it was read twice", n)
			}
			s.write(t, "ke.signed.json", packed(t, "ke", 5))
			s.Read()
			if diff := cmp.Diff([]string{"ke-5"}, s.given()); diff != "" {
				t.Errorf("a good one after it (-want +got):\n%s", diff)
			}
		})
	}
}

// A list that too few have signed is not handed out from the start; once another person has signed the same, it is.
func TestTooFewSignatures(t *testing.T) {
	const text = `{"name":"ke","serial":1,"plan":{"targets":[{"url":"https://a.example/"}]}}`
	s := open(t, map[string][]byte{"ke.signed.json": signedText(t, text, 1)})
	if len(s.given()) != 0 || !strings.Contains(s.log.String(), "let another person sign it") || !strings.Contains(s.log.String(), "list ke, issue 1") {
		t.Errorf("handed out: %v\n%s", s.given(), s.log.String())
	}
	s.write(t, "ke.signed.json", signedText(t, text, 1, 2))
	s.Read()
	if diff := cmp.Diff([]string{"ke-1"}, s.given()); diff != "" {
		t.Errorf("signed by two (-want +got):\n%s", diff)
	}
}

func TestFolderIsFollowed(t *testing.T) {
	s := open(t, map[string][]byte{
		"ke.signed.json": packed(t, "ke", 1), "ke.json": []byte("a draft"), "ke.json.amina.minisig": []byte("x"), " .signed.json": packed(t, " ", 1),
	})
	if err := os.Mkdir(filepath.Join(s.path, "zz.signed.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name string
		do   func()
		want []string
	}{
		{"at first", func() {}, []string{"ke-1"}},
		{"another list", func() { s.write(t, "ug.signed.json", packed(t, "ug", 9)) }, []string{"ke-1", "ug-9"}},
		{"a newer issue", func() { s.write(t, "ke.signed.json", packed(t, "ke", 2)) }, []string{"ke-2", "ug-9"}},
		{"more signatures", func() { s.write(t, "ke.signed.json", append(packed(t, "ke", 2), ' ')) }, []string{"ke-2", "ug-9"}},
		{"one is taken away", func() { _ = os.Remove(filepath.Join(s.path, "ug.signed.json")) }, []string{"ke-2"}},
		{"the folder is away", func() { _ = os.Rename(s.path, s.path+"-away") }, []string{"ke-2"}},
		{"and back", func() { _ = os.Rename(s.path+"-away", s.path) }, []string{"ke-2"}},
	} {
		step.do()
		s.Read()
		if diff := cmp.Diff(step.want, s.given()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

// The folder is read again without anybody asking for it.
func TestFollowReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, nil)
		s.write(t, "ke.signed.json", packed(t, "ke", 1))
		go s.Follow(t.Context())
		synctest.Wait()
		if len(s.given()) != 0 {
			t.Error("it is read before its time")
		}
		for range 2 {
			time.Sleep(readEvery)
		}
		synctest.Wait()
		if diff := cmp.Diff([]string{"ke-1"}, s.given()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Only the issue that is handed out has targets whose numbers mean anything.
func TestOf(t *testing.T) {
	s := open(t, map[string][]byte{"a-b.signed.json": packed(t, "a-b", 3, "https://a.example/", "https://b.example/")})
	for plan, want := range map[string]bool{
		"a-b-3": true, "a-b-2": false, "a-b-03": false, "a-b": false, "a-b-": false, "a-3": false, "builtin": false, "": false, "-": false,
	} {
		if _, ok := s.Of(plan); ok != want {
			t.Errorf("%q: %t", plan, ok)
		}
	}
	l, _ := s.Of("a-b-3")
	if n, ok := l.Number("https://b.example/"); !ok || n != 1 {
		t.Errorf("the second target is number %d (%t)", n, ok)
	}
	if _, ok := l.Number("https://c.example/"); ok {
		t.Error("a target that is not on the list has a number")
	}
}

func TestOpenRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(t.TempDir(), "nowhere")} {
		if _, err := Open(path, 2, slog.New(slog.DiscardHandler), prometheus.NewRegistry()); err == nil {
			t.Errorf("%s is a folder", path)
		}
	}
	s := open(t, nil)
	for n := range maxLists + 1 {
		s.write(t, fmt.Sprintf("l%d.signed.json", n), packed(t, fmt.Sprintf("l%d", n), 1))
	}
	s.Read()
	if len(*s.now.Load()) != 0 || !strings.Contains(s.log.String(), "at most") {
		t.Errorf("a folder of %d lists:\n%s", maxLists+1, s.log.String())
	}
	none, err := Open("", 2, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	none.Read()
	if _, ok := none.Get("ke"); ok {
		t.Error("without a folder there is a list")
	}
}

// FuzzDecode gives it whatever may lie in the folder.
func FuzzDecode(f *testing.F) {
	f.Add(packed(f, "ke", 1, "https://a.example/"))
	f.Add([]byte(`{"list":"e30=","signatures":["x"]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := decode("ke", text)
		if err == nil && (l.Name != "ke" || l.Serial == 0 || len(l.Targets) > measurement.MaxTargets || len(l.Tag) != 66) {
			t.Fatalf("decoded %+v", l)
		}
	})
}
