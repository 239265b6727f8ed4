package probes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/lamplight-net/lamplight/probes/internal/service"
)

// ServiceConfig is what a service of the probe is made of.
type ServiceConfig struct {
	State  string
	Name   string
	System bool     // the machine's and not the user's
	Args   []string // for run
	Show   bool     // only say what would be done
}

// DefaultServiceName is what a service is called unless told otherwise.
const DefaultServiceName = service.DefaultName

// InstallService makes the system start the probe by itself. It refuses for a probe that would not run: one that has
// not joined, or to which nobody has agreed.
func InstallService(ctx context.Context, cfg ServiceConfig, version string, out io.Writer) error {
	plan, folder, err := cfg.plan()
	if err != nil {
		return err
	}
	if cfg.Show {
		return plan.Install.Show(out)
	}
	r, err := Status(ctx, folder, version)
	if err != nil {
		return err
	}
	if !r.Joined || r.Suspended != "" {
		return fmt.Errorf("the service would do nothing: first join and agree, for the folder that it uses: lamplight-probe join --state %s LINK", folder)
	}
	if err := plan.Install.Do(ctx, out); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, plan.Hint)
	return err
}

// RemoveService takes the service away again. What the probe keeps stays.
func RemoveService(ctx context.Context, cfg ServiceConfig, out io.Writer) error {
	plan, _, err := cfg.plan()
	if err != nil {
		return err
	}
	return plan.Remove.Undo(ctx, out)
}

// AskService says how the service is.
func AskService(ctx context.Context, cfg ServiceConfig, out io.Writer) error {
	plan, _, err := cfg.plan()
	if err != nil {
		return err
	}
	return plan.Ask(ctx, out)
}

// plan returns what to do on this system, and the state folder that the service will use.
func (c ServiceConfig) plan() (service.Plan, string, error) {
	program, err := os.Executable()
	if err != nil {
		return service.Plan{}, "", errors.New("the system does not say where this program is")
	}
	s := service.Settings{Name: c.Name, Program: program, Args: c.Args, System: c.System, State: c.State}
	if s.Home, err = os.UserHomeDir(); err != nil && !c.System {
		return service.Plan{}, "", errors.New("this user has no home: use --system")
	}
	folder, err := stateOr(c.State)
	if err != nil && !c.System {
		return service.Plan{}, "", err
	}
	if s.State != "" {
		if s.State, err = filepath.Abs(s.State); err != nil {
			return service.Plan{}, "", errors.New("--state: the folder has no full path")
		}
	}
	if runtime.GOOS == "windows" && s.State == "" {
		s.State = folder // the service runs as another user
	}
	plan, err := service.For(runtime.GOOS, s)
	if plan.State != "" {
		folder = plan.State
	}
	return plan, folder, err
}
