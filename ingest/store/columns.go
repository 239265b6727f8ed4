package store

import (
	"fmt"
	"reflect"
	"strings"
)

// quote writes an identifier so that nothing in it is taken for SQL.
func quote(identifier string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(identifier) + "`"
}

// columnsOf lists the columns that T names in its `ch` tags, in the order of its fields.
func columnsOf[T any]() (string, error) {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		return "", fmt.Errorf("rows of %s cannot be inserted: not a struct", t)
	}
	var names []string
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("ch"); tag != "" {
			names = append(names, quote(tag))
		}
	}
	if len(names) == 0 {
		return "", fmt.Errorf("rows of %s cannot be inserted: no field has a ch tag", t)
	}
	return strings.Join(names, ", "), nil
}
