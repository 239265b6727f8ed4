package kafka

import (
	"context"
	_ "embed" // the pom
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/lamplight-net/lamplight/deploy/internal/folder"
)

// version is the version of Kafka that pom.xml pins; a test compares them.
const version = "4.3.0"

//go:embed pom.xml
var pom []byte

// jarSpace is what the jars need: 44 MB, and as much again in Maven's own repository.
const jarSpace = 100_000_000

// Find returns the folder of the jars in the cache folder (empty: "lamplight" among the user's), or an error
// that says how to get them.
func Find(cache string) (string, error) {
	cache, err := folder.Cache(cache)
	if err != nil {
		return "", err
	}
	jars := filepath.Join(cache, "kafka", version)
	if _, err := os.Stat(jars); err != nil {
		return "", fmt.Errorf("no jars of Apache Kafka in %s: run make kafka", jars)
	}
	return jars, nil
}

// Fetch returns the folder of the jars, after having Maven bring them when they are not there. Several
// processes may call it at once.
func Fetch(ctx context.Context, cache string, progress io.Writer) (string, error) {
	if jars, err := Find(cache); err == nil {
		return jars, nil
	}
	cache, err := folder.Cache(cache)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "kafka")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create cache folder: %w", folder.Explain(err, dir))
	}
	lock, err := folder.LockFile(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return "", fmt.Errorf("wait for another process to fetch Apache Kafka: %w", err)
	}
	defer func() { _ = lock.Close() }()
	if jars, err := Find(cache); err == nil {
		return jars, nil
	}
	return fetch(ctx, dir, progress)
}

func fetch(ctx context.Context, dir string, progress io.Writer) (jars string, err error) {
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return "", errors.New("mvn, which fetches Apache Kafka, is not on PATH: install Maven and Java 17")
	}
	if err := folder.NeedSpace(dir, jarSpace); err != nil {
		return "", err
	}
	staging, err := os.MkdirTemp(dir, "staging-")
	if err != nil {
		return "", fmt.Errorf("create staging folder: %w", folder.Explain(err, dir))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }()
	pomPath := filepath.Join(staging, "pom.xml")
	if err := os.WriteFile(pomPath, pom, 0o600); err != nil {
		return "", fmt.Errorf("write pom: %w", folder.Explain(err, dir))
	}
	_, _ = fmt.Fprintf(progress, "Fetching Apache Kafka %s with Maven, once: 46 jars, 44 MB, into %s\n", version, dir)
	unpacked := filepath.Join(staging, "lib")
	command := exec.CommandContext(ctx, mvn, "-B", "-q", "--strict-checksums", "-f", pomPath,
		"dependency:copy-dependencies", "-DoutputDirectory="+unpacked)
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("mvn dependency:copy-dependencies: %w: %s", err, out)
	}
	jars = filepath.Join(dir, version)
	if err := os.Rename(unpacked, jars); err != nil {
		return "", fmt.Errorf("put jars in place: %w", err)
	}
	return jars, nil
}
