package account

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// columns are the roles' names over the printed table, three characters each.
var columns = [roleEnd]string{
	ClueOfficer: "线索员", Prosecutor: "检察官", Assistant: "助　理", Technician: "技术员", Head: "负责人", DeputyChief: "副检长",
	Chief: "检察长", Committee: "检委会", CaseManager: "案　管", Finance: "财　务", Auditor: "审　计", Administrator: "管理员",
}

// cells are the reaches as the printed table shows them.
var cells = [...]string{NoReach: "　·　", Own: "本　人", InDepartment: "部　门", InOffice: "本　院", Below: "下级院", Lower: "及下级"}

// marks says what else the table knows of an action.
func (r *row) marks() string {
	s := r.id
	switch {
	case r.is(reviews):
		s += " 他人审核"
	case r.is(byNorms):
		s += " 依规范决定"
	case r.is(decides):
		s += " 决定"
	}
	if r.is(inPerson) {
		s += " 亲自"
	}
	return s
}

// WriteTable prints the permission table, one action a line, for a chief to
// read in a diff.
func WriteTable(w io.Writer) error {
	b := new(strings.Builder)
	fmt.Fprintf(b, "范围：%s 承办的或者属于本人的 · %s 本部门 · %s 本院 · %s 所领导的院 · %s 本院及所领导的院\n", cells[Own], cells[InDepartment], cells[InOffice], cells[Below], cells[Lower])
	b.WriteString("他人审核：提出人不得审核。决定：提出人不得自行决定，检察长本人承办的除外（R109）。\n")
	b.WriteString("依规范决定：由当日规范指明的角色决定，未指明的由检察长决定。\n")
	b.WriteString("亲自：不得经授权、调用、代理或者访问令牌进行。回避的人一律不得参与（R19–R22）。\n")
	for _, s := range sections {
		fmt.Fprintf(b, "\n## %s\n", strings.TrimRight(s.zh+"："+s.why, "："))
		printed(b, "", func(r Role) string { return columns[r] }, "")
		for _, r := range s.rows {
			printed(b, r.zh, func(role Role) string { return cells[r.may[role]] }, r.marks())
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// printed writes one line: the action, a cell a role, what else there is.
func printed(b *strings.Builder, zh string, cell func(Role) string, end string) {
	b.WriteString(padded(zh, 13))
	for _, r := range AllRoles() {
		b.WriteString("│" + cell(r))
	}
	b.WriteString(strings.TrimSpace("│ "+end) + "\n")
}

// padded fills a text of full-width characters up to n of them.
func padded(s string, n int) string {
	return s + strings.Repeat("　", max(0, n-utf8.RuneCountInString(s)))
}
