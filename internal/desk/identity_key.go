package desk

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// Who reported is sealed to the identity key. Its private half lies nowhere open: it
// is sealed to the key pair of each officer who may learn identities, and that
// pair's private half to the officer's passphrase, which is asked for at each use
// and kept by nobody. The first officer takes the key with the start code that the
// founding printed; from then on officers give it to each other.

// entitled reports whether somebody's own roles may learn who reported.
func entitled(p *store.Person, now time.Time) bool {
	if !staff(p).Active(now) {
		return false
	}
	for r := range staff(p).Roles.Roles() {
		if account.ShowIdentity.Reach(r) != account.NoReach {
			return true
		}
	}
	return false
}

// newIdentityKey keeps an identity key under a fresh start code, which is shown once.
func (d *Desk) newIdentityKey(tx *store.Tx, key seal.PrivateKey) (row *store.IdentityKey, start account.Secret, err error) {
	code, err := seal.NewReceipt(d.random)
	if err != nil {
		return nil, "", err
	}
	row = &store.IdentityKey{Public: key.Public().String(), MadeAt: tx.Now}
	if err := d.underStart(row, key, code); err != nil {
		return nil, "", err
	}
	return row, account.Secret(code.Shown()), tx.Add(row)
}

// underStart closes an identity key under a start code.
func (d *Desk) underStart(row *store.IdentityKey, key seal.PrivateKey, code seal.Receipt) error {
	stored, under, err := d.door.hasher.DrawKey(d.random, string(code))
	if err != nil {
		return err
	}
	row.StartSalt = string(stored)
	row.Start, err = seal.Seal(d.random, under, "identity-start/"+row.Public, []byte(key.Text()))
	return err
}

func wrapPurpose(public string) string { return "identity-key " + public }

// wrapIdentity seals an identity key to an officer's.
func (d *Desk) wrapIdentity(tx *store.Tx, key *store.IdentityKey, private seal.PrivateKey, to *store.OfficerKey, by int64) error {
	public, err := seal.ParsePublicKey(to.Public)
	if err != nil {
		return err
	}
	sealed, err := seal.To(d.random, public, wrapPurpose(key.Public), []byte(private.Text()))
	if err != nil {
		return err
	}
	return tx.PutIdentityWrap(&store.IdentityWrap{PersonID: to.PersonID, KeyID: key.ID, Sealed: base64.RawStdEncoding.EncodeToString(sealed), ByID: by, MadeAt: tx.Now})
}

// takeBackKeys takes the identity keys from who is no longer entitled; of the
// officer's own key nothing changes, so that they can be given again.
func takeBackKeys(tx *store.Tx, p *store.Person, now time.Time) error {
	if entitled(p, now) {
		return nil
	}
	return dropWraps(tx, p.ID)
}

func dropWraps(tx *store.Tx, person int64) error {
	wraps, err := tx.IdentityWraps(person)
	if err != nil {
		return err
	}
	for i := range wraps {
		wraps[i].Sealed = ""
		if err := tx.Change(&wraps[i]); err != nil {
			return err
		}
	}
	return nil
}

// Passphrase is what an officer keeps the identity key under.
type Passphrase struct {
	Old   string // empty: forgotten, or none yet; what was given under it is lost then
	Fresh string
}

// SetPassphrase sets the passphrase of one's own. With the old one all keys given
// stay; without it there is a new key pair, and somebody has to give the identity
// key again.
func (d *Desk) SetPassphrase(ctx context.Context, who Who, in Passphrase) error {
	if err := d.mayAsk(ctx, who, account.KeepIdentityKey, target{self: true}); err != nil {
		return err
	}
	if err := d.freshPassphrase(ctx, who, in.Fresh); err != nil {
		return err
	}
	var private seal.PrivateKey
	var err error
	if in.Old != "" {
		private, err = d.officerKey(ctx, who, "old", in.Old)
	} else {
		private, err = d.newOfficerKey(ctx)
	}
	if err != nil {
		return err
	}
	done, err := d.door.turn(ctx)
	if err != nil {
		return err
	}
	stretch, under, err := d.door.hasher.DrawKey(d.random, in.Fresh)
	done()
	if err != nil {
		return err
	}
	return d.do(ctx, who, account.KeepIdentityKey, target{self: true, record: audit.Subject{Kind: "person", ID: idText(who.Person)}}, func(w *work) error {
		row := &store.OfficerKey{PersonID: w.me, Public: private.Public().String(), Stretch: string(stretch), MadeAt: w.tx.Now}
		if row.Sealed, err = seal.Seal(d.random, under, officerPurpose(w.me), []byte(private.Text())); err != nil {
			return err
		}
		was, err := w.OfficerKey(w.me)
		switch {
		case pil.CodeOf(err) == pil.CodeNotFound:
			return w.tx.Add(row)
		case err != nil:
			return err
		case was.Public != row.Public && in.Old != "":
			return &pil.Error{Code: pil.CodeConflict, Text: "身份口令刚刚改过，没有保存 (the passphrase has just been changed)"}
		case was.Public != row.Public:
			if err := dropWraps(w.tx, w.me); err != nil {
				return err
			}
		}
		return w.tx.Change(row)
	})
}

