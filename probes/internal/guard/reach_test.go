package guard_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestOnlyTheLabLiftsTheGuard reads every file of the room: nothing but the lab and tests may name the
// lab's constructor, so no flag, file or message can reach it in what volunteers run.
func TestOnlyTheLabLiftsTheGuard(t *testing.T) {
	room := filepath.Join("..", "..")
	read := 0
	err := filepath.WalkDir(room, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path == filepath.Join(room, "lab") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		read++
		switch filepath.Dir(path) {
		case filepath.Join(room, "internal", "guard"), filepath.Join(room, "internal", "servertest"):
			return nil
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == "ForLab" {
				t.Errorf("%s names guard.ForLab: only the lab and tests may", path)
			}
			return true
		})
		for _, imported := range file.Imports {
			for _, forbidden := range []string{"/probes/lab", "/probes/internal/servertest"} {
				if strings.Contains(strings.Trim(imported.Path.Value, `"`)+"/", forbidden+"/") {
					t.Errorf("%s imports %s: only tests may", path, imported.Path.Value)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 10 {
		t.Fatalf("read only %d files of the room", read)
	}
}
