package main

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints what this program was built from.
func (versionCommand) Run(p *process) error {
	_, err := fmt.Fprintf(p.out, "lamplight %s\n", versionOf())
	return err
}

// version is set by the Makefile's build to the tag or commit.
var version string

// versionOf returns the version of this build; go install knows only the module's.
func versionOf() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
