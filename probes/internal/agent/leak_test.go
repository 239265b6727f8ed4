package agent_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

// Nothing of a volunteer's machine, and nothing that a page says, is sent, kept or logged. The checks that
// fail do so with errors in which Go writes the machine's own address.
func TestNothingLeaks(t *testing.T) {
	const body, header, title = "planted-in-the-body", "planted-in-a-header", "planted-in-a-cookie"
	secrets := map[string]string{
		"the volunteer's address": "127.20.9.9", "the page": body, "a header": header, "a cookie": title,
		"an error's text": "connection refused", "an error's operation": "dial tcp", "the state folder": "planted-folder",
	}
	if name, err := os.Hostname(); err == nil && len(name) > 3 && name != "localhost" {
		secrets["the host's name"] = name
	}
	if u, err := user.Current(); err == nil && len(u.Username) > 3 {
		secrets["the user's name"] = u.Username
	}
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	site := servertest.TCP(t, "127.20.0.1:0", servertest.Say("HTTP/1.1 200 OK\r\nX-Planted: "+header+
		"\r\nSet-Cookie: a="+title+"\r\nContent-Length: 19\r\n\r\n"+body))
	cfg.Plan.Domestic["XL"][0] = "http://" + site.String() + "/"
	cfg.Plan.Targets[0].URL = "http://www.site.example:" + portOf(site.String()) + "/"
	var logged lockedBuffer
	cfg.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cfg.State = filepath.Join(t.TempDir(), "planted-folder")
	cfg.Gateway = gateway.URL
	run(t, cfg, func() bool { k := kinds(gateway); return k["beat "] >= 5 && k["http "] >= 1 })

	places := map[string][]byte{"the wire": gateway.Wire(), "the log": logged.Bytes()}
	collectFiles(t, cfg.State, places)
	if len(places) < 4 || len(places["the wire"]) < 1000 || len(places["the log"]) == 0 {
		t.Fatalf("there is nothing to look into: %d places", len(places))
	}
	for place, content := range places {
		for what, secret := range secrets {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds %s", place, what)
			}
		}
	}
}

// collectFiles adds every file under dir, and what is unpacked of it where it is packed.
func collectFiles(t *testing.T, dir string, into map[string][]byte) {
	t.Helper()
	unpack, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unpack.Close()
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if at := bytes.Index(content, []byte{0x28, 0xb5, 0x2f, 0xfd}); at >= 0 { // zstd's mark
			if unpacked, err := unpack.DecodeAll(content[at:], nil); err == nil {
				content = append(content, unpacked...)
			}
		}
		into[entry.Name()] = content
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
