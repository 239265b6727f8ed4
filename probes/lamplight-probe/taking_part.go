package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/lamplight-net/lamplight/probes"
)

func joinCommand() command {
	return command{
		name: "join", args: "LINK", short: "take part, with the link that you were sent",
		long: `Reads the invitation in a link, says what it sets up, asks whether you understand what the probe does, and does
nothing without your yes. It asks no server: what the link says stands behind its #, which no server sees. Put
the link in quotes. With - in its place the link is read from the first line of the input, and stays out of the
list of commands that your machine remembers.`,
		example: "lamplight-probe join 'https://lamplight.example.org/join#1.AQ...'\nlamplight-probe join -",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			folder := state(f)
			read := f.String("i-have-read", "", haveRead)
			replace := f.Bool("replace", false, "follow this link in place of the one that was joined before")
			return func(ctx context.Context, e environment, args []string) error {
				link, err := one("join", "link", "'https://lamplight.example.org/join#1.AQ...'", args)
				if err != nil {
					return err
				}
				if link == "-" {
					if link, err = firstLine(e.stdin); err != nil {
						return err
					}
				}
				return probes.Join(ctx, *folder, link, *read, *replace, e.stdin, e.stdout)
			}
		},
	}
}

const maxLine = 64 << 10

// firstLine takes no more from the input than a line: the answers to questions follow it.
func firstLine(in *bufio.Reader) (string, error) {
	var line []byte
	for len(line) < maxLine {
		c, err := in.ReadByte()
		switch {
		case errors.Is(err, io.EOF), err == nil && c == '\n':
			return strings.TrimSpace(string(line)), nil
		case err != nil:
			return "", fmt.Errorf("read link: %w", err)
		}
		line = append(line, c)
	}
	return "", fmt.Errorf("read link: the first line has more than %d bytes", maxLine)
}

func consentCommand() command {
	return command{
		name: "consent", short: "read what the probe does, and agree or not",
		long: `Shows what the probe does and what it can cost, asks two questions about it, and remembers your yes with its version
and the day. When the text changes, or the list has a campaign, the probe measures nothing until you have
agreed again.`,
		example: "lamplight-probe consent\nlamplight-probe consent --read\nlamplight-probe consent --i-have-read VERSION",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			folder := state(f)
			only := f.Bool("read", false, "only show the text and its version, and ask nothing")
			read := f.String("i-have-read", "", haveRead)
			return func(ctx context.Context, e environment, args []string) error {
				if err := none("consent", args); err != nil {
					return err
				}
				if *only {
					return probes.Read(*folder, e.stdout)
				}
				return probes.Agree(ctx, *folder, *read, e.stdin, e.stdout)
			}
		},
	}
}

func inviteCommand() command {
	return command{
		name: "invite", short: "make a link for others, and its QR code",
		long: `Without --gateway it passes on the invitation that you joined yourself, as a link and as a QR code that a phone
reads off the screen: no network is needed. Who operates a gateway makes a first invitation with the flags.

Whoever has the link learns which gateway you use. Send it only to people who should.`,
		example: "lamplight-probe invite\nlamplight-probe invite --gateway https://gateway.example.org --gateway-key KEY \\\n    --list-key RWa...,RWb...,RWc... --list-needed 2 --list ke",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			var cfg probes.InviteConfig
			folder := state(f)
			f.StringVar(&cfg.Page, "page", probes.DefaultPage, "`address` (https) before the #, where people who have no probe yet learn what this is (default: "+probes.DefaultPage+")")
			texts(f, &cfg.Gateways, "gateway", "`URL` of a gateway; several with commas, the one to try first in front")
			f.StringVar(&cfg.GatewayKey, "gateway-key", "", "the gateways' public `key`, base64")
			texts(f, &cfg.ListKeys, "list-key", "minisign public `key` of somebody who may sign lists; several with commas")
			needed := uint(2)
			number(f, &needed, "list-needed", 8, "`number` of them that must sign a list (default: 2)", "give a number from 1 to 8")
			f.StringVar(&cfg.List, "list", "", "`name` of the list to follow (default: the first that comes)")
			f.BoolVar(&cfg.QR, "qr", true, "draw the QR code too (--qr=false: only the link)")
			return func(_ context.Context, e environment, args []string) error {
				if err := none("invite", args); err != nil {
					return err
				}
				cfg.ListNeeded = int(needed)
				return probes.Invite(*folder, cfg, e.stdout)
			}
		},
	}
}

func listCommand() command {
	return command{
		name: "list", args: "FILE", short: "follow a signed list of sites that came as a file",
		long: `Takes the list in a file if enough of the people whom your invitation names have signed it, and if it is newer than
the one that is followed. It may come by any way: by mail, or on a memory card while the network is down. A probe
that runs asks its gateway for newer ones by itself.`,
		example: "lamplight-probe list ke-12.json",
		prepare: func(f *flag.FlagSet) func(context.Context, environment, []string) error {
			folder := state(f)
			return func(ctx context.Context, e environment, args []string) error {
				name, err := one("list", "file", "ke-12.json", args)
				if err != nil {
					return err
				}
				return probes.TakeList(ctx, *folder, name, e.stdout)
			}
		},
	}
}

// whatToDo adds to an error that means that nobody has agreed what can be done about it.
func whatToDo(err error) error {
	switch {
	case errors.Is(err, probes.ErrNoConsent):
		return fmt.Errorf("%w. Read it and decide: lamplight-probe consent. On a machine without a keyboard: lamplight-probe consent --read, then run with --i-have-read and the version that it names", err)
	case errors.Is(err, probes.ErrNotRunning):
		return fmt.Errorf("%w. Start it: lamplight-probe run", err)
	}
	return err
}
