package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// SceneChild plays the scene that PlayScene started the process for, and ends the process; in any other process it
// returns at once. A program that calls PlayScene calls it first of all.
func SceneChild() {
	text, ok := os.LookupEnv(sceneVariable)
	if !ok {
		return
	}
	if err := playHere([]byte(text)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func playHere(text []byte) error {
	s, err := scene.Parse(text)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), sceneTime)
	defer cancel()
	played, err := scene.Play(ctx, &s)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(played)
}

// PlayScene plays a scene in a process of its own, whose network is its own too.
func PlayScene(ctx context.Context, text []byte) (SceneResult, error) {
	ctx, cancel := context.WithTimeout(ctx, sceneTime+10*time.Second)
	defer cancel()
	child := exec.CommandContext(ctx, "/proc/self/exe")
	child.Env = append(os.Environ(), sceneVariable+"="+string(text))
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		child.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		child.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		child.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	var out, said bytes.Buffer
	child.Stdout, child.Stderr = &out, &said
	if err := child.Start(); err != nil {
		return SceneResult{}, fmt.Errorf("%w: %w", ErrNoNamespaces, err)
	}
	if err := child.Wait(); err != nil {
		return SceneResult{}, fmt.Errorf("play the scene: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	var played SceneResult
	if err := json.Unmarshal(out.Bytes(), &played); err != nil {
		return SceneResult{}, fmt.Errorf("read what was seen: %w", err)
	}
	return played, nil
}
