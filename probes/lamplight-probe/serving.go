package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/lamplight-net/lamplight/probes"
)

func serviceCommand() command {
	return command{
		name: "service", args: "install|remove|status", short: "have the system start the probe by itself",
		long: `Puts a service in its place and starts it, takes it away again, or asks how it is. It says each file that it writes and
each command that it runs; install --show only says them. Without --system the service is your own and can do no
more than you can. On Windows and OpenWrt there is one kind, and it takes an administrator.

Join and agree first: a service cannot ask you.`,
		example: "lamplight-probe service install\nlamplight-probe service install --show\nsudo lamplight-probe service install --system",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			var cfg probes.ServiceConfig
			folder := state(f)
			f.StringVar(&cfg.Name, "name", probes.DefaultServiceName, "`name` of the service, which says little (default: "+probes.DefaultServiceName+")")
			f.BoolVar(&cfg.System, "system", false, "the machine's service and not your own")
			f.BoolVar(&cfg.Show, "show", false, "with install: only say what would be done")
			budget := uint(probes.DefaultBudget)
			number(f, &budget, "budget", 1_000_000, fmt.Sprintf("`MB` a day for run (default: %d)", probes.DefaultBudget), "give a whole number of MB a day, such as 20, or 0 for no limit")
			var quiet probes.Hours
			hours(f, &quiet, "quiet", "quiet `hours` for run, such as 23:00-06:30 (default: none)")
			return func(ctx context.Context, e environment, args []string) error {
				what, err := one("service", "action (install, remove or status)", "install", args)
				if err != nil {
					return err
				}
				cfg.State = *folder
				cfg.Args = forRun(budget, quiet)
				switch what {
				case "install":
					return probes.InstallService(ctx, cfg, versionOf(), e.stdout)
				case "remove":
					return probes.RemoveService(ctx, cfg, e.stdout)
				case "status":
					return probes.AskService(ctx, cfg, e.stdout)
				}
				return &usageError{"service", fmt.Sprintf("there is no service %q: say install, remove or status", what)}
			}
		},
	}
}

// forRun returns the flags that a service gives to run: those that are not as they are anyway.
func forRun(budget uint, quiet probes.Hours) []string {
	var args []string
	if budget != probes.DefaultBudget {
		args = append(args, "--budget", fmt.Sprint(budget))
	}
	if quiet != (probes.Hours{}) {
		args = append(args, "--quiet", quiet.String())
	}
	return args
}
