package web

import (
	"context"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/ui"
)

// askAssign asks who works on a clue or case.
func (s *Server) askAssign(c *call) error { return s.assignPage(c, ui.Answers{}) }

func (s *Server) assignPage(c *call, a ui.Answers) error {
	f, err := s.desk.ShowAssigning(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	page := assigningPage(c.frame(), f, a)
	if len(a.Faults) > 0 {
		return c.again(page)
	}
	return c.show(page)
}

// takeAssign assigns a clue or case.
func (s *Server) takeAssign(c *call) error {
	form := c.told
	f, err := s.desk.ShowAssigning(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	in := desk.Assigning{Matter: f.ID, Seen: form.version(), Department: form.id("department")}
	lead := form.id("lead")
	for _, h := range f.Hands {
		for _, p := range form.ids("as-" + h.Role.String()) {
			if h.Role != account.Prosecutor || p != lead {
				in.To = append(in.To, desk.Assignee{Person: p, As: h.Role})
			}
		}
	}
	if lead != 0 {
		in.To = append([]desk.Assignee{{Person: lead, As: account.Prosecutor, Lead: true}}, in.To...)
	}
	if f.Kind == desk.KindCase && lead == 0 {
		form.wrong("lead", c.t("案件须有主办检察官（R6）", "A case has a prosecutor in charge (R6)"))
	}
	if form.ok() {
		assign := s.desk.AssignCase
		if f.Kind == desk.KindClue {
			assign = s.desk.AssignClue
		}
		err := assign(c.ctx(), c.session.Who, in)
		if err == nil {
			to := "/matters/" + id(f.ID)
			if !f.Opens {
				to += "/assign"
			}
			return c.done(to, c.t("已指定承办人员", "Assigned"))
		}
		if err := form.mend("lead", err); err != nil {
			return err
		}
	}
	return s.assignPage(c, form.answers())
}

// handOptions are those who may work on a matter in a role.
func handOptions(ctx context.Context, list []desk.Hand) []ui.Option {
	var out []ui.Option
	for _, h := range list {
		o := ui.Option{Value: id(h.ID), Label: h.Name, Selected: h.On && !h.Lead}
		if h.Lent {
			o.Hint = ui.T(ctx, "调用（R11）", "lent (R11)")
		}
		out = append(out, o)
	}
	return out
}

// leaders are the prosecutors one of whom leads; who leads now is chosen.
func leaders(f *desk.WorkFile) (out []ui.Option, now string) {
	for _, h := range f.Hands {
		if h.Role != account.Prosecutor {
			continue
		}
		for _, p := range h.People {
			out = append(out, ui.Option{Value: id(p.ID), Label: p.Name})
			if p.Lead {
				now = id(p.ID)
			}
		}
	}
	return out, now
}

// handsLabel names those who work on a matter in a role, beside who leads.
func handsLabel(ctx context.Context, r account.Role) string {
	if r == account.Prosecutor {
		return ui.T(ctx, "其他检察官", "Other prosecutors")
	}
	return ui.In(ctx, r)
}

// leaving are those who work on a matter and can do so no longer: with what is
// saved, they are off it.
func leaving(f *desk.WorkFile) string {
	var names []string
	for _, p := range f.People {
		stays := false
		for _, h := range f.Hands {
			for _, x := range h.People {
				stays = stays || h.Role == p.As && x.ID == p.PersonID
			}
		}
		if !stays {
			names = append(names, p.Name)
		}
	}
	return strings.Join(names, "、")
}

// askRecusal shows whose recusal was asked for, and asks for another.
func (s *Server) askRecusal(c *call) error { return s.recusalsPage(c, ui.Answers{}) }

func (s *Server) recusalsPage(c *call, a ui.Answers) error {
	f, err := s.desk.ShowRecusals(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	page := recusalPage(c.frame(), c.flash, f, a)
	if len(a.Faults) > 0 {
		return c.again(page)
	}
	return c.show(page)
}

// takeRecusal asks for a recusal.
func (s *Server) takeRecusal(c *call) error {
	f := c.told
	in := desk.RecusalRequest{Matter: c.number("id"), Person: f.needID("person", c.t("回避人员", "Who")), Ground: f.need("ground", c.t("理由", "Ground"))}
	if f.ok() {
		_, err := s.desk.RequestRecusal(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done("/matters/"+id(in.Matter)+"/recusal", c.t("已提出，等待决定", "Requested; it waits for a decision"))
		}
		if f.faults, err = c.fault(err); err != nil {
			return err
		}
	}
	return s.recusalsPage(c, f.answers())
}

func recusalTag(ctx context.Context, r desk.RecusalView) ui.Tag {
	switch r.State {
	case "decided":
		return ui.Tag{Tone: ui.Done, Text: ui.T(ctx, "已回避", "recused")}
	case "refused":
		return ui.Tag{Text: ui.T(ctx, "驳回", "refused")}
	case "withdrawn":
		return ui.Tag{Text: ui.T(ctx, "已撤回", "withdrawn")}
	}
	if r.Waits == "" {
		return ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "申请回避", "requested")}
	}
	return ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "待%s决定", "waits for: %s", r.Waits)}
}

func recusalGrid(ctx context.Context, f *desk.WorkFile) ui.Grid {
	g := ui.Grid{ID: "recusals-table", Caption: ui.T(ctx, "回避", "Recusals"), Columns: []ui.Column{
		{Label: ui.T(ctx, "人员、理由", "Who, and why")}, {Label: ui.T(ctx, "状态", "State"), Tight: true}, {Label: ui.T(ctx, "提出", "Requested"), Tight: true}, {Label: ui.T(ctx, "决定", "Decided")},
	}, Empty: ui.EmptyState{Title: ui.T(ctx, "没有人申请回避", "Nobody's recusal was asked for"), Text: ui.T(ctx, "本人应当自行回避；他人也可以提出，由检察长决定（R19–R22）。", "Who has to steps back; others may ask for it too, and the chief decides (R19–R22).")}}
	for _, r := range f.Recusals {
		row := ui.Row{Cells: []ui.Cell{{Text: r.Name, Sub: r.Ground}, {Content: ui.Badge(recusalTag(ctx, r))}, {Text: r.By, Sub: ui.Moment(r.RequestedAt.Time())}, {}}}
		if r.Approval != 0 {
			row.Href = "/approvals/" + id(r.Approval)
		}
		if r.DecidedOn != 0 && r.State != "withdrawn" {
			row.Cells[3] = ui.Cell{Text: ui.T(ctx, "%s（%s）", "%s (%s)", r.Decider, ui.In(ctx, r.As)), Sub: strings.TrimSpace(ui.Date(r.DecidedOn) + " " + r.Opinion)}
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}
