package bound

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Grace is how long a child may take to stop before it is killed.
const Grace = 10 * time.Second

// Command is a child to start.
type Command struct {
	Path string
	Args []string // without the name of the program
	Dir  string
	// Output receives what the child prints. It is a file, so that the child never blocks on a reader, nor
	// dies of the reader's end.
	Output *os.File
	// Lock, if not nil, stays open in the child, and so locked for as long as the child lives.
	Lock *os.File
}

// Self returns the command that runs this program's own executable.
func Self(args ...string) (Command, error) {
	path, err := os.Executable()
	if err != nil {
		return Command{}, fmt.Errorf("find own executable: %w", err)
	}
	return Command{Path: path, Args: args}, nil
}

// Process is a running child.
type Process struct {
	stdin   io.Closer
	process *os.Process
	done    chan struct{}
	err     error
}

// Start starts the child, which does not end with ctx: it ends with its parent, or by Stop, which asks
// before it kills.
func (c Command) Start(ctx context.Context) (*Process, error) {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), c.Path, c.Args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, c.Output, c.Output
	cmd.SysProcAttr = attributes()
	if c.Lock != nil {
		cmd.ExtraFiles = []*os.File{c.Lock}
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("open standard input of %s: %w", c.Path, err)
	}
	p := &Process{stdin: stdin, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// Linux delivers the death signal when the thread that started the child ends, so it is kept.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		p.process = cmd.Process
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Path, err)
	}
	return p, nil
}

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Stop closes the child's standard input and returns when the child has ended: nil if with exit code 0. A
// child that takes longer than Grace is killed. It may be called again.
func (p *Process) Stop() error {
	_ = p.stdin.Close()
	return p.await(Grace + time.Second) // the child may itself be waiting for what it holds
}

// terminate is Stop for a program that heeds signals and not its standard input.
func (p *Process) terminate() error {
	_ = p.process.Signal(syscall.SIGTERM)
	return p.await(Grace)
}

func (p *Process) await(limit time.Duration) error {
	select {
	case <-p.done:
	case <-time.After(limit):
		_ = p.process.Kill()
		<-p.done
	}
	return p.err
}

// Signal sends a signal to the child itself, not to what it holds.
func (p *Process) Signal(signal os.Signal) error { return p.process.Signal(signal) }
