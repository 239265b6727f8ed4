package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"github.com/lamplight-net/lamplight/probes"
)

func commands() []command {
	return []command{
		joinCommand(), consentCommand(), runCommand(), onceCommand(), statusCommand(), pauseCommand(), resumeCommand(),
		serviceCommand(), inviteCommand(), listCommand(), exportCommand(), leaveCommand(), wipeCommand(), versionCommand(),
	}
}

const haveRead = "`version` of the text that you have read (see consent --read): nobody is asked then, for machines without a keyboard"

func runCommand() command {
	return command{
		name: "run", short: "keep looking, and send results to a gateway",
		long: `Looks at the network by its list until you stop it (Ctrl-C), and sends results to the gateway that you joined. It
does nothing until you have agreed to what it does: lamplight-probe join or consent asks you. Its status page is
for this machine alone; lamplight-probe status --open prints its address.

It ends with status 3, and is not to be started again, when nobody has agreed or nothing was joined.`,
		example: "lamplight-probe run\nlamplight-probe run --budget 5 --network-type mobile\nlamplight-probe run --quiet 23:00-06:30",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			var cfg probes.RunConfig
			folder := state(f)
			waysToGateway(f, &cfg)
			f.StringVar(&cfg.Plan, "plan", "", "`file` with what to look at (default: the signed list of those you joined, or a small built-in one)")
			f.StringVar(&cfg.Country, "country", "", "two-letter `code` of the country you are in (default: the gateway finds out)")
			f.StringVar(&cfg.Region, "region", "", "ISO 3166-2 `code` of your region, if you choose to say (default: not said)")
			number(f, &cfg.ASN, "asn", 1<<32-1, "`number` of your provider's network, with --country (default: the gateway finds out)", "give the number without AS, such as 64500")
			f.StringVar(&cfg.NetworkType, "network-type", "unknown", "`what` you are connected through: fixed, mobile or unknown")
			texts(f, &cfg.Fingerprints, "fingerprints", "`file` of block pages to recognize, in OONI's CSV format, beside those built in; may be given again")
			f.StringVar(&cfg.Decoy, "decoy", "", "innocuous `name` to compare a site's name with that cannot be reached (default: www.example.org)")
			cfg.Budget = probes.DefaultBudget
			number(f, &cfg.Budget, "budget", 1_000_000, fmt.Sprintf("`MB` a day after which no more sites are visited until the next (default: %d; 0: no limit)", probes.DefaultBudget),
				"give a whole number of MB a day, such as 20, or 0 for no limit")
			hours(f, &cfg.Quiet, "quiet", "`hours` of the day in which no site is visited, such as 23:00-06:30 by this machine's clock; signs of life go on, fewer (default: none)")
			f.StringVar(&cfg.Listen, "status-listen", "127.0.0.1:0", "`address` of the status page, on this machine alone (default: any free port of 127.0.0.1)")
			read := f.String("i-have-read", "", haveRead)
			return func(ctx context.Context, e environment, args []string) error {
				if err := none("run", args); err != nil {
					return err
				}
				cfg.State = *folder
				if *read != "" {
					if err := probes.Agree(ctx, cfg.State, *read, e.stdin, e.stdout); err != nil {
						return err
					}
				}
				return whatToDo(probes.Run(ctx, cfg, versionOf(), slog.New(slog.NewTextHandler(e.stderr, nil))))
			}
		},
	}
}

// waysToGateway adds the flags that say how the gateway is reached.
func waysToGateway(f *flag.FlagSet, cfg *probes.RunConfig) {
	f.StringVar(&cfg.Gateway, "gateway", "", "`URL` of the gateway that takes the results (default: what you joined)")
	f.StringVar(&cfg.GatewayKey, "gateway-key", "", "the gateway's public `key`, base64 (default: what you joined; with --gateway alone, the first one it gives)")
	texts(f, &cfg.Mirrors, "mirror", "another `URL` of the same gateway, for when the first is blocked; may be given again")
	f.StringVar(&cfg.Proxy, "proxy", "", "SOCKS5 proxy for everything that goes to the gateway, such as Tor's `socks5://127.0.0.1:9050`; run needs --country too, since nobody can tell through it")
}

func onceCommand() command {
	return command{
		name: "once", args: "URL...", short: "look at these sites now and print what happened; nothing is kept",
		long: `Looks at each site once, by name and through its DNS servers, and says in plain words what it saw. It needs no
agreement and no gateway. Your provider can see these visits. With --control it asks a control to look too, and says
what differed.

The sites of a --list take a line each, in the order in which they were done, and are counted at the end. Of a test list,
those that it is dangerous to be seen visiting in many places are left out, unless you say --risky. Lists without
categories are visited whole, within minutes: read one before you give it.`,
		example: "lamplight-probe once https://www.wikipedia.org/ example.org\nlamplight-probe once --list sites.txt > seen.txt",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			var cfg probes.OnceConfig
			f.StringVar(&cfg.Control, "control", "", "`URL` of a control to compare with; it is told the sites and the addresses that were found")
			f.StringVar(&cfg.List, "list", "", "`file` with a URL a line, or a test list in Citizen Lab's format")
			f.BoolVar(&cfg.Risky, "risky", false, "visit also the sites of a test list that it is dangerous to be seen visiting in many places")
			number(f, &cfg.Parallel, "parallel", probes.MaxParallel, fmt.Sprintf("how `many` sites of a list are looked at at once (default: %d)", probes.DefaultParallel),
				fmt.Sprintf("give a number up to %d", probes.MaxParallel))
			return func(ctx context.Context, e environment, args []string) error {
				cfg.URLs = args
				return probes.Once(ctx, cfg, e.stdout, e.stderr)
			}
		},
	}
}

func versionCommand() command {
	return command{
		name: "version", short: "print the version", long: "Prints the version of this program.", example: "lamplight-probe version",
		prepare: func(*flag.FlagSet) func(context.Context, environment, []string) error {
			return func(_ context.Context, e environment, args []string) error {
				if err := none("version", args); err != nil {
					return err
				}
				_, err := fmt.Fprintln(e.stdout, versionOf())
				return err
			}
		},
	}
}
