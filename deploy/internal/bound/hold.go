package bound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// holder is the first argument of a process that holds another: PROGRAM ARGUMENTS follow.
const holder = "lamplight-hold-process"

// Hold returns the command that runs program until standard input closes, and then asks it to terminate.
func Hold(program string, args ...string) (Command, error) {
	return Self(append([]string{holder, program}, args...)...)
}

// Child does what Hold's command asks, and exits, in a process started by it; in any other it returns at
// once. It must be called first thing in main.
func Child() {
	if len(os.Args) < 3 || os.Args[1] != holder {
		return
	}
	HeedInputOnly()
	held := Command{Path: os.Args[2], Args: os.Args[3:], Output: os.Stderr, Lock: inherited()}
	if err := hold(context.Background(), held, os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// HeedInputOnly leaves the end of standard input as the only thing that stops this process: a signal that a
// terminal or a service manager sends to the whole group must not take a child away before its parent has
// handed over what it holds. The signals are caught and not ignored, because a program inherits what is
// ignored.
func HeedInputOnly() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
}

// hold runs a program until input closes. What the program's exit code is after that is of no interest:
// being terminated is no success to some.
func hold(ctx context.Context, program Command, input io.Reader) error {
	held, err := program.Start(ctx)
	if err != nil {
		return err
	}
	closed := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, input)
		close(closed)
	}()
	select {
	case <-held.Done():
		return errors.Join(fmt.Errorf("%s ended by itself", program.Path), held.err)
	case <-closed:
		_ = held.terminate()
		return nil
	}
}

// inherited returns the lock that this process was started with, if any, to pass on.
func inherited() *os.File {
	const first = 3 // after standard input, output and error
	var info syscall.Stat_t
	if err := syscall.Fstat(first, &info); err != nil || info.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil
	}
	return os.NewFile(first, "lock")
}
