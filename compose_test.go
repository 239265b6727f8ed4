package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// composeFile is what of deploy/compose/compose.yaml can be judged without Docker.
type composeFile struct {
	Services map[string]composeService `yaml:"services"`
	Volumes  map[string]any            `yaml:"volumes"`
}

type composeService struct {
	Image       string            `yaml:"image"`
	Build       map[string]string `yaml:"build"`
	Command     []string          `yaml:"command"`
	Environment map[string]string `yaml:"environment"`
	Ports       []string          `yaml:"ports"`
	Volumes     []string          `yaml:"volumes"`
	Healthcheck map[string]any    `yaml:"healthcheck"`
	DependsOn   map[string]struct {
		Condition string `yaml:"condition"`
	} `yaml:"depends_on"`
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	text, err := os.ReadFile("deploy/compose/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file composeFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Services) < 7 {
		t.Fatalf("the file has only the services %q", slices.Sorted(maps.Keys(file.Services)))
	}
	return file
}

// TestComposeCommands gives each of our services' command and variables to the program's own parser.
func TestComposeCommands(t *testing.T) {
	for name, service := range readCompose(t).Services {
		if service.Build == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			var c cli
			parser, err := kong.New(&c, kong.Exit(func(int) {}))
			if err != nil {
				t.Fatal(err)
			}
			known := map[string]bool{}
			collectVariables(parser.Model.Node, known)
			for variable, value := range service.Environment {
				if !known[variable] {
					t.Errorf("no command reads %s", variable)
				}
				t.Setenv(variable, value)
			}
			if _, err := parser.Parse(service.Command); err != nil {
				t.Errorf("lamplight %s: %v", strings.Join(service.Command, " "), err)
			}
		})
	}
}

func collectVariables(node *kong.Node, known map[string]bool) {
	for _, flag := range node.Flags {
		for _, variable := range flag.Envs {
			known[variable] = true
		}
	}
	for _, child := range node.Children {
		collectVariables(child, known)
	}
}

// TestComposeHoldsTogether shows that names lead somewhere, and that nothing is offered to the world.
func TestComposeHoldsTogether(t *testing.T) {
	file := readCompose(t)
	pinned := regexp.MustCompile(`:\d+\.\d+(\.\d+)?$`)
	for name, service := range file.Services {
		if service.Build == nil && !pinned.MatchString(service.Image) {
			t.Errorf("%s: image %q names no version", name, service.Image)
		}
		for _, port := range service.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %q is open to the world", name, port)
			}
		}
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, ok := file.Volumes[source]; !ok {
				t.Errorf("%s: volume %q is not declared", name, source)
			}
		}
		for other, dependency := range service.DependsOn {
			needed, ok := file.Services[other]
			if !ok {
				t.Errorf("%s: depends on %q, which is no service", name, other)
			}
			if dependency.Condition == "service_healthy" && needed.Healthcheck == nil {
				t.Errorf("%s: waits for the health of %q, which has no check", name, other)
			}
		}
	}
}
