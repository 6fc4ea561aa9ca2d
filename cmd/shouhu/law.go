package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

type lawCmd struct {
	List  lawListCmd  `cmd:"" help:"列出程序、规范体系、期限和地方规则 · list what there is"`
	Show  lawShowCmd  `cmd:"" help:"看一个程序、步骤、期限、文书、规范或地方规则 · show one entry"`
	Graph lawGraphCmd `cmd:"" help:"把一个程序画成图 · draw a procedure"`
	Check lawCheckCmd `cmd:"" help:"检查法律数据是否自洽 · prove that it hangs together"`
}

type lawListCmd struct {
	overlay
	JSON bool `name:"json" help:"输出 JSON"`
}

// Run lists the procedures with their states and steps, the norm sets and the
// local rules.
func (c *lawListCmd) Run(out io.Writer) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, struct {
			Hash       string               `json:"hash"`
			Procedures []*statute.Procedure `json:"procedures"`
			Sets       []*statute.NormSet   `json:"sets"`
			Local      []*statute.LocalRule `json:"local"`
			Limits     []*statute.Limit     `json:"limits"`
		}{l.Hash, l.Procedures, l.Sets, l.Local, l.Limits})
	}
	procedures := newTable("程序", "名称", "状态", "步骤")
	for _, p := range l.Procedures {
		procedures.row(p.ID, p.Zh+" · "+p.En, fmt.Sprint(len(p.States)), fmt.Sprint(len(p.Steps)))
	}
	sets := newTable("规范体系", "起", "开始了什么")
	for _, n := range l.Sets {
		from := n.From.String()
		if n.From == 0 {
			from = "未施行"
		}
		sets.row(n.ID, from, n.Zh)
	}
	local := newTable("地方规则", "地区", "起", "作用", "把握", "内容")
	for _, r := range l.Local {
		effect := r.Effect
		if r.Optional {
			effect += "(可选)"
		}
		local.row(r.ID, pil.Region(r.Region).ProvinceZh(), r.From.String(), effect, string(r.Conf), r.Zh)
	}
	for _, t := range []*table{procedures, sets, local} {
		if err := t.print(out); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "期限 %d 个:shouhu deadline --list · 一个条目:shouhu law show ID · 画图:shouhu law graph 程序\n", len(l.Limits))
	return err
}

type lawShowCmd struct {
	overlay
	ID   string `arg:"" help:"如 administrative、administrative/recommend、D07、W19、R、R75、R2021"`
	JSON bool   `name:"json" help:"输出 JSON"`
}

// Run shows one entry.
func (c *lawShowCmd) Run(out io.Writer) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	v, err := findEntry(l, c.ID)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, v)
	}
	switch v := v.(type) {
	case *statute.Procedure:
		return l.Graph(out, v.ID, "text", 0)
	case *statute.Step:
		_, err = io.WriteString(out, stepText(l, v))
	case *statute.Limit:
		_, err = io.WriteString(out, limitText(v))
	case *statute.Paper:
		_, err = fmt.Fprintf(out, "%s %s · %s\n依据 %s · 送达 %s · 签发 %s · 公开 %s · %s\n", v.ID, v.Zh, v.En, strings.Join(v.Cite, "、"), v.To, v.Signed, v.Public, v.Conf)
		for _, n := range l.Sets {
			if t, ok := n.Papers[v.ID]; ok && err == nil {
				_, err = fmt.Fprintf(out, "按 %s:%s · %s\n", n.ID, t.Zh, t.En)
			}
		}
	case *statute.Instrument:
		_, err = fmt.Fprintf(out, "%s 《%s》 · %s\n%s %s\n施行 %s · %s · %s\n%s\n", v.Key, v.Title, v.En, v.Issuer, v.Number, v.Period, v.Conf, v.Source, v.Note)
	case *statute.NormSet:
		_, err = fmt.Fprintf(out, "%s %s\n%s\n%s\n依据 %s\n", v.ID, v.From, v.Zh, v.En, strings.Join(v.Cite, "、"))
	case *statute.LocalRule:
		_, err = fmt.Fprintf(out, "%s %s %s\n%s\n%s\n依据 %s · %s\n", v.ID, pil.Region(v.Region).ProvinceZh(), v.Period, v.Zh, v.En, strings.Join(v.Cite, "、"), v.Conf)
	case statute.Text:
		_, err = fmt.Fprintf(out, "%s · %s\n", v.Zh, v.En)
	}
	return err
}

