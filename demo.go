package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/lamplight-net/lamplight/deploy/demo"
	"github.com/lamplight-net/lamplight/probes/lab"
)

// dayUnderWay is how far into the stage day all of the past is in ClickHouse.
const dayUnderWay = 30 * time.Minute

type demoCommand struct {
	lab.Config
	Listen string `name:"site-listen" help:"Address to show the site on; another port when it is taken." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Once   bool   `name:"once" help:"End after the story; fail unless every act was found, linked and shown."`
	Data   string `name:"data" help:"Folder to work in, which must be new or empty. Without it: a temporary one." type:"path" placeholder:"DIR"`
}

// Run runs every server on a fresh folder with the lab's probes, and tells the story.
func (c *demoCommand) Run(ctx context.Context, p *process) (err error) {
	dir, remove, err := demo.Folder(ctx, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	quiet, closeLog, err := logTo(filepath.Join(dir, "lamplight.log"), p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	country, err := lab.New(c.Config, filepath.Join(dir, "lab"), quiet.log)
	if err != nil {
		return err
	}
	m, err := c.machine(ctx, country, dir)
	if err != nil {
		return err
	}
	r, err := m.start(ctx, quiet, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	telling, over := context.WithCancel(ctx)
	defer over()
	story := func(ctx context.Context) error {
		defer over()
		return demo.Run(ctx, c.story(country, r, p, dir))
	}
	stage := func(ctx context.Context) error { return country.Run(ctx, r.gatewayURL) }
	// A past that is half there would look like a country that comes and goes.
	analyze := func(ctx context.Context) error {
		_ = country.SleepUntil(ctx, country.Begin().Add(dayUnderWay)) // fails only when ctx ends, which ends analysis too
		return r.analyze(ctx)
	}
	return together(telling, append(r.parts, stage, story, analyze)...)
}

// logTo returns a process whose log goes to a file: on the terminal it would drown the story.
func logTo(path string, p *process) (quiet *process, closeLog func() error, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open log: %w", err)
	}
	other := *p
	other.log = slog.New(slog.NewTextHandler(file, nil))
	return &other, file.Close, nil
}
