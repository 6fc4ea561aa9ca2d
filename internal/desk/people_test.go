package desk

import (
	"errors"
	"strings"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// office is a bench with an office founded and staffed through the commands.
type office struct {
	*bench
	id, admin, chief, deputy, head, procA, procB, assistant, caseManager, auditor int64
	dep1, dep2                                                                    int64
	offices                                                                       map[string]int64
}

const demoPassword = "演示用的口令请勿外用"

func newOffice(tb testing.TB) *office {
	tb.Helper()
	o := &office{bench: newBench(tb)}
	o.door.hasher = account.Hasher{Memory: 64, Time: 1, Threads: 1}
	f, err := o.Found(tb.Context(), Founding{
		Offices: []NewOffice{
			{Code: "p", Name: "演示省院", Level: account.Provincial, Kind: account.Local, Region: "42"},
			{Code: "c", Name: "演示市院", Level: account.City, Kind: account.Local, Region: "4201", Parent: "p"},
			{Code: "d", Name: "演示区院", Level: account.Grassroots, Kind: account.Local, Region: "420111", Parent: "c"},
		},
		Departments:   []string{"第八检察部", "办公室"},
		Administrator: FirstPerson{"admin", "演示管理员", demoPassword},
		Chief:         FirstPerson{"chief", "演示检察长", demoPassword},
		Settings:      map[string]string{"title": "演示"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	o.id, o.admin, o.chief, o.dep1, o.dep2, o.offices = f.Office, f.Administrator, f.Chief, f.Departments[0], f.Departments[1], f.Offices
	o.deputy = o.add(tb, "deputy", "演示副检察长", 0, true, account.DeputyChief)
	o.head = o.add(tb, "head", "演示部门负责人", o.dep1, true, account.Head, account.Prosecutor)
	o.procA = o.add(tb, "proc-a", "演示检察官甲", o.dep1, true, account.Prosecutor)
	o.procB = o.add(tb, "proc-b", "演示检察官乙", o.dep1, true, account.Prosecutor)
	o.assistant = o.add(tb, "assistant", "演示助理", o.dep1, false, account.Assistant)
	o.caseManager = o.add(tb, "manager", "演示案管", o.dep2, false, account.CaseManager)
	o.auditor = o.add(tb, "auditor", "演示督察", o.dep2, false, account.Auditor)
	return o
}

// add adds one of the staff as the administrator, with roles the chief decides.
func (o *office) add(tb testing.TB, login, name string, dep int64, procurator bool, roles ...account.Role) int64 {
	tb.Helper()
	got, err := o.AddPerson(tb.Context(), Who{Person: o.admin}, NewPerson{Login: login, Name: name, Department: dep, Procurator: procurator,
		Roles: account.RolesOf(roles...), Password: demoPassword})
	if err != nil {
		tb.Fatal(err)
	}
	if len(roles) > 0 {
		if err := o.DecideRole(tb.Context(), Who{Person: o.chief}, RoleDecision{Approval: got.Approval, Agree: true}); err != nil {
			tb.Fatal(err)
		}
	}
	return got.Person
}

// matter puts a matter into the store, assigned to persons as prosecutors.
func (o *office) matter(tb testing.TB, kind string, office, dep int64, to ...int64) int64 {
	tb.Helper()
	m := &store.Matter{Kind: kind, OfficeID: office, DepartmentID: dep, Number: "公益〔2021〕" + idText(int64(len(to))) + "号", Title: "演示事项", Field: "personal-information",
		Region: "420111", Demo: true, Version: 1}
	o.put(tb, func(tx *store.Tx) error {
		if err := tx.Add(m); err != nil {
			return err
		}
		for i, p := range to {
			if err := tx.Add(&store.Assignment{MatterID: m.ID, PersonID: p, Role: "prosecutor", Lead: i == 0, FromAt: tx.Now}); err != nil {
				return err
			}
		}
		return nil
	})
	return m.ID
}

// put writes rows that no command of this file writes.
func (o *office) put(tb testing.TB, fn func(*store.Tx) error) {
	tb.Helper()
	err := o.byMachine(tb.Context(), func(tx *store.Tx) (audit.Entry, error) {
		return audit.Entry{Actor: "test", Office: idText(o.id), Action: "put_rows", Subject: audit.Subject{Kind: "office", ID: idText(o.id)}}, fn(tx)
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// view reads from the store.
func (o *office) view(tb testing.TB, fn func(*store.View) error) {
	tb.Helper()
	if err := o.store.Read(tb.Context(), fn); err != nil {
		tb.Fatal(err)
	}
}

// size is how many entries the record has.
func (o *office) size(tb testing.TB) (n int64) {
	tb.Helper()
	o.view(tb, func(v *store.View) (err error) { n, err = v.Size(); return err })
	return n
}

// last is the last entry of the record.
func (o *office) last(tb testing.TB) (e audit.Entry) {
	tb.Helper()
	n := o.size(tb)
	o.view(tb, func(v *store.View) error {
		list, err := v.Entries(n-1, n)
		if err == nil {
			e = list[0]
		}
		return err
	})
	return e
}

func day(tb testing.TB, s string) pil.Day {
	tb.Helper()
	d, err := pil.ParseDay(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// Every command about people is refused to who may not, leaves nothing then, and
// leaves exactly one entry where it is done.
func TestPeopleCommands(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	until := o.Day() + 30
	kase := o.matter(t, store.KindCase, o.id, o.dep1, o.procA)
	clue := o.matter(t, store.KindClue, o.id, o.dep1, o.procA)
	var token string
	var delegation, grant, cover, recusal, approval int64
	lent := func() int64 { // somebody of the office below
		p := &store.Person{Login: "lent", Name: "演示检察官丙", OfficeID: o.offices["c"], Roles: "prosecutor", Procurator: true, FromDay: 1}
		o.put(t, func(tx *store.Tx) error { return tx.Add(p) })
		return p.ID
	}()

	for _, c := range []struct {
		name   string
		may    int64
		not    []int64
		action account.Action
		do     func(who Who) error
	}{
		{"add", o.admin, []int64{o.chief, o.procA, o.auditor}, account.AddPerson, func(who Who) error {
			got, err := o.AddPerson(t.Context(), who, NewPerson{Login: "new", Name: "演示新人", Roles: account.RolesOf(account.Assistant), Password: demoPassword})
			approval = got.Approval
			return err
		}},
		{"decide", o.deputy, []int64{o.admin, o.head, o.auditor}, account.DecideRole, func(who Who) error {
			return o.DecideRole(t.Context(), who, RoleDecision{Approval: approval, Agree: true})
		}},
		{"change", o.admin, []int64{o.chief, o.head}, account.ChangePerson, func(who Who) error {
			return o.ChangePerson(t.Context(), who, PersonChange{Person: o.procB, Login: "Proc-B2", Name: "演示检察官乙", Department: o.dep2, Procurator: true})
		}},
		{"propose", o.admin, []int64{o.chief, o.procB}, account.ProposeRole, func(who Who) (err error) {
			approval, err = o.ProposeRole(t.Context(), who, RoleProposal{Person: o.procB, Roles: account.RolesOf(account.Prosecutor, account.Head)})
			return err
		}},
		{"refuse", o.chief, []int64{o.admin, o.procB}, account.DecideRole, func(who Who) error {
			return o.DecideRole(t.Context(), who, RoleDecision{Approval: approval, Opinion: "暂不需要"})
		}},
		{"office", o.admin, []int64{o.chief, o.head}, account.ChangeOffice, func(who Who) error {
			return o.ChangeOffice(t.Context(), who, OfficeChange{Add: []string{"案件管理部"}, Departments: map[int64]string{o.dep2: "综合部"}})
		}},
		{"offices", o.admin, []int64{o.chief}, account.ChangeOffice, func(who Who) error {
			_, err := o.AddOffices(t.Context(), who, []NewOffice{
				{Code: "x", Name: "演示县院", Level: account.Grassroots, Kind: account.Local, Region: "420222", Parent: "y"},
				{Code: "y", Name: "演示第二市院", Level: account.City, Kind: account.Local, Region: "4202"},
			})
			return err
		}},
		{"delegate", o.chief, []int64{o.admin, o.deputy, o.head}, account.GiveDelegation, func(who Who) (err error) {
			delegation, err = o.GiveDelegation(t.Context(), who, NewDelegation{To: o.deputy, Actions: []account.Action{account.DecideStep}, From: o.Day(), Until: until})
			return err
		}},
		{"end delegation", o.chief, []int64{o.deputy, o.admin}, account.EndDelegation, func(who Who) error { return o.EndDelegation(t.Context(), who, delegation) }},
		{"grant", o.chief, []int64{o.deputy, o.admin}, account.GiveGrant, func(who Who) (err error) {
			grant, err = o.GiveGrant(t.Context(), who, NewGrant{Person: lent, Office: o.id, Role: account.Prosecutor, Decision: "演检调〔2021〕1号", From: o.Day(), Until: until})
			return err
		}},
		{"end grant", o.chief, []int64{o.head}, account.EndGrant, func(who Who) error { return o.EndGrant(t.Context(), who, grant) }},
		{"cover", o.head, []int64{o.procA, o.admin, o.caseManager}, account.AddCover, func(who Who) (err error) {
			cover, err = o.AddCover(t.Context(), who, NewCover{Absent: o.procA, Does: o.head, From: o.Day(), Until: until})
			return err
		}},
		{"end cover", o.deputy, []int64{o.procA, o.admin}, account.EndCover, func(who Who) error { return o.EndCover(t.Context(), who, cover) }},
		{"assign case", o.caseManager, []int64{o.procA, o.admin, o.auditor}, account.AssignCase, func(who Who) error {
			return o.AssignCase(t.Context(), who, Assigning{Matter: kase, To: []Assignee{{o.procA, account.Prosecutor, true}, {o.procB, account.Prosecutor, false}, {o.assistant, account.Assistant, false}}})
		}},
		{"assign clue", o.head, []int64{o.procA, o.caseManager}, account.AssignClue, func(who Who) error {
			return o.AssignClue(t.Context(), who, Assigning{Matter: clue, Department: o.dep1, To: []Assignee{{o.procA, account.Prosecutor, false}}})
		}},
		{"request recusal", o.procA, []int64{o.admin, o.auditor}, account.RequestRecusal, func(who Who) (err error) {
			recusal, err = o.RequestRecusal(t.Context(), who, RecusalRequest{Matter: kase, Person: o.procB, Ground: "系被监督单位负责人的近亲属"})
			return err
		}},
		{"decide recusal", o.chief, []int64{o.deputy, o.head, o.procB}, account.DecideRecusal, func(who Who) error {
			return o.DecideRecusal(t.Context(), who, RecusalDecision{Recusal: recusal, Recuse: true})
		}},
		{"hand over", o.caseManager, []int64{o.procA, o.admin}, account.HandOverMatters, func(who Who) error {
			return o.HandOverMatters(t.Context(), who, HandingOver{From: o.procA, Rest: o.head})
		}},
		{"token", o.procA, nil, account.MakeToken, func(who Who) error {
			_, err := o.MakeToken(t.Context(), who, 30)
			return err
		}},
		{"revoke", o.admin, []int64{o.procB, o.chief}, account.RevokeToken, func(who Who) error {
			o.view(t, func(v *store.View) error {
				list, err := v.Tokens(o.procA)
				token = list[0].ID
				return err
			})
			return o.RevokeToken(t.Context(), who, token)
		}},
		{"reset", o.admin, []int64{o.chief, o.procA}, account.ResetCredentials, func(who Who) error {
			_, err := o.ResetCredentials(t.Context(), who, Reset{Person: o.procA, Factors: true})
			return err
		}},
		{"close", o.admin, []int64{o.chief, o.procA}, account.ClosePerson, func(who Who) error {
			_, err := o.ClosePerson(t.Context(), who, Closing{Person: o.procA, Until: o.Day()})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := o.size(t)
			for _, who := range c.not {
				if err := c.do(Who{Person: who}); pil.CodeOf(err) != pil.CodeForbidden && pil.CodeOf(err) != pil.CodeNotFound {
					t.Errorf("person %d: got %v, want a refusal", who, err)
				}
			}
			if err := c.do(Who{Person: lent}); pil.CodeOf(err) != pil.CodeForbidden && pil.CodeOf(err) != pil.CodeNotFound && c.action != account.MakeToken {
				t.Errorf("of another office: got %v, want a refusal", err)
			}
			if got := o.size(t) - size; got != 0 && c.action != account.MakeToken {
				t.Fatalf("refused, and %d entries", got)
			}
			size = o.size(t)
			if err := c.do(Who{Person: c.may}); err != nil {
				t.Fatal(err)
			}
			if got := o.size(t) - size; got != 1 {
				t.Fatalf("%d entries, want one", got)
			}
			e := o.last(t)
			if e.Action != c.action.String() || e.Class != audit.ClassWrite || e.Actor != idText(c.may) || len(e.Rows) == 0 {
				t.Errorf("the entry is %s by %s with %d rows", e.Action, e.Actor, len(e.Rows))
			}
		})
	}
}

func TestFoundOnce(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	if e := func() (e audit.Entry) {
		o.view(t, func(v *store.View) error { list, err := v.Entries(0, 1); e = list[0]; return err })
		return e
	}(); e.Actor != "init" || e.Action != "found_office" {
		t.Errorf("the first entry is %s by %s", e.Action, e.Actor)
	}
	_, err := o.Found(t.Context(), Founding{Offices: []NewOffice{{Code: "z", Name: "另一院", Level: account.City, Kind: account.Local}},
		Administrator: FirstPerson{"a1", "甲", ""}, Chief: FirstPerson{"a2", "乙", ""}})
	if pil.CodeOf(err) != pil.CodeConflict {
		t.Fatalf("founded twice: %v", err)
	}
	got, err := o.StaffOffice(t.Context(), o.offices["d"], FirstPerson{"d-admin", "演示区管理员", ""}, FirstPerson{"d-chief", "演示区检察长", ""})
	if err != nil || len(got.ChiefPassword) != 19 || got.ChiefPassword == got.AdministratorPassword {
		t.Fatalf("staff an office: %v", err)
	}
	if _, err := o.StaffOffice(t.Context(), o.offices["d"], FirstPerson{"ee", "戊", ""}, FirstPerson{"ff", "己", ""}); pil.CodeOf(err) != pil.CodeConflict {
		t.Errorf("staffed twice: %v", err)
	}
	// The administrator there adds to that office only.
	if _, err := o.ShowPerson(t.Context(), Who{Person: got.Administrator}, o.procA); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("another office's person: %v", err)
	}
	// Paths lead from the top.
	o.view(t, func(v *store.View) error {
		list, err := v.Offices()
		for i := range list {
			if want := strings.Count(list[i].Path, "/"); list[i].ID == o.offices["d"] && want != 4 {
				t.Errorf("path %s", list[i].Path)
			}
		}
		return err
	})
}

// A new person has no roles until the chief decides, and one chief follows another.
func TestRoles(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	admin, chief := Who{Person: o.admin}, Who{Person: o.chief}
	got, err := o.AddPerson(t.Context(), admin, NewPerson{Login: "next", Name: "演示接任者", Procurator: true, Roles: account.RolesOf(account.Prosecutor), Password: demoPassword})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.SignIn(t.Context(), Credentials{Login: "next", Password: demoPassword}); pil.CodeOf(err) != pil.CodeUnauthenticated || !strings.Contains(err.Error(), "角色") {
		t.Errorf("signed in without roles: %v", err)
	}
	people, err := o.ShowPeople(t.Context(), chief)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people.Staff {
		if p.ID == got.Person && (p.Roles != 0 || p.Proposed == nil || !p.Proposed.May || p.Proposed.Is != account.RolesOf(account.Prosecutor)) {
			t.Errorf("before the decision: %+v", p)
		}
	}
	if err := o.DecideRole(t.Context(), chief, RoleDecision{Approval: got.Approval, Agree: true}); err != nil {
		t.Fatal(err)
	}
	if err := o.DecideRole(t.Context(), chief, RoleDecision{Approval: got.Approval, Agree: true}); pil.CodeOf(err) != pil.CodeConflict {
		t.Errorf("decided twice: %v", err)
	}
	if _, err := o.ProposeRole(t.Context(), admin, RoleProposal{Person: got.Person, Roles: account.RolesOf(account.Chief)}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a second chief: %v", err)
	}
	if _, err := o.ProposeRole(t.Context(), admin, RoleProposal{Person: o.assistant, Roles: account.RolesOf(account.Prosecutor)}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a prosecutor who is no procurator: %v", err)
	}
	// About oneself nobody decides.
	own, err := o.ProposeRole(t.Context(), admin, RoleProposal{Person: o.chief, Roles: account.RolesOf(account.Chief, account.Prosecutor)})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.DecideRole(t.Context(), chief, RoleDecision{Approval: own, Agree: true}); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("decided about oneself: %v", err)
	}
	if err := o.DecideRole(t.Context(), Who{Person: o.deputy}, RoleDecision{Approval: own, Agree: true}); err != nil {
		t.Fatal(err)
	}
	// The chief is succeeded, and what the chief delegated goes.
	del, err := o.GiveDelegation(t.Context(), chief, NewDelegation{To: o.deputy, Actions: []account.Action{account.DecideFiling}, From: o.Day(), Until: o.Day() + 9})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.ClosePerson(t.Context(), admin, Closing{Person: o.chief, Until: o.Day()}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("closed the chief: %v", err)
	}
	if _, err := o.ClosePerson(t.Context(), admin, Closing{Person: o.admin, Until: o.Day()}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("closed the last administrator: %v", err)
	}
	next, err := o.ProposeRole(t.Context(), admin, RoleProposal{Person: got.Person, Roles: account.RolesOf(account.Chief), Succeed: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.DecideRole(t.Context(), chief, RoleDecision{Approval: next, Agree: true}); err != nil {
		t.Fatal(err)
	}
	o.view(t, func(v *store.View) error {
		h, err := v.Handover(del)
		if err == nil && h.EndedAt == 0 {
			t.Error("the former chief's delegation goes on")
		}
		was, err2 := v.Person(o.chief)
		if err2 == nil && was.Roles != "prosecutor" {
			t.Errorf("the former chief is %q", was.Roles)
		}
		return errors.Join(err, err2)
	})
}

// Who is recused is refused everywhere on the matter, and nowhere else.
func TestRecused(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	kase := o.matter(t, store.KindCase, o.id, o.dep1, o.procA, o.procB)
	other := o.matter(t, store.KindCase, o.id, o.dep1, o.procB)
	committee := o.add(t, "committee", "演示委员", 0, true, account.Committee)
	id, err := o.RequestRecusal(t.Context(), Who{Person: o.procA}, RecusalRequest{Matter: kase, Person: o.procB, Ground: "近亲属"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.RequestRecusal(t.Context(), Who{Person: o.procA}, RecusalRequest{Matter: kase, Person: o.procB, Ground: "近亲属"}); pil.CodeOf(err) != pil.CodeConflict {
		t.Errorf("requested twice: %v", err)
	}
	add := func(matter int64) error {
		return o.do(t.Context(), Who{Person: o.procB}, account.RecordEvent, target{matter: matter}, func(*work) error { return nil })
	}
	if err := add(kase); err != nil {
		t.Errorf("works until it is decided (R21): %v", err)
	}
	if err := o.DecideRecusal(t.Context(), Who{Person: o.chief}, RecusalDecision{Recusal: id, Recuse: true}); err != nil {
		t.Fatal(err)
	}
	if err := add(kase); pil.CodeOf(err) != pil.CodeForbidden && pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("recused, and works: %v", err)
	}
	if err := add(other); err != nil {
		t.Errorf("on another matter: %v", err)
	}
	o.view(t, func(v *store.View) error {
		held, err := v.Assignments(kase)
		if len(held) != 1 || held[0].PersonID != o.procA {
			t.Errorf("assigned: %+v", held)
		}
		return err
	})
	err = o.AssignCase(t.Context(), Who{Person: o.chief}, Assigning{Matter: kase, To: []Assignee{{o.procB, account.Prosecutor, true}}})
	if pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("assigned again: %v", err)
	}
	// The chief's own recusal is the committee's (R22).
	if id, err = o.RequestRecusal(t.Context(), Who{Person: o.procA}, RecusalRequest{Matter: kase, Person: o.chief, Ground: "有利害关系"}); err != nil {
		t.Fatal(err)
	}
	if err := o.DecideRecusal(t.Context(), Who{Person: o.chief}, RecusalDecision{Recusal: id, Recuse: true}); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("the chief about the chief: %v", err)
	}
	if err := o.DecideRecusal(t.Context(), Who{Person: committee}, RecusalDecision{Recusal: id, Recuse: true}); err != nil {
		t.Fatal(err)
	}
	for _, act := range []account.Action{account.ShowCase, account.DecideStep, account.AssignCase, account.DecideRecusal} {
		err := o.do(t.Context(), Who{Person: o.chief}, act, target{matter: kase}, func(*work) error { return nil })
		if pil.CodeOf(err) != pil.CodeForbidden {
			t.Errorf("%s by the recused chief: %v", act, err)
		}
	}
}

// A delegation holds from its first to its last day, and not a day longer.
func TestDelegationRunsOut(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	kase := o.matter(t, store.KindCase, o.id, o.dep1, o.procA)
	_, err := o.GiveDelegation(t.Context(), Who{Person: o.chief}, NewDelegation{To: o.deputy, Actions: []account.Action{account.DecideStep},
		From: day(t, "2021-11-03"), Until: day(t, "2021-11-05")})
	if err != nil {
		t.Fatal(err)
	}
	for d, want := range map[string]pil.Code{"2021-11-02": pil.CodeForbidden, "2021-11-03": "", "2021-11-05": "", "2021-11-06": pil.CodeForbidden} {
		o.on(d)
		err := o.do(t.Context(), Who{Person: o.deputy}, account.DecideStep, target{matter: kase}, func(*work) error { return nil })
		if (err != nil || want != "") && pil.CodeOf(err) != want {
			t.Errorf("%s: got %v, want %q", d, err, want)
		}
	}
	for name, in := range map[string]NewDelegation{
		"without end":   {To: o.deputy, Actions: []account.Action{account.DecideStep}, From: o.Day()},
		"over":          {To: o.deputy, Actions: []account.Action{account.DecideStep}, From: 1, Until: 2},
		"no procurator": {To: o.assistant, Actions: []account.Action{account.DecideStep}, From: o.Day(), Until: o.Day()},
		"in person":     {To: o.deputy, Actions: []account.Action{account.DecideRecusal}, From: o.Day(), Until: o.Day()},
		"nothing":       {To: o.deputy, From: o.Day(), Until: o.Day()},
	} {
		if _, err := o.GiveDelegation(t.Context(), Who{Person: o.chief}, in); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

// Nothing is left with who goes.
func TestHandOver(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	a := o.matter(t, store.KindCase, o.id, o.dep1, o.procA)
	b := o.matter(t, store.KindCase, o.id, o.dep1, o.procA, o.procB)
	clue := o.matter(t, store.KindClue, o.id, o.dep1, o.procA)
	o.put(t, func(tx *store.Tx) error {
		return tx.Add(&store.Task{MatterID: a, OfficeID: o.id, ForID: o.procA, Text: "核实"}, &store.Task{OfficeID: o.id, ForID: o.procA, Text: "整理"})
	})
	manager := Who{Person: o.caseManager}
	in := HandingOver{From: o.procA}
	plan, err := o.PlanHandOver(t.Context(), manager, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Moves) != 3 || plan.Tasks != 2 || len(plan.Faults) == 0 {
		t.Fatalf("the plan is %+v", plan)
	}
	if err := o.HandOverMatters(t.Context(), manager, in); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("to nobody: %v", err)
	}
	if err := o.HandOverMatters(t.Context(), manager, HandingOver{From: o.procA, Rest: o.assistant}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("to an assistant: %v", err)
	}
	in.Rest, in.Each = o.procB, map[int64]int64{a: o.head}
	if plan, err = o.PlanHandOver(t.Context(), manager, in); err != nil || len(plan.Faults) != 0 {
		t.Fatalf("the plan is %+v, %v", plan, err)
	}
	in.Seen = plan.Seen
	if err := o.AssignCase(t.Context(), manager, Assigning{Matter: b, To: []Assignee{{o.procA, account.Prosecutor, true}}}); err != nil {
		t.Fatal(err)
	}
	if err := o.HandOverMatters(t.Context(), manager, in); pil.CodeOf(err) != pil.CodeConflict {
		t.Errorf("an old plan: %v", err)
	}
	if plan, err = o.PlanHandOver(t.Context(), manager, in); err != nil {
		t.Fatal(err)
	}
	in.Seen = plan.Seen
	if err := o.HandOverMatters(t.Context(), manager, in); err != nil {
		t.Fatal(err)
	}
	o.view(t, func(v *store.View) error {
		left, err := v.AssignmentsOf(o.procA)
		tasks, err2 := v.TasksFor(o.procA)
		if len(left)+len(tasks) != 0 {
			t.Errorf("left: %+v, %+v", left, tasks)
		}
		for m, want := range map[int64]int64{a: o.head, b: o.procB, clue: o.procB} {
			held, err := v.Assignments(m)
			if err != nil || len(held) != 1 || held[0].PersonID != want || !held[0].Lead {
				t.Errorf("matter %d: %+v, %v", m, held, err)
			}
			s, err := v.Standing(m)
			if err != nil || s.LeadID != want {
				t.Errorf("the list shows %d as lead of %d: %v", s.LeadID, m, err)
			}
		}
		return errors.Join(err, err2)
	})
}

// Somebody lent may be assigned while the grant holds; with the grant goes what
// was assigned.
func TestLent(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	below, err := o.StaffOffice(t.Context(), o.offices["d"], FirstPerson{"d-admin", "演示区管理员", ""}, FirstPerson{"d-chief", "演示区检察长", ""})
	if err != nil {
		t.Fatal(err)
	}
	kase := o.matter(t, store.KindCase, o.id, o.dep1, o.procA)
	chief := Who{Person: o.chief}
	to := []Assignee{{o.procA, account.Prosecutor, true}, {below.Chief, account.Prosecutor, false}}
	if err := o.AssignCase(t.Context(), chief, Assigning{Matter: kase, To: to}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("assigned to a stranger: %v", err)
	}
	grant := NewGrant{Person: below.Chief, Office: o.id, Role: account.Prosecutor, From: o.Day(), Until: o.Day() + 9}
	if _, err := o.GiveGrant(t.Context(), chief, grant); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("without a written decision: %v", err)
	}
	grant.Decision = "演检调〔2021〕2号"
	if _, err := o.GiveGrant(t.Context(), Who{Person: below.Chief}, grant); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("by the office below: %v", err)
	}
	id, err := o.GiveGrant(t.Context(), chief, grant)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.AssignCase(t.Context(), chief, Assigning{Matter: kase, To: to}); err != nil {
		t.Fatal(err)
	}
	see := func() error {
		return o.do(t.Context(), Who{Person: below.Chief}, account.ShowCase, target{matter: kase}, func(*work) error { return nil })
	}
	if err := see(); err != nil {
		t.Errorf("lent, and sees nothing: %v", err)
	}
	if err := o.EndGrant(t.Context(), chief, id); err != nil {
		t.Fatal(err)
	}
	if err := see(); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("not lent any more: %v", err)
	}
	o.view(t, func(v *store.View) error {
		held, err := v.Assignments(kase)
		if len(held) != 1 {
			t.Errorf("assigned: %+v", held)
		}
		return err
	})
	lines, err := o.ShowHandovers(t.Context(), chief)
	if err != nil || len(lines.Lines) != 1 || lines.Lines[0].State != HandoverEnded || lines.Lines[0].MayEnd {
		t.Errorf("shown: %+v, %v", lines.Lines, err)
	}
}

// Who sees what was handed over.
func TestShowHandovers(t *testing.T) {
	o := newOffice(t)
	defer o.clean(t)
	if _, err := o.GiveDelegation(t.Context(), Who{Person: o.chief}, NewDelegation{To: o.deputy, Actions: []account.Action{account.DecideStep}, From: o.Day(), Until: o.Day()}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.AddCover(t.Context(), Who{Person: o.head}, NewCover{Absent: o.procA, Does: o.procB, From: o.Day() + 1, Until: o.Day() + 3}); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[int64]int{o.chief: 2, o.deputy: 2, o.head: 1, o.procA: 1, o.procB: 1, o.assistant: 0, o.auditor: 2} {
		got, err := o.ShowHandovers(t.Context(), Who{Person: who})
		if err != nil || len(got.Lines) != want {
			t.Errorf("person %d sees %d, want %d: %v", who, len(got.Lines), want, err)
		}
	}
}
