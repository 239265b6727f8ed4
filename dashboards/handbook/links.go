package handbook

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// pageLinks turns links to files ("design.md#why"), which work where the files are read as they are,
// into links to pages ("design#why").
type pageLinks struct{}

// Transform implements parser.ASTTransformer.
func (pageLinks) Transform(document *ast.Document, _ text.Reader, _ parser.Context) {
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the function never fails
		if link, ok := n.(*ast.Link); ok && entering {
			link.Destination = []byte(pageLink(string(link.Destination)))
		}
		return ast.WalkContinue, nil
	})
}

func pageLink(destination string) string {
	file, fragment, hasFragment := strings.Cut(destination, "#")
	name, isFile := strings.CutSuffix(file, ".md")
	if !isFile || strings.Contains(name, "/") {
		return destination
	}
	if hasFragment {
		return name + "#" + fragment
	}
	return name
}
