package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// command is one thing that the program does.
type command struct {
	name    string
	args    string // what follows the name, for people
	short   string // what it does, in the list of commands
	long    string
	example string
	// prepare adds the flags, and returns what to do once they are read.
	prepare func(f *flag.FlagSet) func(ctx context.Context, e environment, args []string) error
}

// usageError is a command line that makes no sense.
type usageError struct {
	command string
	reason  string
}

func (e *usageError) Error() string {
	return fmt.Sprintf("%s (see lamplight-probe %s)", e.reason, strings.TrimSpace(e.command+" --help"))
}

func dispatch(ctx context.Context, args []string, e environment) error {
	if len(args) == 0 {
		return overview(e.stdout)
	}
	name, rest := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		if len(rest) == 0 {
			return overview(e.stdout)
		}
		name, rest = rest[0], []string{"--help"}
	case "-version", "--version", "-v":
		name = "version"
	}
	for _, c := range commands() {
		if c.name == name {
			return c.run(ctx, rest, e)
		}
	}
	return &usageError{reason: fmt.Sprintf("there is no command %q", name)}
}

func (c command) run(ctx context.Context, args []string, e environment) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	do := c.prepare(flags)
	var positional []string
	for {
		err := flags.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			return c.help(e.stdout, flags)
		}
		if err != nil {
			return &usageError{c.name, twoDashes(err.Error())}
		}
		if flags.NArg() == 0 {
			break
		}
		positional, args = append(positional, flags.Arg(0)), flags.Args()[1:]
	}
	if err := fromEnvironment(flags, e.getenv); err != nil {
		return &usageError{c.name, err.Error()}
	}
	return do(ctx, e, positional)
}

// twoDashes writes flags as the help does.
func twoDashes(text string) string {
	for _, before := range []string{"flag ", "not defined: ", "argument: "} {
		text = strings.Replace(text, before+"-", before+"--", 1)
	}
	return text
}

// fromEnvironment takes a flag that was not given from the environment: --gateway from LAMPLIGHT_PROBE_GATEWAY.
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

func (c command) help(w io.Writer, flags *flag.FlagSet) error {
	var out strings.Builder
	fmt.Fprintf(&out, "lamplight-probe %s\n\n%s\n\nExample:\n  %s\n", strings.TrimSpace(c.name+" "+c.args), c.long, strings.ReplaceAll(c.example, "\n", "\n  "))
	var rows [][2]string
	flags.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		rows = append(rows, [2]string{"--" + strings.TrimSpace(f.Name+" "+value), text})
	})
	if len(rows) > 0 {
		out.WriteString("\nFlags (each can be set in the environment: --state as LAMPLIGHT_PROBE_STATE, and so on):\n")
	}
	table(&out, rows)
	_, err := io.WriteString(w, out.String())
	return err
}

// table writes two columns, the first as wide as it must be.
func table(out *strings.Builder, rows [][2]string) {
	wide := 0
	for _, row := range rows {
		wide = max(wide, len(row[0]))
	}
	for _, row := range rows {
		fmt.Fprintf(out, "  %-*s  %s\n", wide, row[0], row[1])
	}
}

func overview(w io.Writer) error {
	var out strings.Builder
	out.WriteString("lamplight-probe looks at the network from where you are, and says what it saw.\n\nCommands:\n")
	var rows [][2]string
	for _, c := range commands() {
		rows = append(rows, [2]string{strings.TrimSpace(c.name + " " + c.args), c.short})
	}
	table(&out, rows)
	out.WriteString("\nTo have a look, with nothing kept and nothing sent on:  lamplight-probe once https://www.wikipedia.org/\nMore on a command:  lamplight-probe COMMAND --help\n")
	_, err := io.WriteString(w, out.String())
	return err
}
