//go:build !linux

package lab

import (
	"context"
	"errors"

	"github.com/lamplight-net/lamplight/probes/lab/internal/scene"
)

// Scene is one look at one site of a small internet that somebody censors.
type Scene = scene.Scene

// SceneResult is what was seen of a scene.
type SceneResult = scene.Played

// ErrNoNamespaces says that this machine does not let the caller make network namespaces.
var ErrNoNamespaces = errors.New("scenes take the network namespaces of Linux")

// ParseScene reads a scene.
func ParseScene(text []byte) (Scene, error) { return scene.Parse(text) }

// SceneChild does nothing: no scene is played here.
func SceneChild() {}

// PlayScene fails with ErrNoNamespaces.
func PlayScene(context.Context, []byte) (SceneResult, error) { return SceneResult{}, ErrNoNamespaces }

// MeasureRate fails with ErrNoNamespaces.
func MeasureRate(context.Context, Rate) (RateResult, error) { return RateResult{}, ErrNoNamespaces }

// RunRound fails with ErrNoNamespaces.
func RunRound(context.Context, Round, <-chan struct{}) (RoundResult, error) {
	return RoundResult{}, ErrNoNamespaces
}
