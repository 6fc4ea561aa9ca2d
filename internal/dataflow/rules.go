package dataflow

import (
	"errors"
	"io/fs"
	"slices"
	"sync"

	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
	"shouhu/law"
)

// File is the law's data that Load reads.
const File = "flows.yaml"

// Text is a text in both languages.
type Text struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Category is a kind of personal information.
type Category struct {
	Tag       string   `yaml:"tag"`
	Text      Text     `yaml:",inline"`
	Tier      string   `yaml:"tier"`     // A, B, C of PIJ5(1); empty: no personal information
	Disputed  string   `yaml:"disputed"` // the tier some courts take
	Sensitive bool     `yaml:"sensitive"`
	Minors    bool     `yaml:"minors"`
	Anonymous bool     `yaml:"anonymous"`
	Cite      []string `yaml:"cite"`
	Conf      string   `yaml:"conf"`

	yamltext.Place `yaml:"-"`
}

// Basis is a legal basis (PIPL art 13).
type Basis struct {
	ID   string   `yaml:"id"`
	Text Text     `yaml:",inline"`
	None bool     `yaml:"none"` // it was found that there is none
	Cite []string `yaml:"cite"`
	Conf string   `yaml:"conf"`

	yamltext.Place `yaml:"-"`
}

// Point is something an edge may need.
type Point struct {
	ID   string `yaml:"id"`
	Text Text   `yaml:",inline"`
	Ask  Text   `yaml:"ask"` // what to ask the processor for

	yamltext.Place `yaml:"-"`
}

// BasisPoint is the point that the Basis of an edge answers.
const BasisPoint = "basis"

// Rule says that an edge of which every word of When holds needs a point.
type Rule struct {
	ID    string   `yaml:"id"`
	When  []string `yaml:"when"`
	Needs string   `yaml:"needs"`
	From  pil.Day  `yaml:"from"` // 0: always
	To    pil.Day  `yaml:"to"`
	Text  Text     `yaml:",inline"`
	Cite  []string `yaml:"cite"`
	Conf  string   `yaml:"conf"`

	yamltext.Place `yaml:"-"`
}

// Rules are the law's data on flows.
type Rules struct {
	Categories []*Category `yaml:"categories"`
	Bases      []*Basis    `yaml:"bases"`
	Points     []*Point    `yaml:"points"`
	Rules      []*Rule     `yaml:"rules"`
}

// FilingFaces is how many persons' faces, stored, have to be filed (FR15).
const FilingFaces = 100_000

// facts are the words a rule's When may hold beside handlings and circumstances.
var facts = []string{"sensitive", "face", "by-consent", "faces-100000", "anonymous"}

// Load reads the rules below base, and lays those of each overlay over them: an
// entry with the same id takes the other's place. What is broken or unknown is an
// invalid Error with file and line.
func Load(base fs.FS, overlays ...fs.FS) (*Rules, error) {
	r := &Rules{}
	for i, fsys := range append([]fs.FS{base}, overlays...) {
		data, err := fs.ReadFile(fsys, File)
		if errors.Is(err, fs.ErrNotExist) && i > 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		var more Rules
		if err := yamltext.Decode(File, data, &more); err != nil {
			return nil, err
		}
		r.Categories = lay(r.Categories, more.Categories, func(c *Category) string { return c.Tag })
		r.Bases = lay(r.Bases, more.Bases, func(b *Basis) string { return b.ID })
		r.Points = lay(r.Points, more.Points, func(p *Point) string { return p.ID })
		r.Rules = lay(r.Rules, more.Rules, func(x *Rule) string { return x.ID })
	}
	return r, r.check()
}

// Builtin are the built-in rules.
var Builtin = sync.OnceValue(func() *Rules {
	r, err := Load(law.FS)
	if err != nil {
		panic(err) // the tests load them
	}
	return r
})

func lay[T any](base, more []*T, id func(*T) string) []*T {
	for _, m := range more {
		if i := slices.IndexFunc(base, func(b *T) bool { return id(b) == id(m) }); i >= 0 {
			base[i] = m
		} else {
			base = append(base, m)
		}
	}
	return base
}

func (r *Rules) check() error {
	for _, c := range r.Categories {
		if c.Tag == "" || c.Text.Zh == "" || c.Text.En == "" || len(c.Cite) == 0 || c.Anonymous != (c.Tier == "") {
			return c.Errorf("信息种类缺少 tag、zh、en、cite，或者类别 A、B、C (category incomplete)")
		}
	}
	for _, b := range r.Bases {
		if b.ID == "" || b.Text.Zh == "" || b.Text.En == "" || len(b.Cite) == 0 {
			return b.Errorf("合法性基础缺少 id、zh、en 或者 cite (basis incomplete)")
		}
	}
	for _, p := range r.Points {
		if p.ID == "" || p.Text.Zh == "" || p.Text.En == "" || p.Ask.Zh == "" || p.Ask.En == "" {
			return p.Errorf("要求缺少 id、zh、en 或者 ask (point incomplete)")
		}
	}
	for _, x := range r.Rules {
		if x.ID == "" || x.Text.Zh == "" || x.Text.En == "" || len(x.Cite) == 0 {
			return x.Errorf("规则缺少 id、zh、en 或者 cite (rule incomplete)")
		}
		if r.Point(x.Needs) == nil {
			return x.Errorf("规则 %s 的 needs 没有这一项 (no such point)", x.ID)
		}
		for _, w := range x.When {
			if !slices.Contains(facts, w) && !slices.Contains(Handlings, Handling(w)) && !slices.Contains(Circumstances, Circumstance(w)) {
				return x.Errorf("规则 %s 的 when 有不认识的词 %s (unknown word)", x.ID, pil.Quote(w))
			}
		}
	}
	return nil
}

