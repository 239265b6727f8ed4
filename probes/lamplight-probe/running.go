package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/probes"
)

// shownChecks is how many of the last checks status prints.
const shownChecks = 8

func statusCommand() command {
	return command{
		name: "status", short: "how the probe is: data used, what waits, the last checks",
		long: `Says whether the probe runs, what it used of today's data, what waits to be delivered, and how the last checks went. It
names no site and no address, so you can show it to somebody who helps you.

--open prints an address that opens the status page in a browser on this machine, for five minutes. Who opens it can
pause the probe. The browser remembers that it was there: in a private window it does not.`,
		example: "lamplight-probe status\nlamplight-probe status --json\nlamplight-probe status --open",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			folder := state(f)
			asJSON := f.Bool("json", false, "write JSON")
			open := f.Bool("open", false, "print an address of the status page")
			return func(ctx context.Context, e environment, args []string) error {
				if err := none("status", args); err != nil {
					return err
				}
				if *asJSON && *open {
					return &usageError{"status", "give --json or --open, not both"}
				}
				if *open {
					address, err := probes.StatusURL(ctx, *folder)
					if err != nil {
						return whatToDo(err)
					}
					_, err = fmt.Fprintln(e.stdout, address)
					return err
				}
				r, err := probes.Status(ctx, *folder, versionOf())
				if err != nil {
					return err
				}
				if *asJSON {
					return r.WriteJSON(e.stdout)
				}
				return r.Write(e.stdout, shownChecks)
			}
		},
	}
}

func pauseCommand() command {
	return command{
		name: "pause", args: "TIME", short: "be silent for a while",
		long: `Keeps the running probe from sending anything, to sites and to gateways, for a time: minutes, hours or days, at most 30
days. It lasts through a restart.`,
		example: "lamplight-probe pause 1h\nlamplight-probe pause 2d",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			folder := state(f)
			return func(ctx context.Context, e environment, args []string) error {
				text, err := one("pause", "time", "1h", args)
				if err != nil {
					return err
				}
				length, err := span(text)
				if err != nil {
					return &usageError{"pause", err.Error()}
				}
				until := time.Now().Add(length)
				err = probes.Pause(ctx, *folder, until)
				if errors.Is(err, probes.ErrNotRunning) {
					return fmt.Errorf("%w, so nothing is sent: a pause is for one that runs", err)
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(e.stdout, "The probe is silent until %s. To go on sooner: lamplight-probe resume\n", until.UTC().Format("2006-01-02 15:04 UTC"))
				return err
			}
		},
	}
}

func resumeCommand() command {
	return command{
		name: "resume", short: "end a pause", long: "Ends a pause of the running probe.", example: "lamplight-probe resume",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			folder := state(f)
			return func(ctx context.Context, e environment, args []string) error {
				if err := none("resume", args); err != nil {
					return err
				}
				if err := probes.Pause(ctx, *folder, time.Time{}); err != nil {
					return whatToDo(err)
				}
				_, err := fmt.Fprintln(e.stdout, "The probe goes on.")
				return err
			}
		},
	}
}

func exportCommand() command {
	return command{
		name: "export", args: "FOLDER", short: "copy all that the probe keeps here into a folder",
		long: `Makes a folder with a copy of everything that the probe keeps on this machine, and a READ-ME.txt that says what each file
is. The key is left out, because a second copy of it would be a danger. Measurements that are sealed stay
sealed: only the gateway can open them.`,
		example: "lamplight-probe export my-probe",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			folder := state(f)
			return func(ctx context.Context, e environment, args []string) error {
				to, err := one("export", "folder", "my-probe", args)
				if err != nil {
					return err
				}
				return probes.Export(ctx, *folder, versionOf(), to, e.stdout)
			}
		},
	}
}

func leaveCommand() command {
	return command{
		name: "leave", short: "stop taking part, and delete what the probe keeps here",
		long: `Stops the probe and deletes its settings, its key and what it has not delivered, after asking once. It tells nobody. With
--deliver it first tries for a minute to hand over what waits. If you run the probe with --proxy or --gateway, give
them here as well: whoever watches your line would see that it speaks with the gateway. Of a probe that does not run,
say --direct if it had no proxy.`,
		example: "lamplight-probe leave\nlamplight-probe leave --deliver --direct\nlamplight-probe leave --deliver --proxy socks5://127.0.0.1:9050",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			var cfg probes.LeaveConfig
			folder := state(f)
			waysToGateway(f, &cfg.RunConfig)
			f.BoolVar(&cfg.Sure, "yes", false, "do not ask")
			f.BoolVar(&cfg.Deliver, "deliver", false, "first try to deliver what waits, for a minute at most")
			f.BoolVar(&cfg.Direct, "direct", false, "with --deliver, of a probe that does not run: it spoke with the gateway without a proxy")
			return func(ctx context.Context, e environment, args []string) error {
				if err := none("leave", args); err != nil {
					return err
				}
				cfg.State = *folder
				return probes.Leave(ctx, cfg, versionOf(), e.stdin, e.stdout)
			}
		},
	}
}

func wipeCommand() command {
	return command{
		name: "wipe", short: "delete it all at once, without questions, the key first",
		long: `Deletes the key, stops the probe if it runs, and deletes everything else that it keeps. It asks nothing, because you may
have little time. Nothing that is not the probe's is touched.

The key is written over first. On an SSD, a memory card or a phone an old copy can stay in the chip all the same,
and backups keep theirs.`,
		example: "lamplight-probe wipe",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			folder := state(f)
			return func(ctx context.Context, e environment, args []string) error {
				if err := none("wipe", args); err != nil {
					return err
				}
				err := probes.Wipe(ctx, *folder, e.stdout)
				if errors.Is(err, probes.ErrNoState) {
					_, err = fmt.Fprintln(e.stdout, "There is nothing of a probe here.")
				}
				return err
			}
		},
	}
}