// findEntry looks an id up in everything the law holds; procedure/step names
// one step, a citation its instrument and article.
func findEntry(l *statute.Law, id string) (any, error) {
	if track, step, ok := strings.Cut(id, "/"); ok {
		if p := l.Procedure(track); p != nil {
			if s := p.Step(step); s != nil {
				return s, nil
			}
		}
		return nil, pil.NotFound("没有步骤 %s (no such step)", pil.Quote(id))
	}
	if p := l.Procedure(id); p != nil {
		return p, nil
	}
	if m := l.Limit(id); m != nil {
		return m, nil
	}
	if w := l.Paper(id); w != nil {
		return w, nil
	}
	if i := l.Instrument(id); i != nil {
		return i, nil
	}
	for _, n := range l.Sets {
		if n.ID == id {
			return n, nil
		}
	}
	for _, r := range l.Local {
		if r.ID == id {
			return r, nil
		}
	}
	var steps []string
	for _, p := range l.Procedures {
		if p.Step(id) != nil {
			steps = append(steps, p.ID+"/"+id)
		}
	}
	switch {
	case len(steps) == 1:
		return findEntry(l, steps[0])
	case len(steps) > 1:
		return nil, pil.Invalid("步骤 %s 见于几个程序，请指明:%s (name its procedure)", id, strings.Join(steps, "、"))
	}
	if t := l.CiteText(id); t.Zh != id {
		return t, nil
	}
	if m, err := findLimit(l, id); m != nil || pil.CodeOf(err) == pil.CodeInvalid {
		return m, err
	}
	return nil, pil.NotFound("没有 %s,用 shouhu law list 查看 (no such entry; see law list)", pil.Quote(id))
}

func stepText(l *statute.Law, s *statute.Step) string {
	out := new(strings.Builder)
	p := l.ProcedureOf(s)
	fmt.Fprintf(out, "%s %s · %s\n%s,由%s作出；可自:%s", s.ID, s.Zh, s.En, p.Zh, statute.ActorText(s.By).Zh, stateNames(p, s.From))
	if s.To != "" {
		fmt.Fprintf(out, ";到:%s", p.State(s.To).Zh)
	}
	fmt.Fprintln(out)
	for _, g := range s.Grounds {
		fmt.Fprintf(out, "理由 %s %s\n", g.ID, g.Zh)
	}
	for _, r := range s.Law {
		fmt.Fprintf(out, "\n%s\n", r.Line())
		for _, c := range r.Cite {
			fmt.Fprintf(out, "  %s %s\n", c, l.CiteText(c).Zh)
		}
	}
	fmt.Fprintf(out, "\n报刊用语 %s\n", strings.Join(s.Words, "、"))
	return out.String()
}

func stateNames(p *statute.Procedure, ids []string) string {
	var names []string
	for _, id := range ids {
		if st := p.State(id); st != nil {
			names = append(names, st.Zh)
		} else {
			names = append(names, "任何状态")
		}
	}
	return strings.Join(names, "、")
}

func limitText(m *statute.Limit) string {
	out := new(strings.Builder)
	fmt.Fprintf(out, "%s %s · %s\n%s · %s · 起于 %s\n", m.ID, m.Zh, m.En, m.Kind, statute.ActorText(m.Who).Zh, m.Start.Zh)
	for _, v := range m.Vers {
		fmt.Fprintf(out, "  %s %s · %s (%s) %s\n", v.Period, v.Length().Zh, strings.Join(v.Cite, "、"), v.Conf, v.Note)
	}
	for _, e := range m.Extend {
		fmt.Fprintf(out, "  延长 %d个月 · %s · %s\n", e.Months, statute.ActorText(e.By).Zh, e.Cite)
	}
	if m.Exclude != nil {
		fmt.Fprintf(out, "  不计入 %s · %s\n", m.Exclude.Zh, m.Exclude.Cite)
	}
	if m.Outside != nil {
		fmt.Fprintf(out, "  %s\n", m.Outside.Zh)
	}
	if m.Note != "" {
		fmt.Fprintln(out, m.Note)
	}
	return out.String()
}

type lawGraphCmd struct {
	overlay
	ID     string `arg:"" help:"程序，如 administrative"`
	Format string `help:"svg、dot 或 text" default:"svg" enum:"svg,dot,text"`
	On     string `help:"按哪一天的规范画，默认最新 · by the norms of this day"`
}

// Run draws a procedure.
func (c *lawGraphCmd) Run(out io.Writer) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	var on pil.Day
	if c.On != "" {
		if on, err = pil.ParseDay(c.On); err != nil {
			return err
		}
	}
	return l.Graph(out, c.ID, c.Format, on)
}

type lawCheckCmd struct {
	overlay
	JSON bool `name:"json" help:"输出 JSON"`
}

// Run checks the law; its answer no is exit status 1.
func (c *lawCheckCmd) Run(out io.Writer) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	r := l.Check()
	if c.JSON {
		err = printJSON(out, r)
	} else {
		if _, err := io.WriteString(out, strings.Join(append(r.Problems, ""), "\n")); err != nil {
			return err
		}
		t := newTable("数目", "")
		for _, k := range slices.Sorted(maps.Keys(r.Counts)) {
			t.row(k, fmt.Sprint(r.Counts[k]))
		}
		if err = t.print(out); err == nil && r.OK {
			_, err = fmt.Fprintln(out, "\n自洽：状态都能到达，步骤都有依据或标明做法，期限都有起止。(ok)")
		}
	}
	if err == nil && !r.OK {
		return errNo
	}
	return err
}
