// Package service makes the system start a probe by itself, and stops it from doing so.
//
// What is written for each system is made by pure functions, which can be read and tested anywhere; putting it in
// its place is a list of files and commands. A service is its user's own where the system has such services: it
// needs no administrator, and can do nothing that the user cannot.
//
// A service's name is plain and says little to who looks through a list. That is no disguise: the program's own
// name is beside it, and whoever looks closely finds it.
package service

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// DefaultName is what a service is called.
const DefaultName = "netsample"

// Settings are what a service is made of.
type Settings struct {
	Name    string   // of the service: small letters, digits and dashes
	Program string   // absolute path
	Args    []string // after "run"
	// System is whether it is the machine's and not a user's.
	System bool
	// Home is the user's folder, and State the probe's; "" for the usual one. Both are unused for System.
	Home, State string
}

// Plan is what to do with a service on one kind of system.
type Plan struct {
	Install, Remove Steps
	Query           []string // the command that says how it is
	Hint            string   // what to know once it is installed
	State           string   // the folder that the service uses; "" for the one in Settings
}

// Steps are what an installation or a removal does, in order.
type Steps struct {
	Files    []File     // to write, or, in a removal, to delete
	Commands [][]string // to run afterwards; in a removal, before
}

// File is a file of the system's configuration.
type File struct {
	Path string
	Text string
	Mode uint32
}

// ErrUnsupported says that there is no service of ours for a system.
var ErrUnsupported = errors.New("this system has no service that this program knows: have it start \"lamplight-probe run\" by its own means")

const maxName = 40

// Validate says what is wrong with the settings. Nothing of them may mean something to the files they go into.
func (s Settings) Validate() error {
	if s.Name == "" || len(s.Name) > maxName || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || s.Name[0] == '-' {
		return fmt.Errorf("--name is %q: give at most %d small letters, digits and dashes", s.Name, maxName)
	}
	for _, text := range append([]string{s.Program, s.Home, s.State}, s.Args...) {
		if strings.ContainsAny(text, "\"'\\$%&<>`\n\r\t") && !windowsPath(text) {
			return fmt.Errorf("%q holds a character that a service cannot be given: move the program, or leave the flag out", text)
		}
	}
	for _, home := range []string{"/home/", "/root/", "/run/user/"} {
		if s.System && strings.HasPrefix(s.Program, home) {
			return errors.New("a service of the machine sees nobody's home, and this program is in one: move it, for instance to /usr/local/bin, and install from there")
		}
	}
	return nil
}

// windowsPath reports whether a text is one but for its backslashes.
func windowsPath(text string) bool {
	return len(text) > 2 && text[1] == ':' && !strings.ContainsAny(text, "\"'$%&<>`\n\r\t")
}

func (s Settings) commandLine() []string {
	return append([]string{s.Program, "run"}, s.Args...)
}

// quoted writes words with spaces in quotes, as systemd and Windows read them. Validate lets through nothing else
// that they would read in another way.
func quoted(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if strings.Contains(w, " ") || w == "" {
			out[i] = `"` + w + `"`
		}
	}
	return strings.Join(out, " ")
}

func (s Settings) inHome(parts ...string) string {
	return path.Join(append([]string{s.Home}, parts...)...)
}
