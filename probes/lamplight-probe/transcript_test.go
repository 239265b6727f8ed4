package main

import (
	"bufio"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/consent"
)

var update = flag.Bool("update", false, "write golden files")

// TestTranscripts plays what people type and compares what they see. A line that begins with $ is a command, the lines
// with < after it are typed; all that follows is what the program says. A file has a state folder of its own.
// "[2]" at the end of what is said is an exit status. The notice has a test of its own, and stands here as "(the notice)",
// its version as VERSION.
func TestTranscripts(t *testing.T) {
	version = "1.2.3"
	defer func() { version = "" }()
	here, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(here, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(text))
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(text), got); diff != "" && !*update {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func play(t *testing.T, script string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "state")
	t.Chdir(t.TempDir()) // for what is written beside the state
	var out strings.Builder
	lines := strings.Split(strings.TrimSuffix(script, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if strings.HasPrefix(line, "#") && out.Len() == 0 {
			out.WriteString(line + "\n\n")
		}
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			continue
		}
		out.WriteString(line + "\n")
		var typed strings.Builder
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], "<") {
			i++
			typed.WriteString(strings.TrimPrefix(strings.TrimPrefix(lines[i], "<"), " ") + "\n")
			out.WriteString(lines[i] + "\n")
		}
		var said strings.Builder
		e := environment{
			getenv: func(name string) string { return map[string]string{"LAMPLIGHT_PROBE_STATE": folder}[name] },
			stdin:  bufio.NewReader(strings.NewReader(typed.String())), stdout: &said, stderr: &said,
		}
		version := consent.Version(nil)
		day := time.Now().UTC().Format(time.DateOnly)
		status := run(context.Background(), words(strings.ReplaceAll(command, "VERSION", version)), e)
		if strings.Contains(said.String(), folder) {
			t.Errorf("%s shows the state folder", command)
		}
		text := strings.NewReplacer(consent.Notice(), "(the notice)\n", version, "VERSION", day, "TODAY").Replace(said.String())
		out.WriteString(strings.TrimRight(text, "\n") + "\n")
		if status != 0 {
			out.WriteString("[" + strconv.Itoa(status) + "]\n")
		}
		out.WriteString("\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

// words splits a command at its spaces, but not within '...'.
func words(command string) []string {
	var out []string
	for n, part := range strings.Split(command, "'") {
		if n%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out[1:] // without the program's name
}

// Every command says what it is for, and shows an example of itself.
func TestHelp(t *testing.T) {
	for _, c := range commands() {
		for _, args := range [][]string{{c.name, "--help"}, {c.name, "-h"}, {"help", c.name}} {
			var out, failed strings.Builder
			status := run(t.Context(), args, environment{getenv: func(string) string { return "" }, stdout: &out, stderr: &failed})
			if status != 0 || failed.Len() > 0 || !strings.Contains(out.String(), "Example:\n  lamplight-probe "+c.name) && !strings.Contains(out.String(), "sudo lamplight-probe "+c.name) {
				t.Errorf("%v: status %d, %s%s", args, status, out.String(), failed.String())
			}
		}
	}
}
