package ui

import (
	"context"
	"fmt"
	"time"

	"shouhu/internal/pil"
)

// Lang is a language of the pages. The zero Lang is Chinese.
type Lang uint8

// The closed set of languages.
const (
	Chinese Lang = iota
	English
)

// ParseLang reads zh or en.
func ParseLang(s string) (Lang, error) {
	switch s {
	case "zh":
		return Chinese, nil
	case "en":
		return English, nil
	}
	return Chinese, pil.Invalid("语言 %s 应为 zh 或者 en (language must be zh or en)", pil.Quote(s))
}

// String writes zh or en.
func (l Lang) String() string {
	if l == English {
		return "en"
	}
	return "zh"
}

// Tag is the BCP 47 tag for lang attributes.
func (l Lang) Tag() string {
	if l == English {
		return "en"
	}
	return "zh-CN"
}

// Other is the language the switch offers.
func (l Lang) Other() Lang {
	if l == English {
		return Chinese
	}
	return English
}

type langKey struct{}

// WithLang puts the language of a request into its context.
func WithLang(ctx context.Context, l Lang) context.Context {
	return context.WithValue(ctx, langKey{}, l)
}

// LangOf is the language of a context; Chinese where none was set.
func LangOf(ctx context.Context) Lang {
	l, _ := ctx.Value(langKey{}).(Lang)
	return l
}

// T is a text in the language of ctx. Both texts are literals and formats of
// package fmt with the same placeholders (%% for a percent sign); where the
// order differs they are numbered: %[2]s.
func T(ctx context.Context, zh, en string, args ...any) string {
	if LangOf(ctx) == English {
		return fmt.Sprintf(en, args...)
	}
	return fmt.Sprintf(zh, args...)
}

// Bilingual is what names itself in both languages: a pil.Day, a role.
type Bilingual interface {
	Zh() string
	En() string
}

// In is v in the language of ctx.
func In(ctx context.Context, v Bilingual) string {
	if LangOf(ctx) == English {
		return v.En()
	}
	return v.Zh()
}

// Date is a day without its weekday (2026-11-23), and a dash for no day.
func Date(d pil.Day) string {
	if d == 0 {
		return "—"
	}
	return d.String()
}

// When is an imprecise date for people.
func When(ctx context.Context, s pil.Span) string {
	switch {
	case s.Precise():
		return In(ctx, s.From)
	case s.Known() && wholeMonth(s):
		y, m, _ := s.From.Civil()
		return T(ctx, "%[1]d年%[2]d月", "%[3]s %[1]d", y, int(m), m)
	case s.Known():
		return T(ctx, "%s 至 %s", "%s to %s", s.From, s.To)
	case s.Month != 0:
		return s.String()
	case s.From != 0:
		return T(ctx, "%s 以后", "from %s", s.From)
	case s.To != 0:
		return T(ctx, "%s 以前", "until %s", s.To)
	}
	return T(ctx, "日期不详", "date unknown")
}

func wholeMonth(s pil.Span) bool {
	y, m, d := s.From.Civil()
	return d == 1 && s.To == pil.Date(y, m+1, 0)
}

// Moment is a point in time at +08:00: 2026-11-23 09:41.
func Moment(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(pil.Zone).Format("2006-01-02 15:04")
}

// Count is a number of hits; more says that counting stopped there: 1000+.
func Count(n int, more bool) string {
	if more {
		return fmt.Sprintf("%d+", n)
	}
	return fmt.Sprint(n)
}
