package service

import (
	"fmt"
	"strings"
)

// Launchd returns what to do on macOS: an agent of the user. (A daemon of the machine would run as root.) launchd
// starts it every hour if it does not run, and not at once when it ends: a probe that nobody agreed to is not run
// in circles.
func Launchd(s Settings) Plan {
	label := "local." + s.Name
	where := s.inHome("Library/LaunchAgents", label+".plist")
	return Plan{
		Hint: "It runs while you are logged in.",
		Install: Steps{
			Files:    []File{{Path: where, Text: s.plist(label), Mode: 0o644}},
			Commands: [][]string{{"launchctl", "load", "-w", where}},
		},
		Remove: Steps{
			Files:    []File{{Path: where}},
			Commands: [][]string{{"launchctl", "unload", "-w", where}},
		},
		Query: []string{"launchctl", "list", label},
	}
}

func (s Settings) plist(label string) string {
	var args strings.Builder
	command := s.commandLine()
	if s.State != "" {
		command = append(command, "--state", s.State)
	}
	for _, word := range command {
		fmt.Fprintf(&args, "    <string>%s</string>\n", word)
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>%s</string>
  <key>ProgramArguments</key>
  <array>
%s  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>StartInterval</key>
  <integer>3600</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  <string>/dev/null</string>
  <key>StandardOutPath</key>
  <string>/dev/null</string>
</dict>
</plist>
`, label, args.String())
}
