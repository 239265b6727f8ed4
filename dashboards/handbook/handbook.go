// Package handbook is the documentation of Lamplight, for the site to show: the Markdown files of this
// folder, rendered once.
//
// It changes no text. Raw HTML in a page is dropped; a link to another page's file becomes a link to
// its page.
package handbook

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// contents.txt lists the pages in their order, each by its file's name without ".md" and a sentence on what it is
// for.
//
//go:embed *.md contents.txt
var files embed.FS

// Page is one page of the handbook.
type Page struct {
	Name  string // last part of its address, as "data-dictionary"
	Title string
	// Summary is a sentence on what the page is for; empty for a page that contents.txt forgets.
	Summary string
	HTML    string // without the title
}

// Load renders every page and returns them in order. A page that contents.txt forgets comes last.
func Load() ([]Page, error) {
	names, summaries, err := order()
	if err != nil {
		return nil, err
	}
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithASTTransformers(util.Prioritized(pageLinks{}, 100)),
		),
	)
	var pages []Page
	for _, name := range names {
		source, err := files.ReadFile(name + ".md")
		if err != nil {
			return nil, fmt.Errorf("contents.txt names %s: %w", name, err)
		}
		first, body, _ := bytes.Cut(source, []byte("\n"))
		title, ok := strings.CutPrefix(string(first), "# ")
		if !ok {
			return nil, fmt.Errorf("%s.md: the first line is not a title like \"# Design\"", name)
		}
		var html bytes.Buffer
		if err := markdown.Convert(body, &html); err != nil {
			return nil, fmt.Errorf("render %s.md: %w", name, err)
		}
		pages = append(pages, Page{Name: name, Title: strings.TrimSpace(title), Summary: summaries[name], HTML: html.String()})
	}
	return pages, nil
}

func order() (names []string, summaries map[string]string, err error) {
	contents, err := files.ReadFile("contents.txt")
	if err != nil {
		return nil, nil, err
	}
	summaries = map[string]string{}
	for line := range strings.Lines(string(contents)) {
		name, summary, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name != "" {
			names = append(names, name)
			summaries[name] = summary
		}
	}
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".md"); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, summaries, nil
}
