package store

import (
	"strings"

	"github.com/uptrace/bun"

	"shouhu/internal/pil"
)

// Setting is a value of the installation, and empty where it is not set.
func (v *View) Setting(name string) (string, error) {
	var row Setting
	err := v.one(&row, "name = ?", name)
	if pil.CodeOf(err) == pil.CodeNotFound {
		return "", nil
	}
	return row.Value, err
}

// SetSetting sets a value of the installation.
func (tx *Tx) SetSetting(name, value string) error {
	return tx.exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
}

// Office reads an office.
func (v *View) Office(id int64) (*Office, error) {
	var row Office
	return &row, v.one(&row, "id = ?", id)
}

// Offices are all the offices, those that lead before those that are led.
func (v *View) Offices() ([]Office, error) { return all[Office](v, "path, id", "1 = 1") }

// Departments are an office's departments.
func (v *View) Departments(office int64) ([]Department, error) {
	return all[Department](v, "id", "office_id = ?", office)
}

// Person reads one of the staff.
func (v *View) Person(id int64) (*Person, error) {
	var row Person
	return &row, v.one(&row, "id = ?", id)
}

// PersonByLogin finds one of the staff by the name signed in with, in any case.
func (v *View) PersonByLogin(login string) (*Person, error) {
	var row Person
	return &row, v.one(&row, "login = ?", strings.ToLower(strings.TrimSpace(login)))
}

// People are an office's staff.
func (v *View) People(office int64) ([]Person, error) {
	return all[Person](v, "id", "office_id = ?", office)
}

// PeopleByID are the persons named.
func (v *View) PeopleByID(ids []int64) ([]Person, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all[Person](v, "id", "id IN (?)", bun.List(ids))
}

// Credential is what a person signs in with.
func (v *View) Credential(person int64) (*Credential, error) {
	var row Credential
	return &row, v.one(&row, "person_id = ?", person)
}

// Passkeys are a person's security keys.
func (v *View) Passkeys(person int64) ([]Passkey, error) {
	return all[Passkey](v, "id", "person_id = ?", person)
}

// SignIn is what signing in wore out; a fresh one where nothing is kept.
func (v *View) SignIn(person int64, what string) (*SignIn, error) {
	row := SignIn{PersonID: person, What: what}
	err := v.one(&row, "person_id = ? AND what = ?", person, what)
	if pil.CodeOf(err) == pil.CodeNotFound {
		return &row, nil
	}
	return &row, err
}

// LockSignIn is SignIn, and keeps others from it until the transaction ends.
func (tx *Tx) LockSignIn(person int64, what string) (*SignIn, error) {
	if tx.s.postgres { // a row that is not there cannot be locked
		if err := tx.exec(`INSERT INTO sign_ins (person_id, what, failed, next_at, last) VALUES (?, ?, 0, 0, 0) ON CONFLICT (person_id, what)
			DO UPDATE SET what = EXCLUDED.what`, person, what); err != nil {
			return nil, err
		}
	}
	return tx.SignIn(person, what)
}

// LockCredential is Credential, and keeps others from it until the transaction
// ends.
func (tx *Tx) LockCredential(person int64) (*Credential, error) {
	if err := tx.lock("credentials", "person_id", person); err != nil {
		return nil, err
	}
	return tx.Credential(person)
}

// LockStaff keeps others from changing who works in an office, and as what, until
// the transaction ends.
func (tx *Tx) LockStaff(office int64) error { return tx.lock("offices", "id", office) }

// lock locks a row. SQLite has one writer, which needs no lock.
func (tx *Tx) lock(table, key string, id int64) error {
	if !tx.s.postgres {
		return nil
	}
	return tx.exec("SELECT 1 FROM ? WHERE ? = ? FOR UPDATE", bun.Ident(table), bun.Ident(key), id)
}

// PutSignIn keeps what signing in wore out.
func (tx *Tx) PutSignIn(row *SignIn) error {
	_, err := tx.tx.NewInsert().Model(row).On("CONFLICT (person_id, what) DO UPDATE").
		Set("failed = EXCLUDED.failed, next_at = EXCLUDED.next_at, last = EXCLUDED.last").Exec(tx.ctx)
	return err
}

// Session reads a session.
func (v *View) Session(id string) (*Session, error) {
	var row Session
	return &row, v.one(&row, "id = ?", id)
}

// PutSession begins a session or keeps its changes.
func (tx *Tx) PutSession(row *Session) error {
	_, err := tx.tx.NewInsert().Model(row).On("CONFLICT (id) DO UPDATE").
		Set("factor = EXCLUDED.factor, seen_at = EXCLUDED.seen_at, ceremony = EXCLUDED.ceremony").Exec(tx.ctx)
	return err
}

