package kafka

import (
	"context"
	"crypto/rand"
	_ "embed" // the template
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/lamplight-net/lamplight/deploy/internal/folder"
)

//go:embed server.properties.tmpl
var propertiesTemplate string

type settings struct {
	ClientPort, ControllerPort int
	Data                       string
}

func (s settings) render() (string, error) {
	t, err := template.New("server.properties").Parse(propertiesTemplate)
	if err != nil {
		return "", fmt.Errorf("parse broker configuration: %w", err)
	}
	// In a properties file a backslash escapes, and nothing else in a path has a meaning.
	s.Data = strings.ReplaceAll(s.Data, `\`, `\\`)
	var out strings.Builder
	if err := t.Execute(&out, s); err != nil {
		return "", fmt.Errorf("write broker configuration: %w", err)
	}
	return out.String(), nil
}

// configure writes the configuration, and formats the data folder when it is new.
func (r run) configure(ctx context.Context, ports []int) (properties string, err error) {
	data := filepath.Join(r.dir, "data")
	text, err := settings{ClientPort: ports[0], ControllerPort: ports[1], Data: data}.render()
	if err != nil {
		return "", err
	}
	properties = filepath.Join(r.dir, "server.properties")
	if err := os.WriteFile(properties, []byte(text), 0o600); err != nil {
		return "", fmt.Errorf("write broker configuration: %w", folder.Explain(err, r.dir))
	}
	if _, err := os.Stat(filepath.Join(data, "meta.properties")); err == nil {
		return properties, nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("look for data: %w", err)
	}
	return properties, r.format(ctx, properties)
}

func (r run) format(ctx context.Context, properties string) error {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails
	command := exec.CommandContext(ctx, r.java, heap, "-cp", r.classpath, "kafka.tools.StorageTool",
		"format", "--standalone", "-t", base64.RawURLEncoding.EncodeToString(id), "-c", properties)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("format data folder: %w: %s", folder.Explain(err, r.dir), out)
	}
	return nil
}
