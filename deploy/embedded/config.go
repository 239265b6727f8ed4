package embedded

import (
	_ "embed" // the template
	"encoding/xml"
	"fmt"
	"strings"
	"text/template"
)

//go:embed config.xml.tmpl
var configTemplate string

// settings are what differs between two engines.
type settings struct {
	Dir        string // absolute; holds the data, the logs and the configuration
	NativePort int
	HTTPPort   int
	Token      string // names this very engine, see Engine.answers
}

// render writes the configuration that the library and `clickhouse server` both read.
func (s settings) render() (string, error) {
	t, err := template.New("config.xml").Funcs(template.FuncMap{"xml": escapeXML}).Parse(configTemplate)
	if err != nil {
		return "", fmt.Errorf("parse engine configuration: %w", err)
	}
	var out strings.Builder
	if err := t.Execute(&out, s); err != nil {
		return "", fmt.Errorf("write engine configuration: %w", err)
	}
	return out.String(), nil
}

func escapeXML(text string) (string, error) {
	var out strings.Builder
	err := xml.EscapeText(&out, []byte(text))
	return out.String(), err
}