// newOfficerKey draws a key pair of the suite that the identity key is of.
func (d *Desk) newOfficerKey(ctx context.Context) (seal.PrivateKey, error) {
	suite := seal.International
	err := d.store.Read(ctx, func(v *store.View) error {
		keys, err := v.IdentityKeys()
		if err != nil || len(keys) == 0 {
			return err
		}
		public, err := seal.ParsePublicKey(keys[0].Public)
		suite = public.Suite()
		return err
	})
	if err != nil {
		return seal.PrivateKey{}, err
	}
	return seal.NewPrivateKey(d.random, suite)
}

func officerPurpose(person int64) string { return "officer-key/" + idText(person) }

// freshPassphrase refuses a weak one, and the sign-in password: an administrator
// sets that anew, and it is typed every day.
func (d *Desk) freshPassphrase(ctx context.Context, who Who, fresh string) error {
	var p *store.Person
	var c *store.Credential
	err := d.store.Read(ctx, func(v *store.View) (err error) {
		if p, err = v.Person(who.Person); err != nil {
			return err
		}
		c, err = v.Credential(who.Person)
		return err
	})
	if err != nil {
		return err
	}
	if err := account.CheckPassword(p.Login, fresh); err != nil {
		return err
	}
	if _, err := d.door.verify(ctx, d.random, c.Password, fresh); err == nil {
		return fault("fresh", "身份口令须与登录口令不同", "the passphrase must not be the password you sign in with")
	}
	return nil
}

// signInPassphrase is the throttle of passphrases: who took over an open browser may
// not guess at one.
const signInPassphrase = "passphrase"

// officerKey opens somebody's own key with the passphrase; field is where it was
// typed. What is wrong is charged, and in the record.
func (d *Desk) officerKey(ctx context.Context, who Who, field, passphrase string) (key seal.PrivateKey, err error) {
	if passphrase == "" {
		return key, fault(field, "请填写身份口令", "type your passphrase")
	}
	var row *store.OfficerKey
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) (err error) {
		if row, err = tx.OfficerKey(who.Person); err != nil {
			return err
		}
		return d.charge(tx, who.Person, signInPassphrase, account.PasswordPace())
	})
	if pil.CodeOf(err) == pil.CodeNotFound {
		return key, fault(field, "您还没有身份口令，请先在「身份密钥」设置", "you have no passphrase yet: set one under Identity key")
	}
	if pil.CodeOf(err) == pil.CodeBusy {
		return key, fault(field, "尝试过于频繁，请稍后再试", "too many tries: wait a while")
	}
	if err != nil {
		return key, err
	}
	done, err := d.door.turn(ctx)
	if err != nil {
		return key, err
	}
	under, err := d.door.hasher.Key(account.Secret(row.Stretch), passphrase)
	done()
	if err != nil {
		if pil.CodeOf(err) != pil.CodeInvalid {
			return key, err
		}
		noted := d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) {
			p, err := tx.Person(who.Person)
			if err != nil {
				return audit.Entry{}, err
			}
			return byPerson(p, "refuse_passphrase"), nil
		})
		if noted != nil {
			return key, noted
		}
		return key, fault(field, "身份口令不对", "wrong passphrase")
	}
	text, err := seal.Open(under, officerPurpose(who.Person), row.Sealed)
	if err != nil {
		return key, err
	}
	if key, err = seal.ParsePrivateKey(string(text)); err != nil {
		return key, err
	}
	return key, d.store.Write(ctx, d.clock(), func(tx *store.Tx) error { return tx.ForgetSignIn(who.Person, signInPassphrase) })
}

