package notebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"labo/lessons/record"
)

// The file is read field by field: what has not its shape is left out and
// named, and everything else is read. [encoding/json] reads all or nothing, and
// drops the fields that it has no place for.

// maxDepth bounds how deep objects stand in each other; a notebook needs ten.
const maxDepth = 100

// parse reads a notebook as far as it can be read. damage is what was left out,
// nil for nothing. The error is a [*NewerError], or nil.
func parse(data []byte) (book *Notebook, damage *DamagedError, err error) {
	book = &Notebook{}
	r := reader{told: map[string]bool{}}
	if !utf8.Valid(data) {
		r.lose("des octets qui ne sont pas du texte UTF-8, remplacés par �")
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))) // some editors add it
	d.UseNumber()
	all, err := r.tree(d, 0)
	end := d.InputOffset()
	object, ok := all.(map[string]any)
	if !ok {
		return book, &DamagedError{Lost: []string{"le fichier entier"}, cut: true}, nil
	}
	if _, after := d.Token(); err != nil || !errors.Is(after, io.EOF) {
		r.lose(fmt.Sprintf("ce qui suit l'octet %d du fichier", end))
	}
	r.object(object, reflect.ValueOf(book).Elem(), nil)
	major, _, ok := version(book.Format)
	if major > formatMajor {
		return book, nil, &NewerError{Format: book.Format}
	}
	if !ok {
		r.lose("le numéro de format")
	}
	if len(r.lost) > 0 {
		damage = &DamagedError{Lost: r.lost, cut: err != nil}
	}
	return book, damage, nil
}

// reader notes what it could not read.
type reader struct {
	lost []string
	told map[string]bool
}

func (r *reader) lose(what string) {
	if !r.told[what] {
		r.told[what] = true
		r.lost = append(r.lost, what)
	}
}

// tree reads one JSON value. With an error it returns what stands before it.
func (r *reader) tree(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch {
	case token != json.Delim('{') && token != json.Delim('['):
		return token, nil
	case depth == maxDepth:
		return nil, errors.New("too deep")
	case token == json.Delim('['):
		list := []any{}
		for d.More() {
			item, err := r.tree(d, depth+1)
			if item != nil || err == nil {
				list = append(list, item)
			}
			if err != nil {
				return list, err
			}
		}
		_, err = d.Token()
		return list, err
	}
	object := map[string]any{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return object, err
		}
		name := key.(string) // else Token has failed
		value, err := r.tree(d, depth+1)
		if value != nil || err == nil {
			if _, twice := object[name]; twice {
				r.lose("le premier de deux champs « " + record.Clean(name) + " »")
			}
			object[name] = value
		}
		if err != nil {
			return object, err
		}
	}
	_, err = d.Token()
	return object, err
}

// object reads the fields of v, a struct that stands at up. What v has no place
// for is kept in its Unknown.
func (r *reader) object(in map[string]any, v reflect.Value, up *place) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" { // Unknown
			continue
		}
		if value := in[name]; value != nil {
			at := &place{up: up, in: v.Addr().Interface(), field: name}
			if !r.value(value, v.Field(i), at) {
				r.lose(at.String())
			}
		}
		delete(in, name)
	}
	if len(in) > 0 {
		v.FieldByName("Unknown").Set(reflect.ValueOf(record.Unknown(in)))
	}
}

// value reads what is not null into v, and reports whether it had its shape.
func (r *reader) value(in any, v reflect.Value, at *place) bool {
	switch target := v.Addr().Interface().(type) {
	case *time.Time:
		text, ok := in.(string)
		return ok && target.UnmarshalText([]byte(text)) == nil
	case *string:
		text, ok := in.(string)
		*target = text
		return ok
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if !r.value(in, p.Elem(), at) {
			return false
		}
		v.Set(p)
		return true
	case reflect.Struct:
		object, ok := in.(map[string]any)
		if ok {
			r.object(object, v, at)
		}
		return ok
	case reflect.Slice:
		list, ok := in.([]any)
		if ok {
			r.list(list, v, at)
		}
		return ok
	}
	// A number or a truth: encoding/json knows their bounds.
	data, err := json.Marshal(in)
	return err == nil && json.Unmarshal(data, v.Addr().Interface()) == nil
}

// list reads the items of v. An object that is none is left out; a plain value
// leaves its place empty, for what stands after it.
func (r *reader) list(in []any, v reflect.Value, at *place) {
	item := v.Type().Elem()
	objects := item.Kind() == reflect.Struct || item.Kind() == reflect.Pointer && item.Elem().Kind() == reflect.Struct
	v.Set(reflect.MakeSlice(v.Type(), len(in), len(in)))
	n := 0
	for _, value := range in {
		ok := value != nil && r.value(value, v.Index(n), at)
		if value != nil && !ok {
			r.lose(at.String())
		}
		if ok || !objects {
			n++
		}
	}
	v.SetLen(n)
}

// bytes returns the content of the file.
func (n *Notebook) bytes() ([]byte, error) {
	var dense, b bytes.Buffer
	e := json.NewEncoder(&dense)
	e.SetEscapeHTML(false) // leaves <, > and & as a reader expects them
	if err := encode(&dense, e, reflect.ValueOf(n)); err != nil {
		return nil, err
	}
	if err := json.Indent(&b, bytes.TrimSpace(dense.Bytes()), "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// encode writes v to b, through e where it is no object and no list.
func encode(b *bytes.Buffer, e *json.Encoder, v reflect.Value) error {
	_, isTime := v.Interface().(time.Time)
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil():
		return encode(b, e, v.Elem())
	case v.Kind() == reflect.Struct && !isTime:
		return encodeObject(b, e, v)
	case v.Kind() == reflect.Slice && !v.IsNil():
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := encode(b, e, v.Index(i)); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	}
	return e.Encode(v.Interface())
}

func encodeObject(b *bytes.Buffer, e *json.Encoder, v reflect.Value) error {
	before := byte('{')
	field := func(name string, value reflect.Value) error {
		b.WriteByte(before)
		before = ','
		if err := e.Encode(name); err != nil {
			return err
		}
		b.WriteByte(':')
		return encode(b, e, value)
	}
	for i := range v.NumField() {
		f := v.Field(i)
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		empty := f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0
		if name == "" || name == "-" || empty && options != "" { // omitempty, omitzero
			continue
		}
		if err := field(name, f); err != nil {
			return err
		}
	}
	rest := v.FieldByName("Unknown").Interface().(record.Unknown)
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		if err := field(name, reflect.ValueOf(rest).MapIndex(reflect.ValueOf(name))); err != nil {
			return err
		}
	}
	if before == '{' {
		b.WriteByte(before)
	}
	b.WriteByte('}')
	return nil
}
