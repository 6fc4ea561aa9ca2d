package desk

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"shouhu/internal/audit"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/store"
	"shouhu/internal/testdb"
)

// signing gives the bench a key, and says whom a check trusts.
func (b *bench) signing(tb testing.TB) audit.Trust {
	tb.Helper()
	secret, public, err := audit.NewKey(rand.Reader, "test")
	if err != nil {
		tb.Fatal(err)
	}
	if b.signer, err = note.NewSigner(secret); err != nil {
		tb.Fatal(err)
	}
	b.origin = "test"
	keys, err := audit.Keys(public)
	if err != nil {
		tb.Fatal(err)
	}
	return audit.Trust{Origin: "test", Keys: keys}
}

// write saves rows as a command would, under one entry, and folds the matters.
func (b *bench) write(tb testing.TB, rows ...store.Row) {
	tb.Helper()
	err := b.store.Write(tb.Context(), b.now, func(tx *store.Tx) error {
		if err := tx.Add(rows...); err != nil {
			return err
		}
		for _, r := range rows {
			if m, ok := r.(*store.Matter); ok {
				if err := b.refold(tx, m); err != nil {
					return err
				}
			}
		}
		return tx.Record(audit.Entry{Actor: "1", Office: "1", Action: "add_rows", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "office", ID: "1"}})
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// sample is an office with one case under way: events, an approval, a file.
func (b *bench) sample(tb testing.TB) {
	tb.Helper()
	b.on("2026-03-25")
	k, err := b.newKey(tb.Context(), 1)
	if err != nil {
		tb.Fatal(err)
	}
	got, err := b.files.Put(tb.Context(), k.key, strings.NewReader("照片"), 1<<20)
	if err != nil {
		tb.Fatal(err)
	}
	day := func(s string) pil.Day { d, _ := pil.ParseDay(s); return d }
	events := []store.Row{}
	for i, e := range []struct{ on, step, who string }{{"2026-03-02", "file", ""}, {"2026-03-05", "serve-filing", ""}, {"2026-03-20", "recommend", "城管局"}} {
		events = append(events, &store.Event{MatterID: 1, Seq: i + 1, On: day(e.on), Track: "administrative", Step: e.step, Respondent: e.who, By: "chief",
			RecordedAt: store.MomentOf(b.now), PersonID: 1})
	}
	b.write(tb,
		&store.Office{Name: "示例院", Level: "primary", Region: "320281", Path: "/1/"},
		&store.Person{Login: "li", Name: "李某", OfficeID: 1, Roles: "procurator"},
		&store.Person{Login: "wang", Name: "王某", OfficeID: 1, Roles: "procurator"})
	b.write(tb, &store.Matter{Kind: store.KindCase, OfficeID: 1, Number: "1号", Title: "个人信息案", Field: "个人信息", Region: "320281", MadeBy: 1})
	b.write(tb, append(events,
		&store.Assignment{MatterID: 1, PersonID: 1, Lead: true, FromAt: store.MomentOf(b.now)},
		&store.Recusal{MatterID: 1, PersonID: 2, State: recusalDecided},
		&store.Approval{MatterID: 1, OfficeID: 1, Kind: "step", Body: []byte(`{}`), State: string(docket.Approved), Review: true},
		&store.ApprovalMove{ApprovalID: 1, N: 1, Move: string(docket.Propose)},
		&store.ApprovalMove{ApprovalID: 1, N: 2, Move: string(docket.Agree)},
		&store.ApprovalMove{ApprovalID: 1, N: 3, Move: string(docket.Approve)},
		&store.File{MatterID: 1, Name: "照片.jpg", SHA256: got.SHA256, SM3: got.SM3, Size: got.Size, KeyID: k.id},
	)...)
	if n, err := b.Rebuild(tb.Context(), nil); err != nil || n != 1 {
		tb.Fatalf("folded %d matters, %v", n, err)
	}
	if signed, err := b.SignCheckpoint(tb.Context()); err != nil || !signed {
		tb.Fatalf("signed %t, %v", signed, err)
	}
}

// check lists what is wrong: fault, kind and id.
func (b *bench) check(tb testing.TB, trust audit.Trust) (told []string) {
	tb.Helper()
	c, err := b.Check(tb.Context(), trust, nil)
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range c.Findings {
		told = append(told, strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Fault, f.Kind, f.ID)))
		if f.Zh == "" || f.En == "" {
			tb.Errorf("%v has no text", f)
		}
		for _, secret := range []string{"李某", "城管局", "个人信息", "照片"} {
			if strings.Contains(f.String(), secret) {
				tb.Errorf("%v tells content", f)
			}
		}
	}
	if c.OK != (len(told) == 0) {
		tb.Errorf("ok is %t with %d findings", c.OK, len(told))
	}
	return told
}

