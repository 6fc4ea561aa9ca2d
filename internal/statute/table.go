package statute

import (
	"fmt"
	"io"
	"strings"

	"shouhu/internal/pil"
)

// WriteTable prints every step × state × decider × limit × article × dates, one
// rule a line, for a lawyer to read in a diff.
func (l *Law) WriteTable(w io.Writer) error {
	b := new(strings.Builder)
	for _, p := range l.Procedures {
		fmt.Fprintf(b, "## %s %s · %s\n\n", p.ID, p.Zh, p.En)
		for _, s := range p.Steps {
			to := s.To
			if to == "" {
				to = "="
			}
			fmt.Fprintf(b, "%s %s [%s] %s → %s\n", s.ID, s.Zh, s.By, strings.Join(s.From, ","), to)
			if s.Region != "" {
				fmt.Fprintf(b, "    地区 %s\n", pil.Region(s.Region).ProvinceZh())
			}
			for _, g := range s.Grounds {
				fmt.Fprintf(b, "    理由 %s %s%s\n", g.ID, g.Zh, where(g))
			}
			for _, r := range s.Law {
				fmt.Fprintf(b, "    %s\n", r.Line())
			}
		}
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "## 期限 limits\n\n")
	for _, m := range l.Limits {
		fmt.Fprintf(b, "%s %s [%s, %s] 起于 %s%s\n", m.ID, m.Zh, m.Kind, m.Who, m.Start.Zh, after(m))
		for _, v := range m.Vers {
			fmt.Fprintf(b, "    %s %s · %s (%s)\n", v.Period, v.Length().Zh, strings.Join(v.Cite, "、"), v.Conf)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func where(g Ground) string {
	if g.Region == "" {
		return ""
	}
	return fmt.Sprintf("(%s,%s)", pil.Region(g.Region).ProvinceZh(), g.Period)
}

func after(m *Limit) string {
	if m.after == nil {
		return ""
	}
	return "(接 " + m.after.ID + " 届满)"
}

// String writes a period as 2018-03-02…2021-06-30.
func (p Period) String() string { return p.From.String() + "…" + p.To.String() }

// Line writes the rule on one line: dates, who, papers, limits, needs, articles.
func (r *Rule) Line() string {
	parts := []string{r.Period.String()}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+value)
		}
	}
	add("提出", who(r.Propose))
	add("审核", who(r.Review))
	add("决定", who(r.Decide...))
	add("上级", higher[r.Higher])
	add("文书", strings.Join(r.Papers, ","))
	for _, x := range []struct {
		name string
		ids  []string
	}{{"起算", r.Starts}, {"改起", r.Restarts}, {"结束", r.Ends}, {"停", r.Pauses}, {"续", r.Resumes}, {"延", r.Extends}} {
		add(x.name, strings.Join(x.ids, ","))
	}
	for _, n := range r.Needs {
		add("须", n.summary())
	}
	cite := strings.Join(r.Cite, "、")
	if r.Basis != ByLaw {
		cite = strings.TrimSpace(cite + " " + basisZh[r.Basis])
	}
	add("依据", fmt.Sprintf("%s (%s)", cite, r.Conf))
	return strings.Join(parts, " · ")
}

// who names actors in Chinese, alternatives joined by 或.
func who(ids ...string) string {
	var names []string
	for _, id := range ids {
		if id != "" {
			names = append(names, actorText(id).Zh)
		}
	}
	return strings.Join(names, "或")
}

var basisZh = map[Basis]string{ByPractice: "做法", ByInference: "推论"}

// higher is what the higher procuratorate does about a step.
var higher = map[string]string{"record": "备案", "approve": "批准", "report": "报告"}

func (n Need) summary() string {
	s := n.Zh
	if n.Cite != "" {
		s += "(" + n.Cite + ")"
	}
	if n.Level == "warn" {
		s += "[提示]"
	}
	return s
}
