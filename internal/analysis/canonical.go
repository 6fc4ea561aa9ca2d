package analysis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Canonical rewrites one JSON document as RFC 8785 (JCS) has it: no blanks,
// members sorted by UTF-16 code units, strings escaped only where they must be,
// numbers as ECMAScript writes a double. A text that is not one JSON document,
// not UTF-8, repeats a member, or holds a number no double can hold, is an
// error.
func Canonical(document []byte) ([]byte, error) {
	if !utf8.Valid(document) {
		return nil, errors.New("canonical JSON: not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	out, err := canonical(nil, d)
	if err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("canonical JSON: more than one document")
	}
	return out, nil
}

// canonical appends the next value of d to out.
func canonical(out []byte, d *json.Decoder) ([]byte, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return canonicalArray(out, d)
		}
		return canonicalObject(out, d)
	case string:
		return canonicalString(out, t), nil
	case json.Number:
		return canonicalNumber(out, t)
	case bool:
		return strconv.AppendBool(out, t), nil
	}
	return append(out, "null"...), nil
}

func canonicalArray(out []byte, d *json.Decoder) ([]byte, error) {
	out = append(out, '[')
	for first := true; d.More(); first = false {
		if !first {
			out = append(out, ',')
		}
		var err error
		if out, err = canonical(out, d); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return append(out, ']'), err
}

func canonicalObject(out []byte, d *json.Decoder) ([]byte, error) {
	type member struct {
		name  string
		order []uint16
		value []byte
	}
	var members []member
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		value, err := canonical(nil, d)
		if err != nil {
			return nil, err
		}
		members = append(members, member{name, utf16.Encode([]rune(name)), value})
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(a, b member) int { return slices.Compare(a.order, b.order) })
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			if m.name == members[i-1].name {
				return nil, fmt.Errorf("member %q stands twice", m.name)
			}
			out = append(out, ',')
		}
		out = append(append(canonicalString(out, m.name), ':'), m.value...)
	}
	return append(out, '}'), nil
}

func canonicalString(out []byte, s string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"', c == '\\':
			out = append(out, '\\', c)
		case c >= 0x20:
			out = append(out, c)
		default:
			if j := strings.IndexByte("\b\t\n\f\r", c); j >= 0 {
				out = append(out, '\\', "btnfr"[j])
			} else {
				out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
		}
	}
	return append(out, '"')
}

// canonicalNumber writes a double as ECMAScript does (ECMA-262, Number::toString).
func canonicalNumber(out []byte, n json.Number) ([]byte, error) {
	f, err := n.Float64()
	if err != nil {
		return nil, fmt.Errorf("number %s is no double", n)
	}
	if f == 0 {
		return append(out, '0'), nil // -0 too
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(out, f, 'f', -1, 64), nil
	}
	text := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	return append(append(out, mantissa...), "e"+exponent[:1]+strings.TrimLeft(exponent[1:], "0")...), nil
}
