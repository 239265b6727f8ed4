package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
)

// Ctrl-C at a question ends the command, and nothing is agreed to or deleted.
func TestStoppedAtAQuestion(t *testing.T) {
	folder := t.TempDir()
	for _, args := range [][]string{{"consent"}, {"join", "-"}, {"leave"}} {
		t.Run(args[0], func(t *testing.T) {
			nobody, typing := io.Pipe() // nobody types
			defer typing.Close()
			ctx, ctrlC := context.WithCancel(t.Context())
			asked := &question{ctrlC}
			var failed strings.Builder
			if args[0] == "join" { // which asks for its link without a word
				ctrlC()
			}
			status := run(ctx, args, environment{
				getenv: func(name string) string { return map[string]string{"LAMPLIGHT_PROBE_STATE": folder}[name] },
				stdin:  bufio.NewReader(answers{ctx.Done(), nobody}), stdout: asked, stderr: &failed,
			})
			if status != exitFailed || failed.Len() == 0 {
				t.Errorf("status %d, %s", status, failed.String())
			}
		})
	}
}

// question presses Ctrl-C once something was asked.
type question struct{ ctrlC func() }

func (q *question) Write(p []byte) (int, error) {
	if text := string(p); strings.Contains(text, "Your answer") || strings.Contains(text, "Type leave") {
		q.ctrlC()
	}
	return len(p), nil
}

// What is typed arrives as it is.
func TestAnswers(t *testing.T) {
	got, err := io.ReadAll(answers{t.Context().Done(), strings.NewReader("3\n2\nyes\n")})
	if err != nil || string(got) != "3\n2\nyes\n" {
		t.Errorf("%q, %v", got, err)
	}
}
