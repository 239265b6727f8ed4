package bound_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/deploy/internal/bound"
)

// parentRole makes this test's executable a parent that holds `sleep`, says its process ids, and waits to
// be killed.
const parentRole = "bound-test-parent"

func TestMain(m *testing.M) {
	bound.Child()
	if len(os.Args) == 3 && os.Args[1] == parentRole {
		output, err := os.Create(os.Args[2])
		if err != nil {
			panic(err)
		}
		if _, err := start(output, "echo $$ $PPID; exec sleep 1000"); err != nil {
			panic(err)
		}
		select {}
	}
	os.Exit(m.Run())
}

// start holds a shell script.
func start(output *os.File, script string) (*bound.Process, error) {
	command, err := bound.Hold("/bin/sh", "-c", script)
	if err != nil {
		return nil, err
	}
	command.Output = output
	return command.Start(context.Background())
}

// TestKilledParent shows that neither the holder nor what it holds outlives a parent that had no chance to
// clean up.
func TestKilledParent(t *testing.T) {
	printed := filepath.Join(t.TempDir(), "printed")
	parent := exec.CommandContext(t.Context(), os.Args[0], parentRole, printed)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	children := pids(t, printed)
	for _, pid := range children {
		if !alive(pid) {
			t.Fatalf("process %d is not there before the parent's death", pid)
		}
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	for _, pid := range children {
		eventually(t, fmt.Sprintf("process %d ends after its parent", pid), func() bool { return !alive(pid) })
	}
}

// TestStopTerminates shows that what is held is asked, and not killed.
func TestStopTerminates(t *testing.T) {
	output, err := os.Create(filepath.Join(t.TempDir(), "printed"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = output.Close() }()
	process, err := start(output, "trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.01; done")
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the program is ready", func() bool { return strings.Contains(read(t, output.Name()), "ready") })
	if err := process.Stop(); err != nil {
		t.Error(err)
	}
	if got := read(t, output.Name()); got != "ready\nasked\n" {
		t.Errorf("the program printed %q", got)
	}
}

// TestSignalsLeaveHolder shows that an interrupt meant for the parent does not reach what it holds.
func TestSignalsLeaveHolder(t *testing.T) {
	output, err := os.Create(filepath.Join(t.TempDir(), "printed"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = output.Close() }()
	process, err := start(output, "echo $$ $PPID; exec sleep 1000")
	if err != nil {
		t.Fatal(err)
	}
	holder := pids(t, output.Name())[1]
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if err := syscall.Kill(holder, signal); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-process.Done():
		t.Error("a signal ended the holder")
	case <-time.After(100 * time.Millisecond): // a signal takes microseconds
	}
	if err := process.Stop(); err != nil {
		t.Error(err)
	}
}

func TestEndedByItself(t *testing.T) {
	output, err := os.Create(filepath.Join(t.TempDir(), "printed"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = output.Close() }()
	process, err := start(output, "exit 7")
	if err != nil {
		t.Fatal(err)
	}
	<-process.Done()
	if process.Stop() == nil {
		t.Error("a program that ended unasked counts as a success")
	}
	if got := read(t, output.Name()); !strings.Contains(got, "ended by itself\nexit status 7") {
		t.Errorf("the holder printed %q", got)
	}
}

// TestLockIsInherited shows that a folder stays locked while what works in it lives, though the process
// that locked it let go.
func TestLockIsInherited(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	lock := open(t, path)
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	command, err := bound.Hold(sleep, "1000")
	if err != nil {
		t.Fatal(err)
	}
	command.Lock = lock
	process, err := command.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = lock.Close()
	again := open(t, path)
	defer func() { _ = again.Close() }()
	if err := syscall.Flock(int(again.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		t.Error("the lock was free while the child lived")
	}
	if err := process.Stop(); err != nil {
		t.Error(err)
	}
	if err := syscall.Flock(int(again.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		t.Errorf("the lock was not free after the child's end: %v", err)
	}
}
