package kafka

import (
	"encoding/xml"
	"strings"
	"testing"
)

// TestPomPins shows that the pom names one version of everything, and the one that this package expects.
func TestPomPins(t *testing.T) {
	var project struct {
		Dependencies []struct {
			Artifact string `xml:"artifactId"`
			Version  string `xml:"version"`
		} `xml:"dependencies>dependency"`
	}
	if err := xml.Unmarshal(pom, &project); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, dependency := range project.Dependencies {
		if dependency.Version == "" || strings.ContainsAny(dependency.Version, "[(,$") || strings.Contains(dependency.Version, "SNAPSHOT") {
			t.Errorf("%s has version %q, which is no pin", dependency.Artifact, dependency.Version)
		}
		found = found || strings.HasPrefix(dependency.Artifact, "kafka_") && dependency.Version == version
	}
	if !found {
		t.Errorf("the pom does not bring Kafka %s", version)
	}
}

func TestSettingsRender(t *testing.T) {
	text, err := settings{ClientPort: 9092, ControllerPort: 9093, Data: `/tmp/a\b`}.render()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\nlisteners=CLIENTS://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093\n",
		"\nadvertised.listeners=CLIENTS://127.0.0.1:9092\n",
		"\nlog.dirs=/tmp/a\\\\b\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("configuration lacks %q:\n%s", want, text)
		}
	}
}

func TestFindMissing(t *testing.T) {
	if _, err := Find(t.TempDir()); err == nil || !strings.Contains(err.Error(), "make kafka") {
		t.Errorf("got error %v, want one that says what to run", err)
	}
}
