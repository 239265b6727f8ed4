package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"golang.org/x/sys/unix"
)

// asProgram makes the program of the tests be the volunteers' program.
const asProgram = "LAMPLIGHT_TEST_AS_PROGRAM"

// The program, as it is started, leaves no core dump.
func TestStartsWithoutDumps(t *testing.T) {
	if os.Getenv(asProgram) != "" {
		allowDumps()
		os.Args = []string{"lamplight-probe", "leave"}
		main()
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStartsWithoutDumps$")
	command.Env = append(os.Environ(), asProgram+"=1", "LAMPLIGHT_PROBE_STATE="+t.TempDir())
	typing, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = typing.Close(); _ = command.Wait() }()
	if _, err := said.Read(make([]byte, 1)); err != nil { // its question: it has started, and waits
		t.Fatal(err)
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`Max core file size\s+0\s+0\s`).Match(limits) {
		t.Errorf("it leaves core dumps:\n%s", limits)
	}
}

// allowDumps has a core dump written where the machine would write none anyway.
func allowDumps() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = limit.Max
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
}

// No other program of the user may read the memory, and no dump goes to a program that collects them.
func TestRefuseDumps(t *testing.T) {
	refuseDumps()
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("dumpable is %d, %v", dumpable, err)
	}
}