// heldIdentity is an identity key in somebody's hand, for the length of one call.
type heldIdentity struct {
	row store.IdentityKey
	key seal.PrivateKey
}

// identityKeys opens the identity keys that somebody holds, the newest first.
func (d *Desk) identityKeys(ctx context.Context, who Who, passphrase string) (list []heldIdentity, err error) {
	own, err := d.officerKey(ctx, who, "passphrase", passphrase)
	if err != nil {
		return nil, err
	}
	err = d.store.Read(ctx, func(v *store.View) error {
		wraps, err := v.IdentityWraps(who.Person)
		if err != nil {
			return err
		}
		keys, err := v.IdentityKeys()
		if err != nil {
			return err
		}
		for i := range keys {
			at := slices.IndexFunc(wraps, func(w store.IdentityWrap) bool { return w.KeyID == keys[i].ID })
			if at < 0 {
				continue
			}
			sealed, err := base64.RawStdEncoding.DecodeString(wraps[at].Sealed)
			if err != nil {
				return damagedKey()
			}
			text, err := seal.OpenFrom(own, wrapPurpose(keys[i].Public), sealed)
			if err != nil {
				return err
			}
			key, err := seal.ParsePrivateKey(string(text))
			if err != nil || key.Public().String() != keys[i].Public {
				return damagedKey()
			}
			list = append(list, heldIdentity{keys[i], key})
		}
		return nil
	})
	if err == nil && len(list) == 0 {
		err = pil.Forbidden("您还没有身份密钥，请持有人转交 (you do not hold the identity key: ask somebody who does to give it to you)")
	}
	return list, err
}

func damagedKey() error {
	return &pil.Error{Code: pil.CodeInternal, Text: "身份密钥已损坏 (an identity key is damaged)"}
}

// TakeIdentityKey takes the identity key with the start code, which is worth nothing
// afterwards. A passphrase has to be set before.
func (d *Desk) TakeIdentityKey(ctx context.Context, who Who, code string) error {
	if err := d.mayAsk(ctx, who, account.KeepIdentityKey, target{self: true}); err != nil {
		return err
	}
	start, err := seal.ParseReceipt(code)
	if err != nil {
		return fault("code", "启用码不对，请逐位核对", "not a start code")
	}
	wrong := fault("code", "启用码不对，或者已经用过", "a wrong start code, or one that was used")
	var keys []store.IdentityKey
	err = d.store.Write(ctx, d.clock(), func(tx *store.Tx) (err error) {
		if keys, err = tx.IdentityKeys(); err != nil {
			return err
		}
		return d.charge(tx, who.Person, signInPassphrase, account.PasswordPace())
	})
	if err != nil {
		return err
	}
	opened := map[int64]seal.PrivateKey{}
	for i := range keys {
		if keys[i].Start == "" {
			continue
		}
		key, err := d.openStart(ctx, &keys[i], start)
		if err == nil {
			opened[keys[i].ID] = key
		} else if pil.CodeOf(err) != pil.CodeInvalid {
			return err
		}
	}
	if len(opened) == 0 {
		return wrong
	}
	return d.do(ctx, who, account.KeepIdentityKey, target{self: true, record: audit.Subject{Kind: "person", ID: idText(who.Person)}}, func(w *work) error {
		own, err := w.OfficerKey(w.me)
		if pil.CodeOf(err) == pil.CodeNotFound {
			return fault("code", "请先设置身份口令", "set your passphrase first")
		}
		if err != nil {
			return err
		}
		if keys, err = w.IdentityKeys(); err != nil {
			return err
		}
		for i := range keys {
			k, ok := opened[keys[i].ID]
			if !ok {
				continue
			}
			if keys[i].Start == "" {
				return wrong
			}
			keys[i].Start, keys[i].StartSalt = "", ""
			if err := errors.Join(w.tx.Change(&keys[i]), d.wrapIdentity(w.tx, &keys[i], k, own, 0)); err != nil {
				return err
			}
		}
		return w.tx.ForgetSignIn(w.me, signInPassphrase)
	})
}

