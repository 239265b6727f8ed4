package running

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	want := Addresses{
		Kafka: []string{"127.0.0.1:1"}, ClickHouse: listener.Addr().String(),
		Gateway: "http://127.0.0.1:2", Site: "http://127.0.0.1:3",
	}
	refused := func(when, says string) {
		t.Helper()
		if _, err := Find(t.Context(), dir); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want an error that says %q", when, err, says)
		}
	}
	refused("before the start", "nothing runs on "+dir+": start it with lamplight up --data "+dir)
	if err := Write(dir, want); err != nil {
		t.Fatal(err)
	}
	got, err := Find(t.Context(), dir)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	path := filepath.Join(dir, name)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
	_ = listener.Close()
	refused("after a kill", "nobody listens on "+want.ClickHouse+" any more")
	if err := os.WriteFile(path, []byte(`{"kafka": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	refused("damaged", "does not hold addresses: delete it")
	for range 2 {
		if err := Remove(dir); err != nil {
			t.Error(err)
		}
	}
	refused("after the end", "nothing runs on")
}

// FuzzFind gives it whatever may stand in the file.
func FuzzFind(f *testing.F) {
	f.Add([]byte(`{"kafka":["127.0.0.1:1"],"clickhouse":"x"}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if strings.Contains(string(text), ":") {
			text = []byte(strings.ReplaceAll(string(text), ":", "")) // nobody is called
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if a, err := Find(t.Context(), dir); err == nil {
			t.Errorf("%q holds %v", text, a)
		}
	})
}
