package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// describe is the help of one flag: what it is, what it is without, and the variable that sets it.
func describe(value *kong.Value) string {
	notes := []string{}
	if value.HasDefault && value.Default != "" {
		notes = append(notes, "default "+value.Default)
	}
	if value.Flag != nil && len(value.Flag.Envs) > 0 {
		notes = append(notes, "$"+value.Flag.Envs[0])
	}
	if len(notes) == 0 {
		return value.Help
	}
	return value.Help + " (" + strings.Join(notes, ", ") + ")"
}
