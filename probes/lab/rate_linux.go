package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/lab/internal/scene"
)

// rateVariable holds a Rate for the process that measures it.
const rateVariable = "LAMPLIGHT_RATE"

// rateTime bounds a run.
const rateTime = 10 * time.Minute

// MeasureRate runs a program in a process of its own, with a network of its own.
func MeasureRate(ctx context.Context, r Rate) (RateResult, error) {
	if r.Sites < 1 || r.Sites > scene.MaxCrowd {
		return RateResult{}, fmt.Errorf("%d sites: give 1 to %d", r.Sites, scene.MaxCrowd)
	}
	text, err := json.Marshal(r)
	if err != nil {
		return RateResult{}, err
	}
	var result RateResult
	err = apart(ctx, rateVariable, text, nil, &result)
	return result, err
}

func rateHere(text []byte) (any, error) {
	var r Rate
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), rateTime)
	defer cancel()
	folder, err := os.MkdirTemp("", "lamplight-rate-")
	if err != nil {
		return nil, err
	}
	result, err := r.run(ctx, folder)
	return result, errors.Join(err, os.RemoveAll(folder))
}

func (r Rate) run(ctx context.Context, folder string) (result RateResult, err error) {
	crowd := scene.Crowd(r.Sites, r.RTT)
	field, err := scene.Open(ctx, crowd)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, field.Close()) }()
	believe, list := filepath.Join(folder, "authority.pem"), filepath.Join(folder, "sites.txt")
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: field.Authority().Raw})
	if err := errors.Join(
		os.WriteFile(believe, authority, 0o600),
		os.WriteFile(list, []byte(strings.Join(crowd.URLs(), "\n")), 0o600),
		resolveBy(filepath.Join(folder, "resolv.conf")),
	); err != nil {
		return result, err
	}
	probe := exec.CommandContext(ctx, r.Program, "once", "--list", list)
	if r.Parallel > 0 {
		probe.Args = append(probe.Args, "--parallel", strconv.Itoa(r.Parallel))
	}
	probe.Env = append(os.Environ(), "SSL_CERT_FILE="+believe, "SSL_CERT_DIR="+folder)
	var out, said bytes.Buffer
	probe.Stdout, probe.Stderr = &out, &said
	start := time.Now()
	if err := probe.Start(); err != nil {
		return result, err
	}
	peak := make(chan int64, 1)
	ended, end := context.WithCancel(ctx)
	go func() { peak <- watchPeak(ended, probe.Process.Pid) }()
	err = probe.Wait()
	result.Took = time.Since(start)
	end()
	result.Peak = <-peak
	if err != nil {
		return result, fmt.Errorf("%s: %w: %s", r.Program, err, said.Bytes())
	}
	result.Processor = probe.ProcessState.UserTime() + probe.ProcessState.SystemTime()
	_, result.Count, _ = strings.Cut(out.String(), "\n\n")
	return result, nil
}

// resolveBy makes the process's own view of the file system name the provider's resolver.
func resolveBy(file string) error {
	if err := os.WriteFile(file, []byte("nameserver "+scene.Resolver().Addr().String()+"\n"), 0o600); err != nil {
		return err
	}
	// What is mounted here is to be seen nowhere else.
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := syscall.Mount(file, "/etc/resolv.conf", "", syscall.MS_BIND, ""); err != nil {
		return fmt.Errorf("put a resolver into /etc/resolv.conf: %w", err)
	}
	return nil
}

// watchPeak returns the most memory that a process was seen to have had resident. The kernel keeps the mark, so that
// only what comes after the last look is missed. (What wait(2) tells would be of this process too, before it became
// the other.)
func watchPeak(ctx context.Context, pid int) int64 {
	var most int64
	for ctx.Err() == nil {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if _, after, ok := bytes.Cut(status, []byte("VmHWM:")); err == nil && ok {
			kilobytes, _ := strconv.ParseInt(strings.Fields(string(after))[0], 10, 64)
			most = max(most, kilobytes<<10)
		}
		_ = (clock.System{}).Sleep(ctx, 20*time.Millisecond) // only ctx ends it early, and the loop looks at that
	}
	return most
}
