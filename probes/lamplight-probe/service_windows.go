package main

import (
	"context"

	"golang.org/x/sys/windows/svc"
)

// asService runs the program, and, where Windows started it as a service, tells Windows how it does.
func asService(ctx context.Context, run func(context.Context) int) int {
	if service, err := svc.IsWindowsService(); err != nil || !service {
		return run(ctx)
	}
	s := &supervised{ctx: ctx, run: run}
	if err := svc.Run("", s); err != nil {
		return exitFailed
	}
	return s.status
}

type supervised struct {
	ctx    context.Context //nolint:containedctx // Windows calls Execute, and passes none
	run    func(context.Context) int
	status int
}

// Execute implements svc.Handler.
func (s *supervised) Execute(_ []string, requests <-chan svc.ChangeRequest, changes chan<- svc.Status) (bool, uint32) {
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	ended := make(chan int, 1)
	go func() { ended <- s.run(ctx) }()
	changes <- svc.Status{State: svc.Running, Accepts: svc.AcceptStop | svc.AcceptShutdown}
	for {
		select {
		case s.status = <-ended:
			changes <- svc.Status{State: svc.StopPending}
			// Windows starts a service again that ends without a word. Nobody to agree is no failure to mend.
			if s.status == exitConsent {
				s.status = 0
			}
			return s.status != 0, uint32(s.status)
		case r := <-requests:
			switch r.Cmd {
			case svc.Interrogate:
				changes <- r.CurrentStatus
			case svc.Stop, svc.Shutdown:
				changes <- svc.Status{State: svc.StopPending}
				stop()
			default: // what it did not say that it accepts
			}
		}
	}
}