func (d *Desk) openStart(ctx context.Context, row *store.IdentityKey, code seal.Receipt) (seal.PrivateKey, error) {
	done, err := d.door.turn(ctx)
	if err != nil {
		return seal.PrivateKey{}, err
	}
	defer done()
	under, err := d.door.hasher.Key(account.Secret(row.StartSalt), string(code))
	if err != nil {
		return seal.PrivateKey{}, err
	}
	text, err := seal.Open(under, "identity-start/"+row.Public, row.Start)
	if err != nil {
		return seal.PrivateKey{}, err
	}
	return seal.ParsePrivateKey(string(text))
}

// GiveIdentityKey gives every identity key one holds to another officer who is
// entitled and has set a passphrase. There is one key for all offices of the
// installation: what it opens is still each office's to agree to.
func (d *Desk) GiveIdentityKey(ctx context.Context, who Who, person int64, passphrase string) error {
	if err := d.mayAsk(ctx, who, account.GiveIdentityKey, target{self: true}); err != nil {
		return err
	}
	held, err := d.identityKeys(ctx, who, passphrase)
	if err != nil {
		return err
	}
	return d.do(ctx, who, account.GiveIdentityKey, target{self: true, record: audit.Subject{Kind: "person", ID: idText(person)}}, func(w *work) error {
		p, err := w.Person(person)
		if err != nil {
			return err
		}
		to, err := w.OfficerKey(person)
		if pil.CodeOf(err) == pil.CodeNotFound || err == nil && !entitled(p, w.now) {
			return pil.Invalid("该人员无权查阅身份，或者还没有设置身份口令 (not entitled, or without a passphrase)")
		}
		if err != nil {
			return err
		}
		for i := range held {
			if err := d.wrapIdentity(w.tx, &held[i].row, held[i].key, to, w.me); err != nil {
				return err
			}
		}
		return nil
	})
}

// IdentityHolder is somebody who may learn who reported.
type IdentityHolder struct {
	PersonName
	Office string
	State  HolderState
	By     string // who gave the key; empty: the start code, or a rotation
	Since  store.Moment
	Me     bool
}

// HolderState is how far somebody is from opening an identity.
type HolderState string

// The closed set of states.
const (
	HolderReady   HolderState = "ready"   // holds every identity key
	HolderPart    HolderState = "part"    // holds some, and waits for the others
	HolderWaiting HolderState = "waiting" // has a passphrase, and waits for the key
	HolderNone    HolderState = "none"    // has no passphrase
)

// IdentityKeys are who holds the identity key, and who waits for it.
type IdentityKeys struct {
	Keys    int  // there have been
	Unused  bool // a start code waits to be used
	Made    store.Moment
	Holders []IdentityHolder // those of the actor's office first, who waits before who holds
	Mine    HolderState      // empty: the actor is not entitled
}

// ShowIdentityKeys shows who is entitled, who holds the key and who waits.
func (d *Desk) ShowIdentityKeys(ctx context.Context, who Who) (out IdentityKeys, err error) {
	err = d.ask(ctx, who, account.ShowIdentityKeys, target{self: true}, func(l *look) error {
		keys, err := l.IdentityKeys()
		if err != nil {
			return err
		}
		out.Keys = len(keys)
		for i := range keys {
			out.Unused = out.Unused || keys[i].Start != ""
			out.Made = max(out.Made, keys[i].MadeAt)
		}
		return l.holders(&out)
	})
	return out, err
}

func (l *look) holders(out *IdentityKeys) error {
	people, err := l.AllPeople()
	if err != nil {
		return err
	}
	pairs, err := l.OfficerKeys()
	if err != nil {
		return err
	}
	wraps, err := l.IdentityWraps(0)
	if err != nil {
		return err
	}
	offices, err := l.Offices()
	if err != nil {
		return err
	}
	names, office := map[int64]string{}, map[int64]string{}
	for i := range people {
		names[people[i].ID] = people[i].Name
	}
	for i := range offices {
		office[offices[i].ID] = offices[i].Name
	}
	own := map[int64]bool{}
	for i := range people {
		p := &people[i]
		if !entitled(p, l.now) {
			continue
		}
		h := IdentityHolder{PersonName: PersonName{p.ID, p.Name}, Office: office[p.OfficeID], State: HolderNone, Me: p.ID == l.me}
		if slices.ContainsFunc(pairs, func(k store.OfficerKey) bool { return k.PersonID == p.ID }) {
			h.State = HolderWaiting
		}
		n := 0
		for _, w := range wraps {
			if w.PersonID == p.ID {
				n++
				h.Since, h.By = w.MadeAt, names[w.ByID]
			}
		}
		switch {
		case n > 0 && n == out.Keys:
			h.State = HolderReady
		case n > 0:
			h.State = HolderPart
		}
		if h.Me {
			out.Mine = h.State
		}
		// Of another office only who waits is of interest here: whoever holds the key may give it.
		if own[p.ID] = p.OfficeID == l.office; own[p.ID] || h.State == HolderWaiting || h.State == HolderPart {
			out.Holders = append(out.Holders, h)
		}
	}
	rank := map[HolderState]int{HolderWaiting: 0, HolderPart: 1, HolderReady: 2, HolderNone: 3}
	slices.SortStableFunc(out.Holders, func(a, b IdentityHolder) int {
		if own[a.ID] != own[b.ID] {
			if own[a.ID] {
				return -1
			}
			return 1
		}
		return cmp.Compare(rank[a.State], rank[b.State])
	})
	return nil
}

