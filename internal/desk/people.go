package desk

import (
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ofPerson is the target of an action about one of the staff.
func ofPerson(id int64) target {
	return target{
		record: audit.Subject{Kind: "person", ID: idText(id)},
		more: func(v *store.View, s *account.Subject) error {
			p, err := v.Person(id)
			if err != nil {
				return err
			}
			return aboutPerson(v, s, p)
		},
	}
}

// ofSelf is the target of an action about the actor's own.
func ofSelf(who Who) target {
	return target{self: true, record: audit.Subject{Kind: "person", ID: idText(who.Person)}}
}

// aboutPerson makes one of the staff the subject.
func aboutPerson(v *store.View, s *account.Subject, p *store.Person) (err error) {
	*s, err = inOffice(v, p.OfficeID)
	s.Department, s.Assigned = departmentID(p.DepartmentID), []account.PersonID{personID(p.ID)}
	return err
}

// ofHandover is the target of ending what was handed over.
func ofHandover(id int64, kind string) target {
	return target{
		record: audit.Subject{Kind: kind, ID: idText(id)},
		more: func(v *store.View, s *account.Subject) error {
			h, err := v.Handover(id)
			if err != nil {
				return err
			}
			if h.Kind != kind {
				return pil.NotFound("没有找到 (not found)")
			}
			return aboutHandover(v, s, h)
		},
	}
}

// aboutHandover makes something handed over the subject: it belongs to both
// persons, and to the department of the one it is from.
func aboutHandover(v *store.View, s *account.Subject, h *store.Handover) (err error) {
	if *s, err = inOffice(v, h.OfficeID); err != nil {
		return err
	}
	s.Assigned = []account.PersonID{personID(h.FromID), personID(h.ToID)}
	from := h.FromID
	if h.Kind == handGrant {
		return nil // of offices, not of departments
	}
	p, err := v.Person(from)
	if err != nil {
		return err
	}
	s.Department = departmentID(p.DepartmentID)
	return nil
}

// The kinds of what is handed over for a time.
const (
	handDelegation = "delegation"
	handGrant      = "grant"
	handCover      = "cover"
)

// endHandover ends something handed over now.
func (w *work) endHandover(id int64) error {
	h, err := w.Handover(id)
	if err != nil {
		return err
	}
	t := term(h)
	if over := !t.Ended.IsZero() || h.UntilDay < w.today; over {
		return &pil.Error{Code: pil.CodeConflict, Text: "已经结束 (over already)"}
	}
	h.EndedAt = store.MomentOf(t.End(w.now).Ended)
	return w.tx.Change(h)
}

// loginOf is a sign-in name as it is kept: lower case, 2–32 letters, digits, dots,
// dashes and underscores. Anything else is an invalid Error.
func loginOf(login string) (string, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	n := utf8.RuneCountInString(login)
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
	}
	if n < 2 || n > 32 || strings.ContainsFunc(login, odd) {
		return "", pil.Invalid("账号名须为2至32个字母、汉字或者数字，可含 . _ - (an account name has 2 to 32 letters or digits)")
	}
	return login, nil
}

// nameOf is a name as it is kept. A missing or overlong one is an invalid Error.
func nameOf(what, name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if n := utf8.RuneCountInString(name); n == 0 || n > 60 {
		return "", pil.Invalid("须填写%s，至多60字 (a name is needed)", what)
	}
	return name, nil
}

// freeLogin refuses a sign-in name somebody has, as a conflict Error.
func freeLogin(v *store.View, login string) error {
	_, err := v.PersonByLogin(login)
	switch {
	case err == nil:
		return &pil.Error{Code: pil.CodeConflict, Text: "这个账号名已有人使用，请换一个 (this account name is taken)"}
	case pil.CodeOf(err) == pil.CodeNotFound:
		return nil
	}
	return err
}

// inDepartment refuses a department that is not the office's; 0 is none.
func inDepartment(v *store.View, office, department int64) error {
	if department == 0 {
		return nil
	}
	list, err := v.Departments(office)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].ID == department {
			return nil
		}
	}
	return pil.Invalid("本院没有这个部门 (no such department in the office)")
}

// Without I, L, O and U, which read like others.
var plain32 = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// oncePassword draws a password to sign in with once: 80 bits.
func oncePassword(random io.Reader) (account.Secret, error) {
	var b [10]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw a password: %w", err)
	}
	s := plain32.EncodeToString(b[:])
	return account.Secret(s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]), nil
}

