package store

import "github.com/uptrace/bun"

// IdentityKey is a key that identities are sealed to. Its private half lies sealed
// to the start code until that is used, and to officers in IdentityWrap.
type IdentityKey struct {
	bun.BaseModel `bun:"identity_keys"`
	ID            int64  `bun:"id,pk,autoincrement"`
	Public        string `bun:"public"`
	StartSalt     string `bun:"start_salt" record:"hash" json:"-"`
	Start         string `bun:"start" record:"hash" json:"-"`
	MadeAt        Moment `bun:"made_at"`
	Salted
}

// OfficerKey is the key pair of an officer, whose private half opens with a
// passphrase only.
type OfficerKey struct {
	bun.BaseModel `bun:"officer_keys"`
	PersonID      int64  `bun:"person_id,pk"`
	Public        string `bun:"public"`
	Stretch       string `bun:"stretch" record:"hash" json:"-"`
	Sealed        string `bun:"sealed" record:"hash" json:"-"`
	MadeAt        Moment `bun:"made_at"`
	Salted
}

// IdentityWrap is an identity key sealed to an officer's; Sealed is empty where it
// was taken back.
type IdentityWrap struct {
	bun.BaseModel `bun:"identity_wraps"`
	PersonID      int64  `bun:"person_id,pk"`
	KeyID         int64  `bun:"key_id,pk"`
	Sealed        string `bun:"sealed" record:"hash" json:"-"`
	ByID          int64  `bun:"by_id"`
	MadeAt        Moment `bun:"made_at"`
	Salted
}

// IdentityKeys are all identity keys, the newest first: the one to seal to.
func (v *View) IdentityKeys() ([]IdentityKey, error) {
	return all[IdentityKey](v, "id DESC", "1 = 1")
}

// OfficerKey is the key pair of a person; not_found for none.
func (v *View) OfficerKey(person int64) (*OfficerKey, error) {
	var row OfficerKey
	return &row, v.one(&row, "person_id = ?", person)
}

// OfficerKeys are those of everybody.
func (v *View) OfficerKeys() ([]OfficerKey, error) {
	return all[OfficerKey](v, "person_id", "1 = 1")
}

// IdentityWraps are what a person was given and still has; person 0: what everybody has.
func (v *View) IdentityWraps(person int64) ([]IdentityWrap, error) {
	return all[IdentityWrap](v, "key_id DESC, person_id", "sealed <> '' AND (person_id = ? OR ? = 0)", person, person)
}

// PutIdentityWrap gives a key to a person, anew where it was given before.
func (tx *Tx) PutIdentityWrap(row *IdentityWrap) error {
	old, err := all[IdentityWrap](&tx.View, "key_id", "person_id = ? AND key_id = ?", row.PersonID, row.KeyID)
	if err != nil {
		return err
	}
	if len(old) > 0 {
		return tx.Change(row)
	}
	return tx.Add(row)
}

// AllPeople are the people of every office.
func (v *View) AllPeople() ([]Person, error) { return all[Person](v, "office_id, id", "1 = 1") }
