package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/lamplight-net/lamplight/probes"
)

const usageText = `lamplight-probe looks at the network from where you are, and says what it saw.

Commands:
  lamplight-probe run --gateway URL   keep looking and send results to a gateway (see run --help)
  lamplight-probe once [--control URL] URL...
                                      look at these sites now and print what happened; sends nothing on, but
                                      with a control asks it to look too, and prints what differed
  lamplight-probe version             print the version

Start with:  lamplight-probe once https://www.wikipedia.org/
`

func usage(w io.Writer) error {
	_, err := io.WriteString(w, usageText)
	return err
}

// parseRun reads the settings of "run" from flags, then from LAMPLIGHT_PROBE_... in the environment.
func parseRun(args []string, getenv func(string) string, stdout io.Writer) (cfg probes.RunConfig, read bool, err error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(stdout)
	flags.StringVar(&cfg.Gateway, "gateway", "", "`URL` of the gateway that takes the results (required)")
	flags.StringVar(&cfg.GatewayKey, "gateway-key", "", "the gateway's public `key`, base64 (default: remember the first one it gives)")
	flags.StringVar(&cfg.State, "state", "", "`folder` for the probe's key and for results not sent yet (default: lamplight-probe in your settings folder)")
	flags.StringVar(&cfg.Plan, "plan", "", "`file` with what to look at (default: a small built-in list)")
	flags.StringVar(&cfg.Country, "country", "", "two-letter `code` of the country you are in (default: the gateway finds out)")
	flags.StringVar(&cfg.Region, "region", "", "ISO 3166-2 `code` of your region, if you choose to say (default: not said)")
	flags.UintVar(&cfg.ASN, "asn", 0, "`number` of your provider's network, with --country (default: the gateway finds out)")
	flags.StringVar(&cfg.NetworkType, "network-type", "unknown", "fixed, mobile or unknown: `what` you are connected through")
	flags.Func("fingerprints", "`file` of block pages to recognize, in OONI's CSV format, beside those built in; may be given again", func(list string) error {
		cfg.Fingerprints = append(cfg.Fingerprints, filepath.SplitList(list)...)
		return nil
	})
	flags.StringVar(&cfg.Decoy, "decoy", "", "innocuous `name` to compare a site's name with that cannot be reached (default: www.example.org)")
	flags.BoolVar(&read, "i-have-read", false, "you have read what the probe does and what it can cost: without this, run only prints it")
	flags.Usage = func() {
		fmt.Fprint(stdout, "lamplight-probe run --gateway URL --i-have-read [flags]\n\nLooks at the network by its plan until you stop it (Ctrl-C), and sends results to the gateway.\nEvery flag can be set in the environment: --gateway as LAMPLIGHT_PROBE_GATEWAY, and so on.\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return cfg, false, err
	}
	if flags.NArg() > 0 {
		return cfg, false, fmt.Errorf("run takes flags only, not %q", flags.Arg(0))
	}
	err = fromEnvironment(flags, getenv)
	return cfg, read, err
}

func fromEnvironment(flags *flag.FlagSet, getenv func(string) string) error {
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var failed error
	flags.VisitAll(func(f *flag.Flag) {
		name := "LAMPLIGHT_PROBE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := getenv(name)
		if value == "" || given[f.Name] || failed != nil {
			return
		}
		if err := f.Value.Set(value); err != nil {
			failed = fmt.Errorf("%s is %q, which --%s does not take: %w", name, value, f.Name, err)
		}
	})
	return failed
}
