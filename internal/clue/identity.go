package clue

import (
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Private is a text about the reporter that no printing, error or JSON shows.
// string(p) is the text itself, for the store and for the one page that shows
// it. It is no key of a map, which JSON would show.
type Private string

const hidden = "［identity］"

// String hides the text.
func (Private) String() string { return hidden }

// Format hides the text under every verb.
func (Private) Format(f fmt.State, _ rune) { hide(f) }

// MarshalText hides the text in JSON and logs.
func (Private) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Identity is who reported. It lies apart from the Form.
type Identity struct{ Name, Phone, Address, Other Private }

// String hides the identity.
func (Identity) String() string { return hidden }

// Format hides the identity under every verb.
func (Identity) Format(f fmt.State, _ rune) { hide(f) }

// MarshalText hides the identity in JSON and logs.
func (Identity) MarshalText() ([]byte, error) { return []byte(hidden), nil }

func hide(f fmt.State) {
	// A writer that fails is the printer's trouble, not ours.
	_, _ = io.WriteString(f, hidden)
}

// phone is the shape of one or more telephone numbers after NFKC, with
// extensions and country codes.
var phone = regexp.MustCompile(`^(\+?[(\d][\d()\- ]{3,20}\d((转|-|x)\d{1,6})?)([,;/、 ]+(\+?[(\d][\d()\- ]{3,20}\d((转|-|x)\d{1,6})?)){0,3}$`)

// Check says what is wrong with the identity beside how the reporter stands.
func (id Identity) Check(r Reporter) []Problem {
	var p problems
	for _, part := range []struct {
		in   Input
		text Private
		most int
	}{{InName, id.Name, 100}, {InPhone, id.Phone, 100}, {InAddress, id.Address, maxLine}, {InOther, id.Other, maxText}} {
		p.tooLong(part.in, string(part.text), part.most)
	}
	p.add(id.Phone != "" && !phone.MatchString(norm.NFKC.String(string(id.Phone))), InPhone,
		"电话号码应由数字组成，可以有区号和分机号", "a telephone number is digits, with area code and extension if any")
	p.add(r == Anonymous && id != Identity{}, InReporter,
		"匿名举报不登记身份；要求保密的请选择「实名（要求保密）」", "an anonymous report carries no identity; choose named in confidence")
	p.add((r == Named || r == InConfidence) && id.Name == "" && id.Phone == "", InName,
		"实名举报应当登记姓名或者电话", "a named report needs a name or a telephone number")
	return p
}

// tooLong notes a text that is longer than most characters, or is no text.
func (p *problems) tooLong(in Input, s string, most int) {
	p.add(!utf8.ValidString(s), in, "含有无法识别的字符", "holds characters that cannot be read")
	p.add(utf8.RuneCountInString(s) > most, in, fmt.Sprintf("至多%d个字", most), fmt.Sprintf("at most %d characters", most))
}