func find[T any](list []*T, id string, of func(*T) string) *T {
	for _, x := range list {
		if of(x) == id {
			return x
		}
	}
	return nil
}

// Category finds a category by its tag; nil where there is none.
func (r *Rules) Category(tag string) *Category {
	return find(r.Categories, tag, func(c *Category) string { return c.Tag })
}

// Basis finds a basis; nil where there is none.
func (r *Rules) Basis(id string) *Basis {
	return find(r.Bases, id, func(b *Basis) string { return b.ID })
}

// Point finds a point; nil where there is none.
func (r *Rules) Point(id string) *Point {
	return find(r.Points, id, func(p *Point) string { return p.ID })
}

func (r *Rules) pointIDs() (out []string) {
	for _, p := range r.Points {
		out = append(out, p.ID)
	}
	return out
}

// Finding is one point that an edge needs and that is not shown to be there.
type Finding struct {
	Edge    int64
	Point   *Point
	Missing bool // somebody looked, and it is not there; else nobody has looked yet
	Rules   []*Rule
}

// Cites are the articles of all its rules, each once.
func (f *Finding) Cites() (out []string) {
	for _, x := range f.Rules {
		for _, c := range x.Cite {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// Judge goes through every edge in its order, and names the points it needs that
// are missing or not looked into, in the order of the law's data.
func (r *Rules) Judge(m *Map) (out []Finding) {
	for i := range m.Edges {
		out = append(out, r.judge(m, &m.Edges[i])...)
	}
	return out
}

func (r *Rules) judge(m *Map, e *Edge) (out []Finding) {
	holds := r.holds(m, e)
	for _, p := range r.Points {
		f := Finding{Edge: e.ID, Point: p}
		for _, x := range r.Rules {
			if x.Needs == p.ID && x.reaches(e) && x.holds(holds) {
				f.Rules = append(f.Rules, x)
			}
		}
		answer := r.answer(e, p.ID)
		if len(f.Rules) > 0 && answer != pil.Yes {
			f.Missing = answer == pil.No
			out = append(out, f)
		}
	}
	return out
}

// Needs are the points that an edge needs by the rules, answered or not.
func (r *Rules) Needs(m *Map, e *Edge) (out []*Point) {
	all := *e
	all.Answers = nil
	for _, f := range r.judge(m, &all) {
		out = append(out, f.Point)
	}
	return out
}

// answer is what an edge says of a point.
func (r *Rules) answer(e *Edge, point string) pil.Tri {
	if point != BasisPoint {
		return e.Answers[point]
	}
	switch b := r.Basis(e.Basis); {
	case b == nil:
		return pil.Unknown
	case b.None:
		return pil.No
	}
	return pil.Yes
}

// reaches reports whether the rule was in force at some time of the edge.
func (x *Rule) reaches(e *Edge) bool {
	return (x.To == 0 || e.Begin == 0 || e.Begin <= x.To) && (x.From == 0 || e.End == 0 || e.End >= x.From)
}

// holds reports whether everything the rule asks for is so. A rule on anonymous
// data is for those alone, and every other for personal information.
func (x *Rule) holds(facts map[string]bool) bool {
	if slices.Contains(x.When, "anonymous") != facts["anonymous"] {
		return false
	}
	return !slices.ContainsFunc(x.When, func(w string) bool { return !facts[w] })
}

// holds are the words that are so of an edge.
func (r *Rules) holds(m *Map, e *Edge) map[string]bool {
	is := map[string]bool{string(e.Handling): true, "anonymous": len(e.Categories) > 0}
	if e.Handling == Sell {
		is[string(Provide)] = true
	}
	if to := m.Node(e.To); to != nil && to.Kind == Keeper {
		is[string(Store)] = true
	}
	for _, c := range e.Circumstances {
		is[string(c)] = true
	}
	for _, tag := range e.Categories {
		c := r.Category(tag)
		if c == nil {
			continue
		}
		is["sensitive"] = is["sensitive"] || c.Sensitive
		is["minors"] = is["minors"] || c.Minors
		is["anonymous"] = is["anonymous"] && c.Anonymous
		is["face"] = is["face"] || tag == "face"
	}
	is["sensitive"] = is["sensitive"] || is["minors"]
	b := r.Basis(e.Basis)
	is["by-consent"] = b == nil || b.None || b.ID == "consent"
	many := e.Persons >= FilingFaces || e.Persons == 0 && e.Rows >= FilingFaces // nobody has counted the persons yet
	is["faces-100000"] = is["face"] && is[string(Store)] && many
	return is
}
