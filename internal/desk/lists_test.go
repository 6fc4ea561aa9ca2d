package desk

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// A person keeps views of a page: each name once, so many and no more, and nobody
// else's.
func TestSaveView(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	for _, bad := range []struct{ page, name, query string }{
		{"cases", " ", "a=1"}, {"cases", strings.Repeat("长", 21), "a=1"}, {"", "x", ""}, {"cases", "x", "%zz"}, {"cases", "x", strings.Repeat("a", 2001)},
	} {
		if err := b.SaveView(ctx, b.handler, bad.page, bad.name, bad.query); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	for i := range maxViews {
		if err := b.SaveView(ctx, b.handler, "cases", fmt.Sprintf("视图%d", i), "state=served"); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.SaveView(ctx, b.handler, "cases", "多一个", ""); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("one too many: %v", err)
	}
	if err := b.SaveView(ctx, b.handler, "cases", "视图3", "sort=due"); err != nil {
		t.Errorf("a name again: %v", err)
	}
	list := must(b.Views(ctx, b.handler, "cases"))(t)
	if len(list) != maxViews || list[maxViews-1].Name != "视图3" || list[maxViews-1].Query != "sort=due" {
		t.Errorf("%+v", list)
	}
	if got := must(b.Views(ctx, b.second, "cases"))(t); len(got) != 0 {
		t.Errorf("somebody else sees %+v", got)
	}
	if err := b.RemoveView(ctx, b.second, list[0].ID); err != nil {
		t.Error(err)
	}
	if err := b.RemoveView(ctx, b.handler, list[1].ID); err != nil {
		t.Error(err)
	}
	if got := must(b.Views(ctx, b.handler, "cases"))(t); len(got) != maxViews-1 || got[0].ID != list[0].ID {
		t.Errorf("after removing: %+v", got)
	}
}

// What is counted is what the person may see statistics of, and looking is recorded.
func TestStatistics(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	b.on("2021-11-01")
	b.opened(t)
	b.on("2021-11-20")
	for _, x := range []struct {
		who         Who
		live, late  int
		states      int
		mayTakeAway bool
	}{
		{b.handler, 1, 1, 1, false}, {b.second, 0, 0, 0, false}, {b.head, 1, 1, 1, true}, {b.chief, 1, 1, 1, true}, {b.higher, 1, 1, 1, true},
	} {
		s := must(b.ShowStatistics(ctx, x.who))(t)
		if s.Live != x.live || s.Late != x.late || len(s.States) != x.states || s.Export != x.mayTakeAway {
			t.Errorf("person %d: live %d, late %d, states %+v, export %v", x.who.Person, s.Live, s.Late, s.States, s.Export)
		}
		if x.late == 1 && (s.ByPerson[0].ID != b.handler.Person || s.ByLimit[0].Name.Zh == "" || s.ByField[0].Key == "") {
			t.Errorf("late: %+v %+v %+v", s.ByPerson, s.ByLimit, s.ByField)
		}
	}
	if _, err := b.ShowStatistics(ctx, b.assistant); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("an assistant: %v", err)
	}
	if _, err := b.ExportStatistics(ctx, b.handler); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("a prosecutor takes it along: %v", err)
	}
	if _, err := b.ExportStatistics(ctx, b.head); err != nil {
		t.Error(err)
	}
	n := 0
	if _, err := b.ExportCases(ctx, b.head, MatterFilter{}, func(MatterLine) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("exported %d: %v", n, err)
	}
	if _, err := b.ExportCases(ctx, b.handler, MatterFilter{}, func(MatterLine) error { return nil }); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("a prosecutor takes a list along: %v", err)
	}
	err := b.store.Read(ctx, func(v *store.View) error {
		rows, err := v.EntriesBy(store.EntryFilter{Action: account.ExportReport.String(), Most: 9})
		if len(rows) != 2 || rows[0].SubjectKind != store.KindCase || rows[0].ListCount != 1 || rows[1].SubjectKind != "statistics" {
			t.Errorf("the record says %+v", rows)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The record that is taken along says nothing of other offices, shows no content,
// and can be checked but for what it leaves out.
func TestExportRecord(t *testing.T) {
	b, ctx := newStaffed(t), t.Context()
	b.on("2021-11-01")
	b.opened(t)
	var auditor Who
	err := b.store.Write(ctx, b.now, func(tx *store.Tx) error {
		p := &store.Person{Login: "auditor", Name: "演示审计", OfficeID: 1, Roles: account.Auditor.String(), FromDay: pil.Date(2015, 1, 1)}
		if err := tx.Add(p); err != nil {
			return err
		}
		auditor.Person = p.ID
		return tx.Record(testEntry("add_person"))
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.ExportRecord(ctx, b.chief, &out); pil.CodeOf(err) != pil.CodeForbidden || out.Len() > 0 {
		t.Errorf("the chief: %v", err)
	}
	if err := b.ExportRecord(ctx, auditor, &out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if strings.Contains(text, `"content"`) || strings.Contains(text, `"office":"2"`) || !strings.Contains(text, `"action":"export_record"`) {
		t.Errorf("the file holds %s", text)
	}
	report, err := audit.Check(strings.NewReader(text), audit.Trust{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Fault != audit.EntryMissing && f.Fault != audit.RowMissing {
			t.Errorf("%+v", f)
		}
	}
	page := must(b.ShowRecord(ctx, auditor, RecordFilter{}))(t)
	for _, r := range page.Rows {
		if r.Office != "1" {
			t.Errorf("an entry of another office: %+v", r)
		}
	}
	if page.Signed != 0 || page.Size == 0 || !page.Export {
		t.Errorf("%+v", page)
	}
}
