package bound

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// Grace is how long a child may take to stop before it is killed.
const Grace = 10 * time.Second

// Process is a running child.
type Process struct {
	stdin io.Closer
	kill  func() error
	done  chan struct{}
	err   error
}

// Start starts cmd, whose standard input must not be set. A lock in files is kept by the child for as long
// as it lives.
func Start(cmd *exec.Cmd, files ...*os.File) (*Process, error) {
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("open standard input of %s: %w", cmd.Path, err)
	}
	cmd.ExtraFiles = files
	cmd.SysProcAttr = attributes()
	p := &Process{stdin: stdin, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// Linux delivers the death signal when the thread that started the child ends, so it is kept.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.kill = cmd.Process.Kill
		started <- nil
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns, once Done is closed, how the child ended: nil for exit code 0.
func (p *Process) Err() error { return p.err }

// Stop closes the child's standard input and waits until it has ended; a child that takes longer than Grace
// is killed. It may be called more than once.
func (p *Process) Stop() error {
	_ = p.stdin.Close()
	select {
	case <-p.done:
	case <-time.After(Grace + time.Second): // the child may itself be waiting for what it holds
		_ = p.kill()
		<-p.done
	}
	return p.err
}