// first is what somebody signs in with first: a password drawn, good for a time
// and to be changed at once; or, in the demonstration, the one given.
func (d *Desk) first(given string) (shown account.Secret, c store.Credential, err error) {
	c.MustReset = true
	if shown, err = oncePassword(d.random); err != nil {
		return "", c, err
	}
	if given != "" {
		if !d.demo {
			return "", c, pil.Invalid("口令由系统生成 (passwords are drawn)")
		}
		shown, c.MustReset = account.Secret(given), false
	}
	hashed, err := d.door.hash(d.random, string(shown))
	c.Password, c.Recovery = string(hashed), []string{}
	return shown, c, err
}

// onceLasts is how long a drawn password may be used.
const onceLasts = 7 * 24 * 3600 // seconds

// begin keeps what a person signs in with from now on.
func begin(tx *store.Tx, c *store.Credential) error {
	row := &store.SignIn{PersonID: c.PersonID, What: signInOnce}
	if c.MustReset {
		row.NextAt = tx.Now + onceLasts
	}
	if err := tx.PutSignIn(row); err != nil {
		return err
	}
	return tx.Add(c)
}

// roleBody is what an approval of the kind role holds.
type roleBody struct {
	Person   int64  `json:"person"`
	Was      string `json:"was"`
	Roles    string `json:"roles"`
	Succeeds int64  `json:"succeeds,omitempty"` // the chief who goes as this one comes
}

func roleBodyOf(a *store.Approval) (b roleBody, err error) {
	if err := json.Unmarshal(a.Body, &b); err != nil {
		return b, fmt.Errorf("read approval %d: %w", a.ID, err)
	}
	return b, nil
}

// proposeRole puts roles for one of the staff before who decides. An earlier
// proposal for that person that is still open is withdrawn.
func (w *work) proposeRole(p *store.Person, roles account.RoleSet, succeed bool) (int64, error) {
	wanted := staff(p)
	wanted.Roles = roles
	if err := wanted.Check(); err != nil {
		return 0, err
	}
	body := roleBody{Person: p.ID, Was: p.Roles, Roles: roleWords(roles)}
	if roles.Has(account.Chief) && !staff(p).Roles.Has(account.Chief) {
		chief, err := chiefOf(&w.look, p.OfficeID)
		if err != nil {
			return 0, err
		}
		if chief != nil && !succeed {
			return 0, pil.Invalid("本院已有检察长；接任的，请注明「接任，现任同时免去」 (the office has a chief; say that this person succeeds)")
		}
		if chief != nil {
			body.Succeeds = chief.ID
		}
	}
	if err := w.withdrawRole(p.ID); err != nil {
		return 0, err
	}
	return w.propose(proposal{kind: KindRole, subject: idText(p.ID), title: "角色：" + p.Name + " → " + namesOf(roles), body: body,
		deciders: roleWords(account.RolesOf(account.Chief, account.DeputyChief))})
}

// withdrawRole withdraws what is still open of proposals for a person.
func (w *work) withdrawRole(person int64) error {
	open, err := w.RoleApprovals(idText(person), string(docket.InDecision), string(docket.Returned))
	if err != nil {
		return err
	}
	for i := range open {
		if err := w.advance(&open[i], ApprovalStep{Move: docket.Withdraw}); err != nil {
			return err
		}
	}
	return nil
}

// chiefOf is who is the chief of an office now, nil where nobody is.
func chiefOf(l *look, office int64) (*store.Person, error) {
	return holder(l, office, account.Chief, 0)
}

// holder is one who has a role in an office now, other than one person; nil where
// nobody is.
func holder(l *look, office int64, r account.Role, but int64) (*store.Person, error) {
	people, err := l.People(office)
	if err != nil {
		return nil, err
	}
	for i := range people {
		if p := staff(&people[i]); people[i].ID != but && p.Roles.Has(r) && (p.Until == 0 || l.today <= p.Until) {
			return &people[i], nil
		}
	}
	return nil, nil
}

// namesOf lists roles in Chinese.
func namesOf(s account.RoleSet) string {
	var names []string
	for r := range s.Roles() {
		names = append(names, r.Zh())
	}
	if len(names) == 0 {
		return "无"
	}
	return strings.Join(names, "、")
}
