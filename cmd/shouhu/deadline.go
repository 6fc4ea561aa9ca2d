package main

import (
	"fmt"
	"io"
	"strings"

	"shouhu/internal/calendar"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

type deadlineCmd struct {
	overlay
	ID           string `name:"id" help:"期限编号，如 D07 · limit id"`
	Start        string `help:"起算日 YYYY-MM-DD · day of the trigger"`
	Days         int    `help:"文书载明的天数(只用于 D34) · days stated by the paper"`
	Region       string `help:"GB/T 2260 地区代码，计入当地民族节日 · region code"`
	MovedWeekend string `help:"调休上班的周末:work 不算休息日(默认),rest 仍算 · how moved working weekends count" default:"work"`
	List         bool   `help:"列出全部期限 · print the master list"`
	JSON         bool   `name:"json" help:"输出 JSON"`
}

type deadlineAnswer struct {
	ID          string       `json:"id"`
	Start       pil.Day      `json:"start"`
	Raw         pil.Day      `json:"raw"`
	Due         pil.Day      `json:"due"`
	Unit        string       `json:"unit"`
	Kind        statute.Kind `json:"kind"`
	Provisional bool         `json:"provisional"`
	Basis       []string     `json:"basis"`
	Explain     string       `json:"explain"`
	ExplainEn   string       `json:"explain_en"`
	Warnings    []string     `json:"warnings"`
	InForce     bool         `json:"in_force"` // the norms of the start day know the limit
	Law         string       `json:"law"`      // hash of the law it was counted under
}

// Run counts one limit, or lists them all.
func (c *deadlineCmd) Run(out io.Writer) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	if c.List {
		return listLimits(out, l, c.JSON)
	}
	if c.ID == "" || c.Start == "" {
		return pil.Invalid("请给出 --id 和 --start,或用 --list 查看全部期限 (need --id and --start, or --list)")
	}
	m, err := findLimit(l, c.ID)
	if err != nil {
		return err
	}
	start, err := pil.ParseDay(c.Start)
	if err != nil {
		return err
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	if c.Days < 0 {
		return pil.Invalid("--days 不能为负 (must not be negative)")
	}
	d, err := m.Count(l.Calendar.With(options), statute.Question{Start: start, Days: c.Days})
	if err != nil {
		return err
	}
	text := l.Explain(d)
	a := deadlineAnswer{ID: m.ID, Start: d.Start, Raw: d.Raw, Due: d.Due, Unit: d.Version.Unit(m.Kind), Kind: m.Kind, Provisional: d.Provisional,
		Basis: l.Basis(d), Explain: text.Zh, ExplainEn: text.En, Warnings: []string{}, InForce: !d.OutOfForce, Law: l.Hash}
	for _, w := range l.Warnings(d) {
		text := w.Zh
		if w.En != "" {
			text += " (" + w.En + ")"
		}
		a.Warnings = append(a.Warnings, text)
	}
	if c.JSON {
		return printJSON(out, a)
	}
	_, err = fmt.Fprintf(out, "%s  %s\n\n%s\n%s\n", a.ID, d.Due.Zh(), a.Explain, a.ExplainEn)
	return err
}

func (c *deadlineCmd) options() (o calendar.Options, err error) {
	if o.Moved, err = calendar.ParseMovedWeekend(c.MovedWeekend); err != nil {
		return o, err
	}
	if c.Region != "" {
		o.Region, err = pil.ParseRegion(c.Region)
	}
	return o, err
}

// findLimit finds a limit; a bare id that has variants is an error that lists them.
func findLimit(l *statute.Law, id string) (*statute.Limit, error) {
	if m := l.Limit(id); m != nil {
		return m, nil
	}
	var variants []string
	for _, m := range l.Limits {
		if strings.HasPrefix(m.ID, id+".") {
			variants = append(variants, m.ID)
		}
	}
	if len(variants) > 0 {
		return nil, pil.Invalid("期限 %s 有几种，请指明一种:%s (pick one of its variants)", id, strings.Join(variants, "、"))
	}
	return nil, pil.NotFound("没有期限 %s,用 shouhu deadline --list 查看 (no such limit; see --list)", pil.Quote(id))
}

func listLimits(out io.Writer, l *statute.Law, asJSON bool) error {
	if asJSON {
		return printJSON(out, l.Limits)
	}
	t := newTable("编号", "期限", "种类", "长度", "起算", "依据", "把握")
	for _, m := range l.Limits {
		v := m.Vers[len(m.Vers)-1]
		t.row(m.ID, m.Zh, string(m.Kind), v.Length().Zh, m.Start.Zh, strings.Join(v.Cite, "、"), string(v.Conf))
	}
	return t.print(out)
}
