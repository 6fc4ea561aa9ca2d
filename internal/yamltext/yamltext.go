// Package yamltext reads the YAML people write, strictly: a key nobody knows,
// a key given twice or a value of the wrong kind is refused, and every error
// names the file and the line.
//
// It must not know what any of the data mean. It trusts the YAML parser for
// syntax only; anchors and aliases are refused, so that a short text cannot
// unfold into a long one.
package yamltext

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"shouhu/internal/pil"
)

// Place is where in which file a piece of data stands. A struct that embeds it
// (tagged yaml:"-") is told its place when it is decoded.
type Place struct {
	File string
	Line int
}

// Errorf is an invalid Error at the place.
func (p Place) Errorf(format string, args ...any) error {
	return pil.At(pil.Invalid(format, args...), p.File, p.Line)
}

// String writes file:line.
func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

var placeType = reflect.TypeFor[Place]()

var parserLine = regexp.MustCompile(`^yaml: (?:unmarshal errors:\s*)?line (\d+): `)

// fromZero are the errors in which the YAML parser counts lines from 0.
var fromZero = regexp.MustCompile(`^(?:did not find expected (?:<|'|key|node)|found (?:duplicate|incompatible|undefined) )`)

// Parse reads one YAML document and returns its top node. Broken syntax, an
// empty text and aliases are invalid Errors with file and line.
func Parse(file string, data []byte) (*yaml.Node, error) {
	if !utf8.Valid(data) {
		return nil, pil.At(pil.Invalid("文字不是 UTF-8,请另存为 UTF-8 (not UTF-8; save it as UTF-8)"), file, invalidLine(data))
	}
	var doc, more yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(data))
	err := in.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, pil.At(pil.Invalid("文件是空的 (empty file)"), file, 1)
	}
	if err == nil {
		if err = in.Decode(&more); err == nil {
			return nil, pil.At(pil.Invalid("只能有一份 YAML 文档 (one document to a file)"), file, more.Line)
		}
	}
	if !errors.Is(err, io.EOF) {
		line, text := 1, err.Error()
		if m := parserLine.FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1])
			if text = text[len(m[0]):]; fromZero.MatchString(text) {
				line++
			}
		}
		text = strings.TrimPrefix(text, "yaml: ")
		return nil, pil.At(pil.Invalid("不是合法的 YAML(not valid YAML): %s", clean(text)), file, line)
	}
	if len(doc.Content) == 0 {
		return nil, pil.At(pil.Invalid("文件是空的 (empty file)"), file, 1)
	}
	if n := findAlias(&doc); n != nil {
		return nil, pil.At(pil.Invalid("不支持锚点和别名 (anchors and aliases are not supported)"), file, n.Line)
	}
	return doc.Content[0], nil
}

// invalidLine is the line of the first byte that is no UTF-8.
func invalidLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[n:]
	}
	return line
}

// clean keeps a parser's message on one line and free of long input.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	if r := []rune(s); len(r) > 160 {
		s = string(r[:160]) + "…"
	}
	return s
}

func findAlias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n
	}
	for _, c := range n.Content {
		if found := findAlias(c); found != nil {
			return found
		}
	}
	return nil
}

// Decode reads one YAML document into out, a pointer to a struct or slice
// whose fields carry yaml tags. A single value stands for a list of one.
func Decode(file string, data []byte, out any) error {
	n, err := Parse(file, data)
	if err != nil {
		return err
	}
	return decode(file, n, reflect.ValueOf(out).Elem())
}

func decode(file string, n *yaml.Node, out reflect.Value) error {
	bad := func(want string) error {
		return pil.At(pil.Invalid("这里应为%s,却是 %s (want %s)", want, pil.Quote(n.Value), want), file, n.Line)
	}
	if out.Kind() == reflect.Pointer {
		out.Set(reflect.New(out.Type().Elem()))
		return decode(file, n, out.Elem())
	}
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](out.Addr()); ok {
		if n.Kind != yaml.ScalarNode {
			return bad("一个值 value")
		}
		return pil.At(u.UnmarshalText([]byte(n.Value)), file, n.Line)
	}
	switch out.Kind() {
	case reflect.Struct:
		return decodeStruct(file, n, out)
	case reflect.Slice:
		if n.Kind == yaml.ScalarNode && out.Type().Elem().Kind() == reflect.String && n.Tag != "!!null" {
			out.Set(reflect.MakeSlice(out.Type(), 1, 1))
			return decode(file, n, out.Index(0))
		}
		if n.Kind != yaml.SequenceNode {
			return bad("列表 list")
		}
		out.Set(reflect.MakeSlice(out.Type(), len(n.Content), len(n.Content)))
		for i, c := range n.Content {
			if err := decode(file, c, out.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		return decodeMap(file, n, out)
	case reflect.String:
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			return bad("文字 text")
		}
		out.SetString(n.Value)
	case reflect.Bool:
		if n.Tag != "!!bool" {
			return bad("true 或 false")
		}
		out.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int, reflect.Int8, reflect.Int64:
		v, err := strconv.ParseInt(n.Value, 10, out.Type().Bits())
		if n.Kind != yaml.ScalarNode || err != nil {
			return bad("整数 integer")
		}
		out.SetInt(v)
	default:
		panic("yamltext: cannot decode into " + out.Type().String())
	}
	return nil
}

func decodeMap(file string, n *yaml.Node, out reflect.Value) error {
	if n.Kind != yaml.MappingNode {
		return pil.At(pil.Invalid("这里应为键值表 (want a mapping)"), file, n.Line)
	}
	out.Set(reflect.MakeMapWithSize(out.Type(), len(n.Content)/2))
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Kind != yaml.ScalarNode {
			return pil.At(pil.Invalid("键应为文字 (a key must be text)"), file, n.Content[i].Line)
		}
		key := reflect.ValueOf(n.Content[i].Value)
		if out.MapIndex(key).IsValid() {
			return twice(file, n.Content[i])
		}
		v := reflect.New(out.Type().Elem()).Elem()
		if err := decode(file, n.Content[i+1], v); err != nil {
			return err
		}
		out.SetMapIndex(key, v)
	}
	return nil
}

func decodeStruct(file string, n *yaml.Node, out reflect.Value) error {
	if n.Kind != yaml.MappingNode {
		return pil.At(pil.Invalid("这里应为键值表 (want a mapping)"), file, n.Line)
	}
	fields := map[string]reflect.Value{}
	collect(out, fields, Place{File: file, Line: n.Line})
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		field, ok := fields[key.Value]
		if !ok {
			return pil.At(pil.Invalid("不认识的键 %s (unknown key)", pil.Quote(key.Value)), file, key.Line)
		}
		if seen[key.Value] {
			return twice(file, key)
		}
		seen[key.Value] = true
		if err := decode(file, n.Content[i+1], field); err != nil {
			return err
		}
	}
	return nil
}

func twice(file string, key *yaml.Node) error {
	return pil.At(pil.Invalid("键 %s 出现了两次 (key given twice)", pil.Quote(key.Value)), file, key.Line)
}

// collect maps yaml keys to the settable fields of a struct, looking into
// inlined structs, and fills in an embedded Place.
func collect(v reflect.Value, fields map[string]reflect.Value, at Place) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type == placeType {
			v.Field(i).Set(reflect.ValueOf(at))
			continue
		}
		name, opts, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case opts == "inline":
			collect(v.Field(i), fields, at)
		case name != "" && name != "-":
			fields[name] = v.Field(i)
		}
	}
}
