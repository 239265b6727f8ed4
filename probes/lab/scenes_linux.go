package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/lamplight-net/lamplight/probes/lab/internal/scene"
)

// Scene is one look at one site of a small internet that somebody censors; see package scene.
type Scene = scene.Scene

// ParseScene reads a scene.
func ParseScene(text []byte) (Scene, error) { return scene.Parse(text) }

// SceneResult is what was seen of a scene.
type SceneResult = scene.Played

// ErrNoNamespaces says that this machine does not let the caller make network namespaces.
var ErrNoNamespaces = errors.New("no network namespace can be made here: scenes take root, or user namespaces, and the ip command")

// sceneVariable holds a scene's text for the process that plays it.
const sceneVariable = "LAMPLIGHT_SCENE"

// sceneTime bounds one scene, two looks of which each may wait for every timeout.
const sceneTime = 90 * time.Second

// SceneChild does what this package started the process for, and ends it; in any other process it returns at once. A
// program that plays scenes calls it first of all.
func SceneChild() {
	for variable, do := range map[string]func(text []byte) (any, error){sceneVariable: playHere, rateVariable: rateHere, roundVariable: roundHere} {
		text, ok := os.LookupEnv(variable)
		if !ok {
			continue
		}
		out, err := do([]byte(text))
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(out)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

func playHere(text []byte) (any, error) {
	s, err := scene.Parse(text)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), sceneTime)
	defer cancel()
	return scene.Play(ctx, &s)
}

// PlayScene plays a scene in a process of its own, whose network is its own too.
func PlayScene(ctx context.Context, text []byte) (SceneResult, error) {
	ctx, cancel := context.WithTimeout(ctx, sceneTime+10*time.Second)
	defer cancel()
	var played SceneResult
	err := apart(ctx, sceneVariable, text, nil, &played)
	return played, err
}

// apart runs this program again, with a text in a variable of its environment and a network and mounts of its own, and
// decodes what it writes. Its standard input is in.
func apart(ctx context.Context, variable string, text []byte, in io.Reader, into any) error {
	if _, err := exec.LookPath("ip"); err != nil {
		return fmt.Errorf("%w: %w", ErrNoNamespaces, err)
	}
	child := exec.CommandContext(ctx, "/proc/self/exe")
	child.Env = append(os.Environ(), variable+"="+string(text))
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		child.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		child.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		child.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	var out, said bytes.Buffer
	child.Stdin, child.Stdout, child.Stderr = in, &out, &said
	if err := child.Start(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoNamespaces, err)
	}
	if err := child.Wait(); err != nil {
		return fmt.Errorf("in a network of its own: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		return fmt.Errorf("read what was seen: %w", err)
	}
	return nil
}
