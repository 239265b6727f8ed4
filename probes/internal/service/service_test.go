package service_test

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/deploy/machinetest"
	"github.com/lamplight-net/lamplight/probes/internal/service"
)

var update = flag.Bool("update", false, "write golden files")

func settings() service.Settings {
	return service.Settings{Name: "netsample", Program: "/usr/local/bin/lamplight-probe", Home: "/home/you", Args: []string{"--budget", "5"}}
}

func plans() map[string]service.Plan {
	system, windows, elsewhere := settings(), settings(), settings()
	system.System = true
	windows.Program, windows.State = `C:\Program Files\lamplight-probe.exe`, `C:\Users\you\AppData\Roaming\lamplight-probe`
	elsewhere.State = "/home/you/my probe"
	return map[string]service.Plan{
		"systemd-user": service.Systemd(settings()), "systemd-system": service.Systemd(system), "systemd-elsewhere": service.Systemd(elsewhere),
		"launchd": service.Launchd(settings()),
		"procd":   service.Procd(settings()), "windows": service.Windows(windows),
	}
}

// What is written for each system, and run, is as it was reviewed.
func TestPlans(t *testing.T) {
	for name, plan := range plans() {
		t.Run(name, func(t *testing.T) {
			var got strings.Builder
			if err := plan.Install.Show(&got); err != nil {
				t.Fatal(err)
			}
			got.WriteString("\nto remove:\n")
			for _, command := range plan.Remove.Commands {
				got.WriteString("run " + strings.Join(command, " ") + "\n")
			}
			for _, f := range plan.Remove.Files {
				got.WriteString("delete " + f.Path + "\n")
			}
			got.WriteString("\nto ask: " + strings.Join(plan.Query, " ") + "\n")
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What a service says goes nowhere: a log would stay behind on the disk when everything else is wiped.
func TestNothingIsLogged(t *testing.T) {
	for name, silent := range map[string][]string{
		"systemd-user": {"StandardOutput=null\n", "StandardError=null\n"}, "systemd-system": {"StandardOutput=null\n", "StandardError=null\n"},
		"launchd": {"<key>StandardErrorPath</key>\n  <string>/dev/null</string>", "<key>StandardOutPath</key>\n  <string>/dev/null</string>"},
		"procd":   {"procd_set_param stderr 0\n"},
	} {
		for _, line := range silent {
			if text := plans()[name].Install.Files[0].Text; !strings.Contains(text, line) || strings.Contains(text, "stdout 1") {
				t.Errorf("%s has no %q", name, line)
			}
		}
	}
}

// A service uses the folder that was named, or says which other one it uses.
func TestState(t *testing.T) {
	s := settings()
	s.State = "/srv/probe"
	for name, plan := range map[string]service.Plan{
		"systemd": service.Systemd(s), "launchd": service.Launchd(s), "procd": service.Procd(s), "windows": service.Windows(s),
	} {
		var text strings.Builder
		if err := plan.Install.Show(&text); err != nil {
			t.Fatal(err)
		}
		folder := plan.State
		if folder == "" {
			folder = s.State
		}
		if !strings.Contains(text.String(), folder) {
			t.Errorf("%s does not use %s", name, folder)
		}
	}
}

// systemd itself says that it understands the units, and how much they leave open.
func TestSystemdAnalyze(t *testing.T) {
	machinetest.Program(t, "systemd-analyze", "systemd")
	for name, scope := range map[string]string{"systemd-system": "--system", "systemd-user": "--user"} {
		t.Run(name, func(t *testing.T) {
			unit := filepath.Join(t.TempDir(), "netsample.service")
			if err := os.WriteFile(unit, []byte(plans()[name].Install.Files[0].Text), 0o600); err != nil {
				t.Fatal(err)
			}
			command := exec.CommandContext(t.Context(), "systemd-analyze", "security", scope, "--offline=true", "--no-pager", unit)
			command.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+t.TempDir())
			out, err := command.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if strings.Contains(string(out), "Unknown key") || strings.Contains(string(out), "ignoring") {
				t.Errorf("systemd does not understand the unit:\n%s", out)
			}
			_, after, _ := strings.Cut(string(out), "Overall exposure level for netsample.service: ")
			level, err := strconv.ParseFloat(strings.Fields(after + " ")[0], 64)
			if err != nil || level > 1.5 {
				t.Errorf("exposure is %v (%v), and must be at most 1.5:\n%s", level, err, out)
			}
			t.Logf("exposure %v", level)
		})
	}
}

func TestValidate(t *testing.T) {
	if err := settings().Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*service.Settings){
		"no name":              func(s *service.Settings) { s.Name = "" },
		"a name with a slash":  func(s *service.Settings) { s.Name = "../x" },
		"a name like a flag":   func(s *service.Settings) { s.Name = "--now" },
		"a long name":          func(s *service.Settings) { s.Name = strings.Repeat("a", 41) },
		"a line in a path":     func(s *service.Settings) { s.Program = "/a\nExecStartPre=/b" },
		"a specifier":          func(s *service.Settings) { s.Program = "/a%h" },
		"a shell's variable":   func(s *service.Settings) { s.Args = []string{"--plan", "$HOME"} },
		"a quote in the state": func(s *service.Settings) { s.State = `/a" b` },
		"markup":               func(s *service.Settings) { s.Home = "/a<b>" },
		"a home, for all":      func(s *service.Settings) { s.System, s.Program = true, "/home/you/lamplight-probe" },
	} {
		s := settings()
		change(&s)
		if _, err := service.For("linux", s); err == nil || errors.Is(err, service.ErrUnsupported) {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := service.For("plan9", settings()); err == nil {
		t.Error("a system without services of ours is served")
	}
}

// An installation is put in place, and removed, even when a command of the removal fails.
func TestDoAndUndo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "x.service")
	var out strings.Builder
	steps := service.Steps{Files: []service.File{{Path: file, Text: "text", Mode: 0o644}}, Commands: [][]string{{"true"}}}
	if err := steps.Do(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "text" {
		t.Errorf("written %q, %v", text, err)
	}
	steps.Commands = [][]string{{"false"}}
	if err := steps.Undo(t.Context(), &out); err == nil || !strings.Contains(err.Error(), "false did not succeed") {
		t.Errorf("a failure is not told: %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the file is still there")
	}
	if want := "write " + file + "\nrun true\nrun false\ndelete " + file + "\n"; out.String() != want {
		t.Errorf("said %q, want %q", out.String(), want)
	}
}
