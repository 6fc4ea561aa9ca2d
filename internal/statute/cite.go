package statute

import (
	"strconv"
	"strings"

	"shouhu/internal/pil"
)

// splitCite takes a citation apart: R74(1) is instrument R, article 74(1). An
// instrument whose key ends in a digit is cited whole (B18) or with a colon
// (SPC16:7).
func (l *Law) splitCite(cite string) (key, article string) {
	if l.instrument[cite] != nil {
		return cite, ""
	}
	if key, article, ok := strings.Cut(cite, ":"); ok {
		return key, article
	}
	if i := strings.IndexAny(cite, "0123456789("); i > 0 {
		return cite[:i], cite[i:]
	}
	return cite, ""
}

// CiteOn writes a citation with the article number it had on the day d: CPL85
// before 2022-01-01 is CPL82. A number the concordance does not hold is marked as
// today's.
func (l *Law) CiteOn(cite string, d pil.Day) string {
	key, article := l.splitCite(cite)
	in := l.instrument[key]
	if in == nil || article == "" || len(in.Renumbered) == 0 {
		return cite
	}
	number, rest := article, ""
	if i := strings.IndexByte(article, '('); i >= 0 {
		number, rest = article[:i], article[i:]
	}
	for _, r := range in.Renumbered {
		if d == 0 || d >= r.Before {
			continue
		}
		if old, ok := r.Articles[number]; ok {
			return key + strconv.Itoa(old) + rest
		}
		return cite + todayMark
	}
	return cite
}

// todayMark follows a number that was another one on the day, which we have not
// seen.
const todayMark = "（今条号）"

// CitesOn writes each citation as numbered on the day d.
func (l *Law) CitesOn(cites []string, d pil.Day) []string {
	out := make([]string, len(cites))
	for i, c := range cites {
		out[i] = l.CiteOn(c, d)
	}
	return out
}

// CiteText writes a citation for people: 《人民检察院公益诉讼办案规则》第75条.
func (l *Law) CiteText(cite string) Text {
	return l.citeText(cite, func(in *Instrument) Text { return Text{Zh: "《" + in.Title + "》", En: in.En} })
}

// CiteShort writes a citation the way people say it: 办案规则第75条. Where the
// instrument has no short name, its title stands.
func (l *Law) CiteShort(cite string) Text {
	return l.citeText(cite, func(in *Instrument) Text {
		if in.Short == "" {
			return Text{Zh: "《" + in.Title + "》", En: in.Key}
		}
		return Text{Zh: in.Short, En: in.Key}
	})
}

func (l *Law) citeText(cite string, name func(*Instrument) Text) Text {
	key, article := l.splitCite(cite)
	in := l.instrument[key]
	if in == nil || !in.Has(article) {
		return Text{Zh: cite, En: cite}
	}
	t := name(in)
	if article == "" {
		return t
	}
	number, rest, _ := strings.Cut(article, "(")
	t.Zh += "第" + number + "条"
	t.En += ", art. " + article
	for i, part := range strings.Split(rest, "(") {
		if part = strings.TrimSuffix(part, ")"); part != "" {
			// 法条之下先款后项；只有一层时，写作「第x项」
			if i == 0 && strings.Contains(rest, "(") {
				t.Zh += "第" + part + "款"
			} else {
				t.Zh += "第" + part + "项"
			}
		}
	}
	return t
}
