package web

import (
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

func (s *Server) showOffice(c *call) error { return s.officePage(c, c.empty(nil), c.empty(nil)) }

func (s *Server) officePage(c *call, f, below *filled) error {
	o, err := s.desk.ShowOffice(c.ctx(), c.session.Who)
	if err != nil {
		return err
	}
	parts := []templ.Component{card(ui.Section{Title: c.t("本院", "This office")}, ui.Facts([]ui.Fact{
		{Label: c.t("级别", "Level"), Value: ui.In(c.ctx(), o.Level)}, {Label: c.t("种类", "Kind"), Value: ui.In(c.ctx(), o.Kind)},
		{Label: c.t("辖区代码", "Region"), Value: string(o.Region)}, {Label: c.t("上级院", "Led by"), Value: o.Parent.Name}}))}
	if o.MayChange {
		fields := []question{{Field: ui.Field{Name: "name", Label: c.t("检察院名称", "Name of the office"), Value: o.Name, MaxLength: 60}}}
		for _, d := range o.Departments {
			fields = append(fields, question{Field: ui.Field{Name: fmt.Sprintf("dep-%d", d.ID), Label: c.t("部门", "Department"), Value: d.Name, Half: true, MaxLength: 60}})
		}
		fields = append(fields, question{Field: ui.Field{Name: "add", Label: c.t("增加部门", "New department"), Half: true, MaxLength: 60}})
		parts = append(parts, card(ui.Section{Title: c.t("名称和部门", "Name and departments")}, f.fields(ui.Form{Action: "/office", Submit: c.t("保存", "Save")}, fields...)))
	} else {
		g := ui.Grid{Caption: c.t("部门", "Departments"), Columns: []ui.Column{{Label: c.t("部门", "Department")}}, Empty: ui.EmptyState{Title: c.t("没有部门", "No departments")}}
		for _, d := range o.Departments {
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: d.Name}}})
		}
		parts = append(parts, card(ui.Section{Title: c.t("部门", "Departments"), Flush: true}, ui.Table(g)))
	}
	g := ui.Grid{Caption: c.t("下级院", "Offices below"), Columns: []ui.Column{{Label: c.t("名称", "Name")}, {Label: c.t("级别", "Level"), Tight: true}, {Label: c.t("辖区代码", "Region"), Tight: true}}, Empty: ui.EmptyState{Title: c.t("没有下级院", "No offices below")}}
	for _, l := range o.Below {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: l.Name}, {Text: ui.In(c.ctx(), l.Level)}, {Text: string(l.Region)}}})
	}
	parts = append(parts, card(ui.Section{Title: c.t("下级院", "Offices below"), Flush: true}, ui.Table(g)))
	if o.MayChange {
		parts = append(parts, card(ui.Section{Title: c.t("增加下级院", "Add an office below")}, below.fields(ui.Form{Action: "/office/below", Submit: c.t("增加", "Add")}, c.belowFields()...)))
	}
	return c.page(ui.Page{Title: o.Name}, parts...)
}

func (c *call) belowFields() []question {
	level := question{kind: choice, Field: ui.Field{Name: "level", Label: c.t("级别", "Level"), Half: true, Required: true}}
	for _, l := range account.Levels() {
		level.Options = append(level.Options, ui.Option{Value: l.String(), Label: ui.In(c.ctx(), l)})
	}
	kind := question{kind: choice, Field: ui.Field{Name: "kind", Label: c.t("种类", "Kind"), Half: true, Required: true}}
	for _, k := range account.Kinds() {
		kind.Options = append(kind.Options, ui.Option{Value: k.String(), Label: ui.In(c.ctx(), k)})
	}
	return []question{{Field: ui.Field{ID: "f-below-name", Name: "name", Label: c.t("名称", "Name"), Half: true, Required: true, MaxLength: 60}}, level, kind,
		{Field: ui.Field{Name: "region", Label: c.t("辖区代码", "Region"), Half: true, InputMode: "numeric", MaxLength: 6, Hint: c.t("GB/T 2260，2、4或者6位数字", "GB/T 2260: 2, 4 or 6 digits")}}}
}

func (s *Server) changeOffice(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.OfficeChange{Name: f.need("name", c.t("检察院名称", "Name of the office")), Departments: map[int64]string{}}
	for name := range f.values {
		var dep int64
		if n, err := fmt.Sscanf(name, "dep-%d", &dep); n == 1 && err == nil {
			in.Departments[dep] = f.need("dep-"+strconv.FormatInt(dep, 10), c.t("部门", "Department"))
		}
	}
	if add := f.text("add"); add != "" {
		in.Add = []string{add}
	}
	if f.ok() {
		err := s.desk.ChangeOffice(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done("/office", c.t("已保存", "Saved"))
		}
		if err := f.mend("", err); err != nil {
			return err
		}
	}
	return s.officePage(c, f, c.empty(nil))
}

func (s *Server) addOffice(c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := desk.NewOffice{Code: "new", Name: f.need("name", c.t("名称", "Name"))}
	if in.Level, err = account.ParseLevel(f.text("level")); err != nil {
		f.wrong("level", c.say(err))
	}
	if in.Kind, err = account.ParseKind(f.text("kind")); err != nil {
		f.wrong("kind", c.say(err))
	}
	if text := f.text("region"); text != "" {
		if in.Region, err = pil.ParseRegion(text); err != nil {
			f.wrong("region", c.say(err))
		}
	}
	if f.ok() {
		_, err := s.desk.AddOffices(c.ctx(), c.session.Who, []desk.NewOffice{in})
		if err == nil {
			return c.done("/office", c.t("已增加", "Added"))
		}
		if err := f.mend("", err); err != nil {
			return err
		}
	}
	return s.officePage(c, c.empty(nil), f)
}
