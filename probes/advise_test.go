package probes_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/lamplight-net/lamplight/probes"
)

// An error tells which file or folder is missing, and leaves alone what says more.
func TestAdvise(t *testing.T) {
	folder := t.TempDir()
	file, nowhere := filepath.Join(folder, "list.json"), filepath.Join(folder, "nowhere")
	_, read := os.ReadFile(file)
	_, stat := os.Stat(file)
	_, deep := os.ReadFile(filepath.Join(nowhere, "list.json"))
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	_, inside := root.Open("key")
	taken := os.WriteFile(folder, nil, 0o600)
	const tail = ": check the name, and the folder that you are in"
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"to be read", fmt.Errorf("--plan: %w", read), "--plan: there is no " + file + tail},
		{"to be there", stat, "there is no " + file + tail},
		{"to be read in a folder that is missing", deep, "there is no folder " + nowhere + tail},
		{"to be written in a folder that is missing", fmt.Errorf("write the list: %w", os.WriteFile(filepath.Join(nowhere, "list.json"), nil, 0o600)), "write the list: there is no folder " + nowhere + tail},
		{"with advice of its own", fmt.Errorf("%w: make the folder", stat), stat.Error() + ": make the folder"},
		{"the probe's own", inside, inside.Error()},
		{"another mistake", taken, taken.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := probes.Advise(test.err); got != test.want {
				t.Errorf("it says  %s\nwant     %s", got, test.want)
			}
		})
	}
}
