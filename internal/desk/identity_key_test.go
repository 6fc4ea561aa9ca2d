package desk

import (
	"strings"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// opens asks to learn who reported, has the head agree, and looks.
func (b *inbox) opens(tb testing.TB, who Who, clue int64) error {
	tb.Helper()
	n := must(b.RequestIdentity(tb.Context(), who, clue, "需要当面核实地点"))(tb)
	b.approve(tb, b.head, n)
	got, _, err := b.OpenIdentity(tb.Context(), who, n, passphrase)
	if err == nil && string(got.Name) != "演示举报人" {
		tb.Fatalf("opened something else")
	}
	return err
}

// state is how far somebody is from opening an identity, as the page says.
func (b *staffed) state(tb testing.TB, who Who) HolderState {
	tb.Helper()
	for _, h := range must(b.ShowIdentityKeys(tb.Context(), b.chief))(tb).Holders {
		if h.ID == who.Person {
			return h.State
		}
	}
	return ""
}

// wants fails unless somebody is in a state.
func (b *staffed) wants(tb testing.TB, who Who, want HolderState) {
	tb.Helper()
	if got := b.state(tb, who); got != want {
		tb.Errorf("person %d: %q, want %q", who.Person, got, want)
	}
}

// The identity key goes from hand to hand as people come and go, and nobody without
// it opens who reported, whatever a second person agrees to.
func TestIdentityKeyComesAndGoes(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	id := b.register(t, func() NewClue { c := b.rubbish(); c.Lead, c.Department = b.handler.Person, 1; return c }())
	b.wants(t, b.clues, HolderNone)
	if err := b.opens(t, b.handler, id); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("without a passphrase: %v", err)
	}
	start := string(b.start)
	b.keyed(t, b.clues)
	b.wants(t, b.clues, HolderReady)
	if err := b.SetPassphrase(ctx, b.handler, Passphrase{Fresh: passphrase}); err != nil {
		t.Fatal(err)
	}
	b.wants(t, b.handler, HolderWaiting)
	if err := b.TakeIdentityKey(ctx, b.handler, start); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("the start code works twice: %v", err)
	}
	b.now = b.now.Add(1 << 40)
	n := must(b.RequestIdentity(ctx, b.handler, id, "需要当面核实地点"))(t)
	b.approve(t, b.head, n)
	if _, _, err := b.OpenIdentity(ctx, b.handler, n, passphrase); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("without the key: %v", err)
	}
	// Who may not learn identities gets no key, and who has none gives none.
	if err := b.GiveIdentityKey(ctx, b.clues, b.head.Person, passphrase); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("given to a head: %v", err)
	}
	if err := b.GiveIdentityKey(ctx, b.head, b.handler.Person, passphrase); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("given by a head: %v", err)
	}
	if err := b.GiveIdentityKey(ctx, b.handler, b.second.Person, passphrase); pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("given by who has none: %v", err)
	}
	if err := b.GiveIdentityKey(ctx, b.clues, b.handler.Person, passphrase); err != nil {
		t.Fatal(err)
	}
	b.wants(t, b.handler, HolderReady)
	if got, _, err := b.OpenIdentity(ctx, b.handler, n, passphrase); err != nil || string(got.Phone) != "010-00000000" {
		t.Fatalf("with the key: %v", err)
	}
	// A new passphrase with the old one keeps the key; a forgotten one does not.
	if err := b.SetPassphrase(ctx, b.handler, Passphrase{Old: "另外一句身份口令的话", Fresh: passphrase + "新"}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("changed with a wrong one: %v", err)
	}
	if err := b.SetPassphrase(ctx, b.handler, Passphrase{Old: passphrase, Fresh: passphrase + "新"}); err != nil {
		t.Fatal(err)
	}
	b.wants(t, b.handler, HolderReady)
	if err := b.SetPassphrase(ctx, b.handler, Passphrase{Fresh: passphrase}); err != nil {
		t.Fatal(err)
	}
	b.wants(t, b.handler, HolderWaiting)
	if err := b.GiveIdentityKey(ctx, b.clues, b.handler.Person, passphrase); err != nil {
		t.Fatal(err)
	}

	// A rotation gives the fresh key to all who hold one; what was sealed before opens.
	fresh := must(seal.NewPrivateKey(b.random, seal.International))(t)
	code, holders, err := b.RotateIdentityKey(ctx, fresh)
	if err != nil || holders != 2 || code != "" {
		t.Fatalf("%d holders, %v", holders, err)
	}
	b.wants(t, b.handler, HolderReady)
	later := b.register(t, func() NewClue { c := b.rubbish(); c.Lead, c.Department = b.handler.Person, 1; return c }())
	for _, clue := range []int64{id, later} {
		if err := b.opens(t, b.handler, clue); err != nil {
			t.Errorf("after the rotation: %v", err)
		}
	}

	// Who loses the role or leaves loses the key.
	admin := b.hire(t, "admin", "演示管理员", account.Administrator)
	roles := must(b.ProposeRole(ctx, admin, RoleProposal{Person: b.handler.Person, Roles: account.RolesOf(account.Assistant)}))(t)
	b.approve(t, b.chief, roles)
	b.wants(t, b.handler, "")
	roles = must(b.ProposeRole(ctx, admin, RoleProposal{Person: b.handler.Person, Roles: account.RolesOf(account.Prosecutor)}))(t)
	b.approve(t, b.chief, roles)
	b.wants(t, b.handler, HolderWaiting)
	if err := b.GiveIdentityKey(ctx, b.clues, b.handler.Person, passphrase); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ClosePerson(ctx, admin, Closing{Person: b.clues.Person, Until: b.Day() - 1}); err != nil {
		t.Fatal(err)
	}
	err = b.store.Read(ctx, func(v *store.View) error {
		wraps, err := v.IdentityWraps(b.clues.Person)
		if len(wraps) != 0 {
			t.Errorf("who left still holds %d keys", len(wraps))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.wants(t, b.handler, HolderReady)
	b.clean(t)
}

// Nobody left holds the key: the recovery shares give a fresh start code.
func TestIdentityKeyStartsAnew(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	key := must(seal.NewPrivateKey(b.random, seal.ChineseNational))(t)
	if _, holders, err := b.RotateIdentityKey(ctx, key); err != nil || holders != 0 {
		t.Fatalf("%d holders, %v", holders, err)
	}
	id := b.register(t, b.rubbish())
	b.start = must(b.StartIdentityKeys(ctx, key))(t)
	b.keyed(t, b.clues)
	b.wants(t, b.clues, HolderPart) // the first key still waits for its own start code
	if err := b.opens(t, b.clues, id); err != nil {
		t.Error(err)
	}
	b.clean(t)
}

// Guesses at a passphrase are slowed down and recorded, and a weak one is refused.
func TestPassphraseIsGuarded(t *testing.T) {
	b, ctx := newInbox(t), t.Context()
	b.on("2021-11-20")
	for _, weak := range []string{"", "short", strings.Repeat("a", 20)} {
		if err := b.SetPassphrase(ctx, b.clues, Passphrase{Fresh: weak}); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%q: %v", weak, err)
		}
	}
	b.keyed(t, b.clues)
	slow := false
	for range 20 {
		err := b.GiveIdentityKey(ctx, b.clues, b.handler.Person, "又一句猜的身份口令")
		if slow = strings.Contains(err.Error(), "过于频繁"); slow {
			break
		}
		if pil.CodeOf(err) != pil.CodeInvalid {
			t.Fatal(err)
		}
	}
	if !slow {
		t.Error("guesses are not slowed down")
	}
	err := b.store.Read(ctx, func(v *store.View) error {
		entries, err := v.EntriesOf("person", idText(b.clues.Person), []audit.Class{audit.ClassWrite}, 50)
		n := 0
		for _, e := range entries {
			if e.Action == "refuse_passphrase" {
				n++
			}
		}
		if n == 0 {
			t.Error("a wrong passphrase is not in the record")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
