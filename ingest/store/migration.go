package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// migration is one numbered file of a room, not yet rendered for a database.
type migration struct {
	version    uint32
	name       string
	checksum   string // SHA-256 of the file, hex
	statements []string
}

var migrationName = regexp.MustCompile(`^([0-9]{4})_[a-z0-9_]+\.sql$`)

// readMigrations reads the *.sql files at the root of fsys, in the order of their numbers.
func readMigrations(fsys fs.FS) ([]migration, error) {
	files, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New("no migrations: the folder given holds no .sql file")
	}
	slices.Sort(files)
	var out []migration
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		m, err := parseMigration(file, string(text))
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", file, err)
		}
		if m.version != uint32(len(out)+1) {
			return nil, fmt.Errorf("migration %s: number %04d expected here", file, len(out)+1)
		}
		out = append(out, m)
	}
	return out, nil
}

func parseMigration(file, text string) (migration, error) {
	match := migrationName.FindStringSubmatch(file)
	if match == nil {
		return migration{}, errors.New("name is not like 0001_what_it_adds.sql")
	}
	version, err := strconv.ParseUint(match[1], 10, 32)
	if err != nil {
		return migration{}, err
	}
	sum := sha256.Sum256([]byte(text))
	m := migration{version: uint32(version), name: file, checksum: hex.EncodeToString(sum[:])}
	m.statements = splitStatements(text)
	if len(m.statements) == 0 {
		return migration{}, errors.New("holds no statement")
	}
	for _, statement := range m.statements {
		if !repeatable(statement) {
			return migration{}, fmt.Errorf("statement cannot be repeated, "+
				"write it with IF NOT EXISTS, IF EXISTS, OR REPLACE or as MODIFY: %.60s", statement)
		}
	}
	return m, nil
}

// splitStatements cuts at every ';' that ends a line, and drops lines that are comments.
func splitStatements(text string) []string {
	var out []string
	var current []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		if strings.HasPrefix(strings.TrimSpace(line), "--") {
			continue
		}
		body, ended := strings.CutSuffix(line, ";")
		current = append(current, body)
		if ended {
			out = append(out, strings.TrimSpace(strings.Join(current, "\n")))
			current = nil
		}
	}
	if rest := strings.TrimSpace(strings.Join(current, "\n")); rest != "" {
		out = append(out, rest)
	}
	return out
}

var repeatableWords = regexp.MustCompile(`(?is)^(CREATE\s.*\bIF NOT EXISTS\b|CREATE OR REPLACE\s|DROP\s.*\bIF EXISTS\b|` +
	`ALTER\s.*\b(IF NOT EXISTS|IF EXISTS|MODIFY)\b)`)

// repeatable reports whether a statement may run twice. ClickHouse has no transaction around DDL, so a
// migration that failed halfway, or that two processes begin at once, is simply run again.
func repeatable(statement string) bool { return repeatableWords.MatchString(statement) }

// render fills a statement's placeholders: {{on_cluster}} stands after the name of what is created or
// altered, {{replicated}} before the engine's name. Without a cluster both are empty.
func render(statement, cluster string) string {
	onCluster, replicated := "", ""
	if cluster != "" {
		onCluster, replicated = "ON CLUSTER "+quote(cluster), "Replicated"
	}
	return strings.NewReplacer("{{on_cluster}}", onCluster, "{{replicated}}", replicated).Replace(statement)
}
