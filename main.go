// Command lamplight runs Lamplight's servers: each of them alone for a cluster, or all on one machine.
//
// This package is wiring. It reads settings, opens what a command names, and starts what the rooms'
// switchboards offer; whatever decides something is in a room.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/lamplight-net/lamplight/deploy/embedded"
	"github.com/lamplight-net/lamplight/probes"
)

// cli is every command, in the order in which a newcomer meets them.
type cli struct {
	Demo demoCommand `cmd:"" help:"Watch a pretend country go dark: everything, and probes that really measure, on this machine."`
	Up   upCommand   `cmd:"" help:"Run everything on this machine, for good."`

	Gateway gatewayCommand `cmd:"" help:"Accept signed batches from probes and write them to Kafka."`
	Loader  loaderCommand  `cmd:"" help:"Load what is in Kafka into ClickHouse."`
	Analyze analyzeCommand `cmd:"" help:"Conclude incidents from what is in ClickHouse, once or for good."`
	Control controlCommand `cmd:"" help:"Look from outside at what probes ask about, and at a plan by itself, so that one may compare."`
	Site    siteCommand    `cmd:"" help:"Show the incidents to the public."`

	Migrate  migrateCommand  `cmd:"" help:"Create or update the tables."`
	Import   importCommand   `cmd:"" help:"Put somebody else's recording through Kafka: IODA series, RIPE Atlas connections, reported shutdowns, OONI results."`
	Verdict  verdictCommand  `cmd:"" help:"Say of results in files, or of looks that are stored, whether a site was blocked, how and why."`
	Evaluate evaluateCommand `cmd:"" help:"Measure detection on a folder of labeled recordings, beside IODA's published rules."`

	List    listCommand    `cmd:"" help:"Make and sign off what probes are asked to look at."`
	Geo     geoCommand     `cmd:"" help:"Make the files that locate addresses."`
	Version versionCommand `cmd:"" help:"Print the version."`

	Log         logSettings      `embed:""`
	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

func main() {
	embedded.Child() // does not return in the process that is the engine
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends the process at once
	os.Exit(run(ctx, os.Args[1:]))
}

// run returns the exit code: 0 done, 1 failed, 2 called wrongly.
func run(ctx context.Context, args []string) int {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("lamplight"),
		kong.Description("Lamplight measures internet shutdowns and shows the evidence. Start with: lamplight demo"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ValueFormatter(describe),
		kong.Vars{"version": "lamplight " + versionOf()},
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "lamplight:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "lamplight: %s\nSee: %s --help\n", probes.Advise(err), tried(err))
		return 2
	}
	if err := command.Run(newProcess(c.Log)); err != nil {
		fmt.Fprintln(os.Stderr, "lamplight:", probes.Advise(err))
		return 1
	}
	return 0
}
