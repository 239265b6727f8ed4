package main

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes"
)

// state adds the flag that every command has which deals with a probe.
func state(f *flag.FlagSet) *string {
	return f.String("state", "", "`folder` that the probe keeps its things in (default: lamplight-probe in your settings folder)")
}

// number is a flag that takes a whole number up to a limit. hint says what to give.
func number(f *flag.FlagSet, into *uint, name string, most uint64, usage, hint string) {
	f.Func(name, usage, func(text string) error {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || n > most {
			return errors.New(hint)
		}
		*into = uint(n)
		return nil
	})
}

// hours is a flag that takes a span of the day.
func hours(f *flag.FlagSet, into *probes.Hours, name, usage string) {
	f.Func(name, usage, func(text string) (err error) {
		*into, err = probes.ParseHours(text)
		return err
	})
}

// texts is a flag that may be given several times, or with commas.
func texts(f *flag.FlagSet, into *[]string, name, usage string) {
	f.Func(name, usage, func(text string) error {
		for part := range strings.SplitSeq(text, ",") {
			*into = append(*into, strings.TrimSpace(part))
		}
		return nil
	})
}

// span reads how long a pause is: 30m, 1h, 2d.
func span(text string) (time.Duration, error) {
	length, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, daysErr := strconv.ParseUint(days, 10, 16) // longer than any pause may be
		length, err = time.Duration(n)*24*time.Hour, daysErr
	}
	if err != nil || length < time.Minute {
		return 0, fmt.Errorf("%q is no length of time of a minute or more: give one such as 30m, 1h or 2d", text)
	}
	return length, nil
}

// one returns the one argument of a command. example is what would do in its place.
func one(command, what, example string, args []string) (string, error) {
	switch {
	case len(args) == 1 && args[0] != "":
		return args[0], nil
	case len(args) > 1:
		return "", &usageError{command, fmt.Sprintf("give one %s, not %d, as in lamplight-probe %s %s: put it in single quotes if it has spaces or other signs in it", what, len(args), command, example)}
	}
	return "", &usageError{command, fmt.Sprintf("the %s is missing: write it as in lamplight-probe %s %s", what, command, example)}
}

// none refuses arguments of a command that takes flags alone.
func none(command string, args []string) error {
	if len(args) > 0 {
		return &usageError{command, fmt.Sprintf("%s takes flags only, not %q", command, args[0])}
	}
	return nil
}
