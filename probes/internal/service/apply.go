package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// For returns the plan for the system that the program runs on.
func For(goos string, s Settings) (Plan, error) {
	if err := s.Validate(); err != nil {
		return Plan{}, err
	}
	switch {
	case goos == "darwin" && s.System:
		return Plan{}, errors.New("on macOS the service is your own: leave out --system")
	case goos == "windows":
		return Windows(s), nil
	case goos == "darwin":
		return Launchd(s), nil
	case goos == "linux" && there("/etc/openwrt_release"):
		return Procd(s), nil
	case goos == "linux" && there("/run/systemd/system"):
		return Systemd(s), nil
	}
	return Plan{}, ErrUnsupported
}

func there(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// Do puts the files of an installation in their places and runs its commands, and says each on out. It stops at
// what fails.
func (s Steps) Do(ctx context.Context, out io.Writer) error {
	for _, f := range s.Files {
		fmt.Fprintf(out, "write %s\n", f.Path)
		if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
			return needsRoot(err)
		}
		if err := os.WriteFile(f.Path, []byte(f.Text), fs.FileMode(f.Mode)); err != nil {
			return needsRoot(err)
		}
	}
	for _, command := range s.Commands {
		if err := run(ctx, command, out); err != nil {
			return err
		}
	}
	return nil
}

// Undo runs the commands of a removal and deletes its files. It goes on after what fails: half a service should not
// stay because the other half is gone.
func (s Steps) Undo(ctx context.Context, out io.Writer) error {
	var failed []error
	for _, command := range s.Commands {
		failed = append(failed, run(ctx, command, out))
	}
	for _, f := range s.Files {
		fmt.Fprintf(out, "delete %s\n", f.Path)
		if err := os.Remove(f.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, needsRoot(err))
		}
	}
	return errors.Join(failed...)
}

// Show writes what Do would do.
func (s Steps) Show(out io.Writer) error {
	var text strings.Builder
	for _, f := range s.Files {
		fmt.Fprintf(&text, "write %s (mode %04o):\n\n%s\n", f.Path, f.Mode, f.Text)
	}
	for _, command := range s.Commands {
		fmt.Fprintf(&text, "run %s\n", quoted(command))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// Ask runs the command that says how the service is.
func (p Plan) Ask(ctx context.Context, out io.Writer) error { return run(ctx, p.Query, out) }

func run(ctx context.Context, command []string, out io.Writer) error {
	fmt.Fprintf(out, "run %s\n", quoted(command))
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Stdout, c.Stderr = out, out
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s did not succeed: what it said stands above", quoted(command))
	}
	return nil
}

func needsRoot(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: this takes an administrator (sudo), or leave out --system", err)
	}
	return err
}
