package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/docket"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
	"shouhu/internal/store"
)

// jsonOf runs a call in this process and reads its JSON.
func jsonOf[T any](tb testing.TB, args ...string) (out T) {
	tb.Helper()
	var stdout, stderr bytes.Buffer
	if status := run(append(args, "--json"), &stdout, &stderr); status != 0 {
		tb.Fatalf("shouhu %s: %d %s", strings.Join(args, " "), status, &stderr)
	}
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

// refuses fails unless a call is refused with these words and prints nothing else.
func refuses(tb testing.TB, words string, args ...string) {
	tb.Helper()
	var stdout, stderr bytes.Buffer
	if status := run(args, &stdout, &stderr); status != 2 || stdout.Len() > 0 || !strings.Contains(stderr.String(), words) {
		tb.Fatalf("shouhu %s: %d %s%s, want %q", strings.Join(args, " "), status, &stdout, &stderr, words)
	}
}

// drill is an office set up by its ceremony, with an officer, and a public door.
type drill struct {
	dir, spool string
	init       initAnswer
	s          *store.Store
	d          *desk.Desk
	clues      desk.Who
	chief      desk.Who
}

const drillPassphrase = "演练用的身份口令一句话"

func newDrill(t *testing.T) *drill {
	dir := t.TempDir()
	r := &drill{dir: filepath.Join(dir, "office"), spool: filepath.Join(dir, "spool")}
	r.init = jsonOf[initAnswer](t, "init", "--data", r.dir, "--yes", "--office", "演练院", "--shares", "4", "--threshold", "3")
	if len(r.init.Recovery.Shares) != 4 || r.init.Recovery.Threshold != 3 || r.init.Start == "" {
		t.Fatal("no shares, or no start code")
	}
	r.open(t)
	r.chief = desk.Who{Person: 2}
	got, err := r.d.AddPerson(t.Context(), desk.Who{Person: 1}, desk.NewPerson{Login: "clues", Name: "线索员", Roles: account.RolesOf(account.ClueOfficer)})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.d.DecideRole(t.Context(), r.chief, desk.RoleDecision{Approval: got.Approval, Agree: true}); err != nil {
		t.Fatal(err)
	}
	r.clues.Person = got.Person
	return r
}

func (r *drill) open(t *testing.T) {
	t.Helper()
	f, err := data{Data: r.dir}.open()
	if err != nil {
		t.Fatal(err)
	}
	if r.s, r.d, err = f.attach(t.Context(), overlay{}); err != nil {
		t.Fatal(err)
	}
}

func (r *drill) close(t *testing.T) {
	t.Helper()
	if err := r.s.Close(); err != nil {
		t.Fatal(err)
	}
}

// takes has the clue officer set a passphrase and take the identity key.
func (r *drill) takes(t *testing.T, code string) {
	t.Helper()
	if err := r.d.SetPassphrase(t.Context(), r.clues, desk.Passphrase{Fresh: drillPassphrase}); err != nil {
		t.Fatal(err)
	}
	if err := r.d.TakeIdentityKey(t.Context(), r.clues, code); err != nil {
		t.Fatal(err)
	}
}

// reports leaves a report with a name in the spool, sealed to a door file.
func (r *drill) reports(t *testing.T, door seal.Door, what string) {
	t.Helper()
	sp, err := spool.OpenDir(r.spool, 0)
	if err != nil {
		t.Fatal(err)
	}
	code, err := seal.NewReceipt(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := code.Keys(door.Salt, door.Intake.Suite())
	if err != nil {
		t.Fatal(err)
	}
	draft := sp.Begin("drill" + keys.Lookup)
	env, err := seal.NewEnvelope(draft, rand.Reader, door.Intake)
	if err != nil {
		t.Fatal(err)
	}
	name, err := json.Marshal(map[string]string{"name": "演练举报人"})
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.To(rand.Reader, door.Identity, seal.IdentityPurpose(env.ID), name)
	if err != nil {
		t.Fatal(err)
	}
	if err := env.Close(&seal.Report{Kind: seal.ReportKind, Day: "2026-11-20", What: what, Lookup: keys.Lookup, Reporter: keys.Key.Public().String(), Identity: box}); err != nil {
		t.Fatal(err)
	}
	if err := draft.KeepReport(keys.Lookup); err != nil {
		t.Fatal(err)
	}
}

// reads finds what was told, and who told it.
func (r *drill) reads(t *testing.T, what string) {
	t.Helper()
	ctx := t.Context()
	box, err := r.d.Inbox(ctx, r.clues, desk.MatterFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range box.Rows {
		f, err := r.d.ShowClue(ctx, r.clues, l.MatterID)
		if err != nil {
			t.Fatal(err)
		}
		if f.Clue.What != what {
			continue
		}
		n, err := r.d.RequestIdentity(ctx, r.clues, l.MatterID, "演练")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.d.MoveApproval(ctx, r.chief, desk.ApprovalStep{Approval: n, Move: docket.Approve}); err != nil {
			t.Fatal(err)
		}
		who, _, err := r.d.OpenIdentity(ctx, r.clues, n, drillPassphrase)
		if err != nil || who != (clue.Identity{Name: "演练举报人"}) {
			t.Fatalf("who reported %s: %v", what, err)
		}
		return
	}
	t.Fatalf("no clue says %s", what)
}

func (r *drill) door(t *testing.T) seal.Door {
	t.Helper()
	d, err := (&folder{dir: r.dir}).door()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (r *drill) shares(t *testing.T, list ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "shares")
	if err := os.WriteFile(name, []byte(strings.Join(list, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// The folder of keys is lost, and so is the only officer's passphrase: three shares
// bring everything back, two do not, and a backup without keys is brought back too.
func TestLossIsDrilled(t *testing.T) {
	r := newDrill(t)
	all := r.init.Recovery.Shares
	r.takes(t, r.init.Start)
	r.reports(t, r.door(t), "丢失之前的举报")
	r.close(t)
	jsonOf[struct{ Reports int }](t, "ferry", "--data", r.dir, "--spool", r.spool)
	jsonOf[backupAnswer](t, "backup", "--data", r.dir, "--without-keys", filepath.Join(r.spool, "b.tar"))
	r.open(t)
	r.reads(t, "丢失之前的举报")
	r.close(t)

	was := map[string]string{}
	for _, name := range keyNames {
		body, err := os.ReadFile(filepath.Join(r.dir, keysDir, name))
		if err != nil {
			t.Fatal(err)
		}
		was[name] = string(body)
	}
	if err := os.RemoveAll(filepath.Join(r.dir, keysDir)); err != nil {
		t.Fatal(err)
	}
	if a := jsonOf[keysListed](t, "keys", "list", "--data", r.dir); len(a.Missing) != len(keyNames) || len(a.Identity) != 1 || a.Recovery == "" {
		t.Errorf("listed %+v", a)
	}
	refuses(t, "份额不够", "keys", "recover", "--data", r.dir, "--from", r.shares(t, all[0], all[2]))
	refuses(t, "输入了两次", "keys", "recover", "--data", r.dir, "--from", r.shares(t, all[0], all[2], all[0]))
	refuses(t, "第 1 组抄错", "keys", "recover", "--data", r.dir, "--from", r.shares(t, all[0], all[1], "9"+all[2][1:]))
	if _, err := os.Stat(filepath.Join(r.dir, keysDir)); err == nil {
		t.Error("refused, and something was written")
	}
	three := r.shares(t, all[3], all[0], all[1])
	if a := jsonOf[keysRecovered](t, "keys", "recover", "--data", r.dir, "--from", three, "--check"); !a.Checked || a.Identities != 1 || a.Start != "" {
		t.Errorf("checked %+v", a)
	}
	a := jsonOf[keysRecovered](t, "keys", "recover", "--data", r.dir, "--from", three, "--reshare", "--shares", "3", "--threshold", "2")
	if len(a.Written) != len(keyNames) || a.Recovery == nil || len(a.Recovery.Shares) != 3 {
		t.Fatalf("recovered %+v", a)
	}
	for name, body := range was {
		if got, err := os.ReadFile(filepath.Join(r.dir, keysDir, name)); err != nil || string(got) != body {
			t.Errorf("%s is another: %v", name, err)
		}
	}
	r.open(t)
	r.takes(t, a.Start) // the passphrase was forgotten: a new one, and the key with the code
	r.reads(t, "丢失之前的举报")
	r.close(t)
	refuses(t, "同一套", "keys", "recover", "--data", r.dir, "--from", r.shares(t, all[0], a.Recovery.Shares[0]))
	refuses(t, "份额不属于", "keys", "recover", "--data", r.dir, "--from", three)
	jsonOf[keysRecovered](t, "keys", "recover", "--data", r.dir, "--from", r.shares(t, a.Recovery.Shares[2], a.Recovery.Shares[1]), "--check")
	var out, said bytes.Buffer
	if status := run([]string{"fsck", "--data", r.dir}, &out, &said); status != 0 {
		t.Errorf("fsck: %s%s", &out, &said)
	}

	// The backup without keys comes back with the shares of its day.
	restored := filepath.Join(t.TempDir(), "restored")
	refuses(t, "--shares", "restore", "--data", restored, filepath.Join(r.spool, "b.tar"))
	refuses(t, "份额不够", "restore", "--data", restored, "--shares", r.shares(t, all[1]), filepath.Join(r.spool, "b.tar"))
	if status := run([]string{"restore", "--data", restored, "--shares", three, filepath.Join(r.spool, "b.tar")}, &out, &said); status != 0 {
		t.Fatalf("restore: %s%s", &out, &said)
	}
	r.dir = restored
	r.open(t)
	r.reads(t, "丢失之前的举报") // under the passphrase of that day
	r.close(t)
}

// After a rotation the door seals to the fresh keys; what was sealed to the old ones
// still opens, and shares bring back both.
func TestRotation(t *testing.T) {
	r := newDrill(t)
	r.takes(t, r.init.Start)
	old := r.door(t)
	r.reports(t, old, "轮换之前的举报")
	r.close(t)
	a := jsonOf[keysRotated](t, "keys", "rotate", "--data", r.dir)
	fresh := r.door(t)
	if a.Holders != 1 || a.Start != "" || fresh.Intake.Equal(old.Intake) || fresh.Identity.Equal(old.Identity) || !bytes.Equal(fresh.Salt, old.Salt) || fresh.Intake.ID() != a.Intake {
		t.Fatalf("rotated %+v", a)
	}
	r.reports(t, fresh, "轮换之后的举报")
	r.reports(t, old, "旧入口的举报") // a door that was not told yet
	if trip := jsonOf[struct{ Reports, Refused int }](t, "ferry", "--data", r.dir, "--spool", r.spool); trip.Reports != 3 || trip.Refused != 0 {
		t.Fatalf("carried %+v", trip)
	}
	r.open(t)
	for _, what := range []string{"轮换之前的举报", "轮换之后的举报", "旧入口的举报"} {
		r.reads(t, what)
	}
	r.close(t)
	three := r.shares(t, r.init.Recovery.Shares[:3]...)
	if got := jsonOf[keysRecovered](t, "keys", "recover", "--data", r.dir, "--from", three, "--check"); got.Identities != 2 {
		t.Errorf("%d identity keys sealed", got.Identities)
	}
	if err := os.Remove(filepath.Join(r.dir, keysDir, keyIntake)); err != nil {
		t.Fatal(err)
	}
	if got := jsonOf[keysRecovered](t, "keys", "recover", "--data", r.dir, "--from", three); len(got.Written) != 1 {
		t.Errorf("written %v", got.Written)
	}
	keys, err := (&folder{dir: r.dir}).intakeKeys()
	if err != nil || len(keys) != 2 || !keys[0].Public().Equal(fresh.Intake) || !keys[1].Public().Equal(old.Intake) {
		t.Errorf("%d intake keys, %v", len(keys), err)
	}
	one := jsonOf[keysRotated](t, "keys", "rotate", "--data", r.dir, "--key", "intake")
	if now := r.door(t); one.Identity != "" || !now.Identity.Equal(fresh.Identity) || now.Intake.Equal(fresh.Intake) {
		t.Errorf("rotated %+v", one)
	}
}

// Neither shares, nor the start code, nor a private key but the intake key's stands in
// any file of the folder; the identity key stands in none.
func TestCeremonyLeavesNothingOpen(t *testing.T) {
	r := newDrill(t)
	r.takes(t, r.init.Start)
	r.close(t)
	three, err := openSealed(must(t)((&folder{dir: r.dir}).sealedFiles()), strings.Join(r.init.Recovery.Shares[:3], "\n"))
	if err != nil {
		t.Fatal(err)
	}
	digits := func(s string) string { return strings.ReplaceAll(s, " ", "") }
	secrets := [][]byte{[]byte(r.init.Start), []byte(digits(r.init.Start)), []byte(three.key.Text()), []byte(three.identities[0].Text()), []byte(drillPassphrase)}
	for _, s := range r.init.Recovery.Shares {
		secrets = append(secrets, []byte(s), []byte(digits(s)))
	}
	files := 0
	err = filepath.WalkDir(r.dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := os.ReadFile(name)
		files++
		for i, s := range secrets {
			if bytes.Contains(body, s) {
				t.Errorf("%s holds secret %d", name, i)
			}
		}
		return err
	})
	if err != nil || files < 15 {
		t.Fatalf("%d files, %v", files, err)
	}
}

func must(t *testing.T) func(map[string][]byte, error) map[string][]byte {
	return func(m map[string][]byte, err error) map[string][]byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
}
