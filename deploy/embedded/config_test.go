package embedded

import (
	"encoding/xml"
	"strings"
	"testing"
)

// TestConfigEscapes shows that a folder's name cannot change the configuration around it.
func TestConfigEscapes(t *testing.T) {
	const dir = `/data/a & b</path><path>/etc`
	text, err := settings{Dir: dir, NativePort: 9000, HTTPPort: 8123, Token: "token"}.render()
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Path     []string `xml:"path"`
		Native   int      `xml:"tcp_port"`
		HTTP     int      `xml:"http_port"`
		Token    string   `xml:"macros>lamplight"`
		Networks []string `xml:"users>default>networks>ip"`
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	if err := decoder.Decode(&config); err != nil {
		t.Fatal(err)
	}
	if len(config.Path) != 1 || config.Path[0] != dir+"/data/" {
		t.Errorf("path is %q, want only %q", config.Path, dir+"/data/")
	}
	if config.Native != 9000 || config.HTTP != 8123 || config.Token != "token" {
		t.Errorf("ports and token are %d, %d, %q", config.Native, config.HTTP, config.Token)
	}
	if got := strings.Join(config.Networks, " "); got != "127.0.0.1 ::1" {
		t.Errorf("the user may come from %q", got)
	}
}
