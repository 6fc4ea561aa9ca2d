// Package measured puts what a measurement found into a document, where the last
// one stood.
//
// It is for measurements only and knows nothing of what was measured.
package measured

import (
	"bytes"
	"fmt"
	"os"
)

// Write replaces the section of a document between the marks that name the make
// target, or adds it at the end. What stands around it stays as it is. A document
// that is missing, or whose section has no end, is an error, and nothing is
// written.
func Write(doc, target, section string) error {
	old, err := os.ReadFile(doc)
	if err != nil {
		return err
	}
	opening := fmt.Sprintf("<!-- %s: written by make %s -->\n", target, target)
	closing := fmt.Sprintf("<!-- /%s -->\n", target)
	before, rest, found := bytes.Cut(old, []byte(opening))
	var after []byte
	if found {
		if _, after, found = bytes.Cut(rest, []byte(closing)); !found {
			return fmt.Errorf("%s: the section %s has no end", doc, target)
		}
	} else {
		before = append(bytes.TrimRight(before, "\n"), "\n\n"...)
	}
	return os.WriteFile(doc, []byte(string(before)+opening+section+closing+string(after)), 0o644)
}

// Grouped writes 26,000,000.
func Grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
