package bound

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// holder is the first argument of a process that holds another: PROGRAM ARGUMENTS follow.
const holder = "lamplight-hold-process"

// Hold returns the command that runs program until standard input closes, then asks it to terminate.
func Hold(program string, arguments ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find own executable: %w", err)
	}
	return exec.Command(self, append([]string{holder, program}, arguments...)...), nil
}

// Child does what Hold's command asks, and exits, in a process started by it; in any other it returns at
// once. It must be called first thing in main.
func Child() {
	if len(os.Args) < 3 || os.Args[1] != holder {
		return
	}
	DetachSignals()
	if err := hold(exec.Command(os.Args[2], os.Args[3:]...), os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// DetachSignals leaves the end of standard input as the only thing that stops this process: a signal that a
// terminal or a service manager sends to the whole group must not take a child away before its parent has
// handed over what it holds. A client that goes away in the middle of an answer is no reason to die either.
func DetachSignals() {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
}

func hold(program *exec.Cmd, input io.Reader) error {
	program.Stdout, program.Stderr = os.Stdout, os.Stderr
	held, err := Start(program, inherited()...)
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
		return errors.Join(fmt.Errorf("%s ended by itself", program.Path), held.Err())
	case <-closed:
	}
	_ = program.Process.Signal(syscall.SIGTERM)
	select {
	case <-held.Done():
	case <-time.After(Grace):
		_ = program.Process.Kill()
		<-held.Done()
	}
	return nil
}

// inherited returns the lock that this process was started with, if any, to pass on.
func inherited() []*os.File {
	const first = 3 // after standard input, output and error
	var info syscall.Stat_t
	if err := syscall.Fstat(first, &info); err != nil || info.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil
	}
	return []*os.File{os.NewFile(first, "lock")}
}
