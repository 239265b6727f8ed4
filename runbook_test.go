package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every metric has a row in the handbook that says what to do when it moves, and no row is of a metric that is gone.
func TestEveryMetricIsInTheRunbook(t *testing.T) {
	handbook, err := os.ReadFile("dashboards/handbook/run-it.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(lamplight_[a-z_]+)[^|]*\\| [^ |]").FindAllStringSubmatch(string(handbook), -1) {
		told = append(told, row[1])
	}
	made := metricsMade(t)
	if len(made) < 30 {
		t.Fatalf("found only %d metrics: %v", len(made), made)
	}
	for _, name := range made {
		if !slices.Contains(told, name) {
			t.Errorf("run-it.md does not say what to do when %s moves", name)
		}
	}
	for _, name := range told {
		if !slices.Contains(made, name) {
			t.Errorf("run-it.md tells of %s, which no server has", name)
		}
	}
}

// metricsMade returns the names of all metrics that the servers' sources make: also those that one machine's servers
// do not register, or that show nothing before something has happened.
func metricsMade(t *testing.T) []string {
	t.Helper()
	var out []string
	for name := range controlHelp { // the only ones whose names are put together
		out = append(out, controlMetrics+name)
	}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok || !isMetricOpts(literal.Type) {
				return true
			}
			for _, e := range literal.Elts {
				pair, ok := e.(*ast.KeyValueExpr)
				if !ok {
					t.Errorf("%s: a metric whose options have no keys", path)
					continue
				}
				if key, ok := pair.Key.(*ast.Ident); !ok || key.Name != "Name" {
					continue
				}
				text, ok := pair.Value.(*ast.BasicLit)
				if !ok {
					if path != "control.go" {
						t.Errorf("%s: the name of a metric is put together, so that nobody can search for it", path)
					}
					continue
				}
				name, err := strconv.Unquote(text.Value)
				if err != nil {
					t.Error(err)
				}
				out = append(out, name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// isMetricOpts reports whether a type is one of prometheus's options, such as prometheus.CounterOpts.
func isMetricOpts(typ ast.Expr) bool {
	selector, ok := typ.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && from.Name == "prometheus" && slices.Contains([]string{"CounterOpts", "GaugeOpts", "HistogramOpts", "SummaryOpts", "Opts"}, selector.Sel.Name)
}