// raw runs statements past the store, on one connection that asks for no foreign
// keys. They are written as SQLite has them.
func (b *bench) raw(tb testing.TB, statements ...string) {
	tb.Helper()
	conn, err := b.store.Writer().Conn(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	off, on, words := "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON", strings.NewReplacer()
	if testdb.OnPostgres() {
		off, on = "SET session_replication_role = replica", "SET session_replication_role = DEFAULT"
		words = strings.NewReplacer("randomblob(32)", `decode(repeat('5a', 32), 'hex')`, "zeroblob(length(peaks))", `decode(repeat('00', length(peaks)), 'hex')`,
			"x'00'", `'\x00'::bytea`, "x''", `'\x'::bytea`)
	}
	for _, q := range slices.Concat([]string{off}, statements, []string{on}) {
		if _, err := conn.ExecContext(tb.Context(), words.Replace(q)); err != nil {
			tb.Fatalf("%s: %v", q, err)
		}
	}
	if err := conn.Close(); err != nil {
		tb.Fatal(err)
	}
}

func (b *bench) file(tb testing.TB) string {
	tb.Helper()
	found, err := filepath.Glob(filepath.Join(b.files.Dir(), "??", "*"))
	if err != nil || len(found) != 1 {
		tb.Fatalf("%v, %v", found, err)
	}
	return found[0]
}

// Each way to tamper is found, and the row, entry or file is named.
func TestCheckFindsTampering(t *testing.T) {
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		sql  []string
		do   func(t *testing.T, b *bench)
		want string // among what is told, as a prefix of a line
	}{
		"nothing":          {want: ""},
		"matter":           {sql: []string{`UPDATE matters SET title = title || 'x'`}, want: "row_altered matter 1"},
		"unreadable row":   {sql: []string{`UPDATE approvals SET body = '{'`, `UPDATE events SET facts = '{' WHERE seq = 2`}, want: "row_altered approval 1"},
		"number as text":   {sql: []string{`UPDATE events SET on_day = 'heute' WHERE seq = 2`}, want: "row_altered event 1/2"},
		"salt gone":        {sql: []string{`UPDATE people SET salt = x'' WHERE id = 1`}, want: "row_altered person 1"},
		"event deleted":    {sql: []string{`DELETE FROM events WHERE seq = 2`}, want: "row_missing event 1/2"},
		"standing":         {sql: []string{`UPDATE standings SET live = NOT live`}, want: "projection_altered standing 1"},
		"standing deleted": {sql: []string{`DELETE FROM standings`}, want: "projection_missing standing 1"},
		"line":             {sql: []string{`UPDATE lines SET state = 'x' WHERE respondent <> ''`}, want: "projection_altered line 1/"},
		"line deleted":     {sql: []string{`DELETE FROM lines WHERE respondent <> ''`}, want: "projection_missing line 1/"},
		"line added":       {sql: []string{`INSERT INTO lines VALUES (1, 'civil', '', 's', 'p', '', false)`}, want: "projection_extra line 1"},
		"deadline":         {sql: []string{`UPDATE deadlines SET due_on = due_on + 30 WHERE n = 0`}, want: "projection_altered deadline 1/0"},
		"deadline deleted": {sql: []string{`DELETE FROM deadlines WHERE n = 0`}, want: "projection_missing deadline 1/0"},
		"deadline added":   {sql: []string{`INSERT INTO deadlines SELECT matter_id, 99, office_id, department_id, lead_id, track, respondent, limit_id, kind, who, start_on, due_on, ended_on, provisional FROM deadlines WHERE n = 0`}, want: "projection_extra deadline 1/99"},
		"stray projection": {sql: []string{`INSERT INTO lines VALUES (7, 'civil', '', 's', 'p', '', false)`}, want: "projection_stray matter 7"},
		"entry":            {sql: []string{`UPDATE record_entries SET actor = '2' WHERE seq = 1`}, want: "entry_altered entry 1"},
		"entry deleted":    {sql: []string{`DELETE FROM record_entries WHERE seq = 1`}, want: "entry_missing entry 1"},
		"mark":             {sql: []string{`UPDATE record_marks SET commitment = randomblob(32) WHERE seq = 1`}, want: "entry_altered entry 1"},
		"mark deleted":     {sql: []string{`DELETE FROM record_marks WHERE seq = 2 AND row_id = '1/2'`}, want: "entry_altered entry 2"},
		"stored hash":      {sql: []string{`UPDATE record_hashes SET hash = randomblob(32) WHERE n = 1`}, want: "entry_altered entry 1"},
		"inner hash":       {sql: []string{`UPDATE record_hashes SET hash = randomblob(32) WHERE n = 2`}, want: "peaks_mismatch"},
		"checkpoint":       {sql: []string{`UPDATE checkpoints SET note = replace(note, 'test', 'fest')`}, want: "checkpoint_unsigned"},
		"cut off":          {sql: []string{`DELETE FROM record_entries WHERE seq = 2`, `UPDATE record_head SET size = 2`}, want: "tree_truncated"},
		"head":             {sql: []string{`UPDATE record_head SET peaks = zeroblob(length(peaks))`}, want: "head_mismatch"},
		"head cut":         {sql: []string{`UPDATE record_head SET peaks = x'00'`}, want: "unreadable"},
		"entry beyond":     {sql: []string{`INSERT INTO record_entries SELECT 99, at, actor, office, action, class, subject_kind, subject_id, reason, law_id, list_filter, list_count FROM record_entries LIMIT 1`}, want: "beyond_head"},
		"file altered":     {do: func(t *testing.T, b *bench) { must(t, os.WriteFile(b.file(t), []byte("照牌"), 0o600)) }, want: "file_altered file 1"},
		"file gone":        {do: func(t *testing.T, b *bench) { must(t, os.Remove(b.file(t))) }, want: "file_missing file 1"},
		"approval unmoved": {sql: []string{`DELETE FROM approval_moves WHERE n = 2`}, want: "approval_state approval 1"},
		"no such approval": {sql: []string{`UPDATE events SET approval_id = 77 WHERE seq = 3`}, want: "reference_missing event 1/3"},
		"no such law":      {sql: []string{`UPDATE events SET law_id = 77 WHERE seq = 3`}, want: "reference_missing event 1/3"},
		"recused at work":  {do: func(t *testing.T, b *bench) { b.write(t, &store.Assignment{MatterID: 1, PersonID: 2}) }, want: "recused_assigned assignment 2"},
		"number repeated": {do: func(t *testing.T, b *bench) {
			b.write(t, &store.Matter{Kind: store.KindCase, OfficeID: 1, Number: "1号"})
		}, want: "number_repeated matter 2"},
		"model altered": {do: func(t *testing.T, b *bench) {
			b.write(t, &store.Model{OfficeID: 1, Name: "m", Body: "name: m", SHA256: "00"})
		}, want: "model_altered model 1"},
		"no such model": {do: func(t *testing.T, b *bench) {
			b.write(t, &store.ModelRun{OfficeID: 1, ModelID: 77, Params: []byte(`{}`)})
		}, want: "reference_missing model-run 1"},
		"hits fewer than said": {do: func(t *testing.T, b *bench) {
			b.write(t, &store.ModelRun{OfficeID: 1, State: AnalysisDone, HitCount: 1, Params: []byte(`{}`)})
		}, want: "reference_missing model-run 1"},
		"hit without its clue": {do: func(t *testing.T, b *bench) {
			b.write(t, &store.ModelRun{OfficeID: 1, Params: []byte(`{}`)}, &store.ModelHit{RunID: 1, N: 1, State: HitAccepted, MatterID: 1})
		}, want: "reference_missing model-hit 1/1"},
		"a run's file gone": {do: func(t *testing.T, b *bench) {
			b.write(t, &store.ModelRun{OfficeID: 1, Params: []byte(`{}`)}, &store.ModelFile{RunID: 1, Part: "t", SHA256: strings.Repeat("ab", 32), KeyID: 1, Size: 1})
		}, want: "file_missing model-file 1"},
		"matter gone":         {sql: []string{`DELETE FROM matters`}, want: "database_damaged"},
		"folded by other law": {sql: []string{`UPDATE settings SET value = 'x'`, `DELETE FROM standings`}, want: "projection_law"},
	} {
		t.Run(name, func(t *testing.T) {
			switch on := testdb.OnPostgres(); {
			case on && name == "number as text":
				t.Skip("PostgreSQL keeps numbers only in a column of numbers")
			case on && name == "matter gone":
				c.want = "row_missing matter 1" // its rows point nowhere only where nobody watches
			}
			b := newBench(t)
			trust := b.signing(t)
			b.sample(t)
			b.raw(t, c.sql...)
			if c.do != nil {
				c.do(t, b)
			}
			got := b.check(t, trust)
			if c.want == "" && len(got) > 0 || c.want != "" && !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, c.want) }) {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}

// Rebuilding mends what lists show and nothing else, and says of how many matters.
func TestRebuild(t *testing.T) {
	b := newBench(t)
	trust := b.signing(t)
	b.sample(t)
	b.raw(t, `UPDATE deadlines SET due_on = due_on + 30`, `DELETE FROM lines`, `INSERT INTO lines VALUES (7, 'civil', '', 's', 'p', '', false)`)
	if got := b.check(t, trust); len(got) == 0 {
		t.Fatal("nothing was found")
	}
	if n, err := b.Rebuild(t.Context(), nil); err != nil || n != 2 {
		t.Errorf("rebuilt %d, %v", n, err)
	}
	if got := b.check(t, trust); len(got) > 0 {
		t.Errorf("after rebuilding: %v", got)
	}
	if n, err := b.CatchUp(t.Context(), nil); err != nil || n != 0 {
		t.Errorf("under the same law %d, %v", n, err)
	}
	b.raw(t, `DELETE FROM standings`, `UPDATE settings SET value = 'another law'`)
	if n, err := b.CatchUp(t.Context(), nil); err != nil || n != 1 {
		t.Errorf("under another law %d, %v", n, err)
	}
}

// A checkpoint is signed once for what was written, and never without a key.
func TestSignCheckpoint(t *testing.T) {
	b := newBench(t)
	if _, err := b.SignCheckpoint(t.Context()); pil.CodeOf(err) != pil.CodeInvalid || b.CanSign() {
		t.Errorf("without a key: %v", err)
	}
	trust := b.signing(t)
	if signed, err := b.SignCheckpoint(t.Context()); err != nil || signed {
		t.Errorf("an empty record: %t, %v", signed, err)
	}
	b.sample(t)
	if signed, err := b.SignCheckpoint(t.Context()); err != nil || signed {
		t.Errorf("a second time: %t, %v", signed, err)
	}
	c, err := b.Check(t.Context(), trust, nil)
	if err != nil || c.Record.Sealed != c.Record.Entries || c.Record.Checkpoints != 1 {
		t.Errorf("%+v, %v", c.Record, err)
	}
}