// StartIdentityKeys puts identity keys, as the recovery shares give them, under one
// fresh start code, shown once: for when nobody holds them any more. A key that the
// office does not know is kept from now on.
func (d *Desk) StartIdentityKeys(ctx context.Context, list ...seal.PrivateKey) (start account.Secret, err error) {
	code, err := seal.NewReceipt(d.random)
	if err != nil {
		return "", err
	}
	err = d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) {
		keys, err := tx.IdentityKeys()
		if err != nil {
			return audit.Entry{}, err
		}
		for _, key := range list {
			public := key.Public().String()
			at := slices.IndexFunc(keys, func(k store.IdentityKey) bool { return k.Public == public })
			row := &store.IdentityKey{Public: public, MadeAt: tx.Now}
			if at >= 0 {
				row = &keys[at]
			}
			if err := d.underStart(row, key, code); err != nil {
				return audit.Entry{}, err
			}
			put := tx.Change
			if at < 0 {
				put = tx.Add
			}
			if err := put(row); err != nil {
				return audit.Entry{}, err
			}
		}
		return keyEntry(&tx.View, "recover_keys")
	})
	return account.Secret(code.Shown()), err
}

// RotateIdentityKey has identities sealed to a fresh key from now on. It is given to
// all who hold the present one; where nobody does, the start code is shown once.
func (d *Desk) RotateIdentityKey(ctx context.Context, key seal.PrivateKey) (start account.Secret, holders int, err error) {
	err = d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) {
		holders, start = 0, ""
		wraps, err := tx.IdentityWraps(0)
		if err != nil {
			return audit.Entry{}, err
		}
		row, code, err := d.newIdentityKey(tx, key)
		if err != nil {
			return audit.Entry{}, err
		}
		given := map[int64]bool{}
		for i := range wraps {
			person := wraps[i].PersonID
			if given[person] {
				continue
			}
			p, err := tx.Person(person)
			if err != nil {
				return audit.Entry{}, err
			}
			if given[person] = true; !entitled(p, tx.Now.Time()) {
				continue
			}
			to, err := tx.OfficerKey(person)
			if err != nil {
				return audit.Entry{}, err
			}
			if err := d.wrapIdentity(tx, row, key, to, 0); err != nil {
				return audit.Entry{}, err
			}
			holders++
		}
		start = code
		if holders > 0 { // nobody needs it
			start, row.Start, row.StartSalt = "", "", ""
			if err := tx.Change(row); err != nil {
				return audit.Entry{}, err
			}
		}
		return keyEntry(&tx.View, "rotate_identity_key")
	})
	return start, holders, err
}

// NoteKeys records that keys outside the store were rotated or recovered.
func (d *Desk) NoteKeys(ctx context.Context, action string) error {
	return d.byMachine(ctx, func(tx *store.Tx) (audit.Entry, error) { return keyEntry(&tx.View, action) })
}

// keyEntry is the entry of what was done with keys from the command line.
func keyEntry(v *store.View, action string) (audit.Entry, error) {
	list, err := v.Offices()
	if err != nil {
		return audit.Entry{}, err
	}
	if len(list) == 0 {
		return audit.Entry{}, pil.NotFound("没有检察院 (there is no office)")
	}
	return audit.Entry{Actor: founder, Office: idText(list[0].ID), Action: action, Subject: officeSubject(list[0].ID)}, nil
}