// EndSession ends a session.
func (tx *Tx) EndSession(id string) error { return tx.exec("DELETE FROM sessions WHERE id = ?", id) }

// EndSessionsOf ends all sessions of a person.
func (tx *Tx) EndSessionsOf(person int64) error {
	return tx.exec("DELETE FROM sessions WHERE person_id = ?", person)
}

// EndSessionsBefore ends the sessions begun before a moment.
func (tx *Tx) EndSessionsBefore(at Moment) error {
	return tx.exec("DELETE FROM sessions WHERE begun_at < ?", at)
}

// EndQuietSessions ends the sessions without a request since a moment.
func (tx *Tx) EndQuietSessions(since Moment) error {
	return tx.exec("DELETE FROM sessions WHERE seen_at < ?", since)
}

// SessionsOf are a person's sessions, the latest first.
func (v *View) SessionsOf(person int64) ([]Session, error) {
	return all[Session](v, "seen_at DESC, id", "person_id = ?", person)
}

// TouchSession notes that a session is in use.
func (tx *Tx) TouchSession(id string) error {
	return tx.exec("UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?", tx.Now, id, tx.Now)
}

// SetCeremony keeps what a session has under way.
func (tx *Tx) SetCeremony(id, text string) error {
	return tx.exec("UPDATE sessions SET ceremony = ? WHERE id = ?", text, id)
}

// EndOtherSessions ends all sessions of a person but one.
func (tx *Tx) EndOtherSessions(person int64, but string) error {
	return tx.exec("DELETE FROM sessions WHERE person_id = ? AND id <> ?", person, but)
}

// SignInsOf is all that signing in wore out for a person, the latest first.
func (v *View) SignInsOf(person int64) ([]SignIn, error) {
	return all[SignIn](v, "last DESC, what", "person_id = ?", person)
}

// ForgetSignIn forgets what signing in wore out.
func (tx *Tx) ForgetSignIn(person int64, what string) error {
	return tx.exec("DELETE FROM sign_ins WHERE person_id = ? AND what = ?", person, what)
}

// Token reads an API token.
func (v *View) Token(id string) (*Token, error) {
	var row Token
	return &row, v.one(&row, "id = ?", id)
}

// Tokens are a person's API tokens.
func (v *View) Tokens(person int64) ([]Token, error) {
	return all[Token](v, "made_at DESC, id", "person_id = ?", person)
}

// UseToken notes that a token was used.
func (tx *Tx) UseToken(id string) error {
	return tx.exec("UPDATE tokens SET used_at = ? WHERE id = ?", tx.Now, id)
}

// HandoversTo is what was handed to a person.
func (v *View) HandoversTo(person int64) ([]Handover, error) {
	return all[Handover](v, "id", "to_id = ?", person)
}

// HandoversIn is what was handed over in an office, the latest first.
func (v *View) HandoversIn(office int64) ([]Handover, error) {
	return all[Handover](v, "id DESC", "office_id = ?", office)
}

// Handover reads one.
func (v *View) Handover(id int64) (*Handover, error) {
	var row Handover
	return &row, v.one(&row, "id = ?", id)
}

// HandoversMade is what a person handed over, the latest first.
func (v *View) HandoversMade(person int64) ([]Handover, error) {
	return all[Handover](v, "id DESC", "made_by = ?", person)
}

// Passkey reads a security key.
func (v *View) Passkey(id int64) (*Passkey, error) {
	var row Passkey
	return &row, v.one(&row, "id = ?", id)
}

// AnyOffice reports whether there is an office yet.
func (v *View) AnyOffice() (bool, error) {
	return v.db.NewSelect().Model((*Office)(nil)).Exists(v.ctx)
}

// RoleApprovals are the approvals about a person's roles in some states, the
// oldest first.
func (v *View) RoleApprovals(person string, states ...string) ([]Approval, error) {
	return all[Approval](v, "id", "kind = 'role' AND subject = ? AND state IN (?)", person, bun.List(states))
}

// OfficesUnder are the offices at and below a path, those that lead first.
func (v *View) OfficesUnder(path string) ([]Office, error) {
	return all[Office](v, "path, id", "path LIKE ?", path+"%")
}

// PeopleUnder is the staff of the offices at and below a path.
func (v *View) PeopleUnder(path string) ([]Person, error) {
	return all[Person](v, "office_id, id", "office_id IN (SELECT id FROM offices WHERE path LIKE ?)", path+"%")
}
