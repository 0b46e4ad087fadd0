package notebook

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// unknown holds the fields of a JSON object that this release does not know,
// so that saving again loses nothing of what a newer one wrote.
type unknown map[string]json.RawMessage

// decode reads a JSON object into v, a pointer to a struct without methods of
// its own, and returns the fields that v has no place for.
func decode(data []byte, v any) (unknown, error) {
	if err := json.Unmarshal(data, v); err != nil {
		return nil, err
	}
	var all unknown
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	known := fields(reflect.TypeOf(v).Elem())
	for name := range all {
		// encoding/json matches names in any case.
		if slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) }) {
			delete(all, name)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// encode writes v, a struct without methods of its own, and after its fields
// those of rest, by name.
func encode(v any, rest unknown) ([]byte, error) {
	object, err := plainJSON(v)
	if err != nil || len(rest) == 0 {
		return object, err
	}
	tail, err := plainJSON(rest) // maps are written by name
	if err != nil {
		return nil, err
	}
	if string(object) == "{}" {
		return tail, nil
	}
	return append(append(bytes.TrimSuffix(object, []byte("}")), ','), tail[1:]...), nil
}

// plainJSON is [json.Marshal] that leaves <, > and & as a reader expects them.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// fields returns the names that a struct's fields have in JSON.
func fields(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}
