package ferry

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/backup"
	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/portal"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/testdb"
	"shouhu/law"
)

// both are a door and an office with a ferry between them.
type both struct {
	*Ferry
	store   *store.Store
	door    http.Handler
	log     *bytes.Buffer
	dir     string // spool and files
	where   string // folder of the database; the spool again where there is none
	officer desk.Who
	files   *store.Files
}

func newBoth(tb testing.TB, suite seal.Suite) *both {
	tb.Helper()
	ctx := tb.Context()
	b := &both{dir: tb.TempDir(), log: &bytes.Buffer{}}
	public, keys, err := seal.NewDoor(rand.Reader, suite)
	if err != nil {
		tb.Fatal(err)
	}
	sp, err := spool.OpenDir(filepath.Join(b.dir, "spool"), 0)
	if err != nil {
		tb.Fatal(err)
	}
	where := testdb.Store(tb)
	if b.where = b.dir; filepath.IsAbs(where) {
		b.where = filepath.Dir(where)
	}
	if b.store, err = store.Open(ctx, where); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = b.store.Close() })
	l, err := statute.Load(law.FS)
	if err != nil {
		tb.Fatal(err)
	}
	files, err := store.OpenFiles(filepath.Join(b.dir, "files"))
	if err != nil {
		tb.Fatal(err)
	}
	b.files = files
	log := slog.New(slog.NewTextHandler(b.log, nil))
	d := desk.New(desk.Config{Store: b.store, Law: l, Files: files, Keys: desk.Keys{Seal: make([]byte, 32), Likeness: make([]byte, 16)},
		Hasher: &account.Hasher{Memory: 64, Time: 1, Threads: 1}})
	b.Ferry = &Ferry{Spool: sp, Desk: d, Intake: keys.Intake, Log: log}
	b.door = portal.New(portal.Config{Spool: sp, Door: public, Random: rand.Reader, Log: log})
	found, err := d.Found(ctx, desk.Founding{Identity: keys.Identity, Offices: []desk.NewOffice{{Code: "own", Name: "示例院", Level: account.Grassroots, Kind: account.Local}},
		Administrator: desk.FirstPerson{Login: "admin", Name: "管理员"}, Chief: desk.FirstPerson{Login: "chief", Name: "检察长"}})
	if err != nil {
		tb.Fatal(err)
	}
	b.officer = desk.Who{Person: found.Chief}
	err = b.store.Write(ctx, time.Now(), func(tx *store.Tx) error {
		p, err := tx.Person(found.Chief)
		if err != nil {
			return err
		}
		p.Roles = "clue-officer chief head"
		if err := tx.Change(p); err != nil {
			return err
		}
		return tx.Record(audit.Entry{Actor: "test", Office: "1", Action: "begin_test", Class: audit.ClassWrite, Subject: audit.Subject{Kind: "office", ID: "1"}})
	})
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func (b *both) post(tb testing.TB, path string, values map[string]string, files map[string]string) (int, string) {
	tb.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range values {
		if err := w.WriteField(k, v); err != nil {
			tb.Fatal(err)
		}
	}
	for name, text := range files {
		f, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept", "application/json")
	a := httptest.NewRecorder()
	b.door.ServeHTTP(a, r)
	return a.Code, a.Body.String()
}

func (b *both) report(tb testing.TB, values map[string]string, files map[string]string) (receipt string) {
	tb.Helper()
	status, text := b.post(tb, "/report", values, files)
	var got struct{ Receipt string }
	if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusCreated {
		tb.Fatalf("got %d %s", status, text)
	}
	return got.Receipt
}

func (b *both) back(tb testing.TB, receipt string) (page seal.Page) {
	tb.Helper()
	status, text := b.post(tb, "/return", map[string]string{"receipt": receipt}, nil)
	if err := json.Unmarshal([]byte(text), &page); err != nil || status != http.StatusOK {
		tb.Fatalf("got %d %s", status, text)
	}
	return page
}

// second is a code to hand on.
func (b *both) second(tb testing.TB, receipt string) string {
	tb.Helper()
	status, text := b.post(tb, "/return", map[string]string{"receipt": receipt, "hand": "1"}, nil)
	var got struct{ Second string }
	if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusOK || got.Second == "" {
		tb.Fatalf("got %d %s", status, text)
	}
	return got.Second
}

func (b *both) cross(tb testing.TB, want Trip) {
	tb.Helper()
	if got, err := b.Cross(tb.Context()); err != nil || got != want {
		tb.Fatalf("got %+v, %v, want %+v", got, err, want)
	}
}

// everyClue reads the clues of the office.
func (b *both) everyClue(tb testing.TB) (list []store.Clue) {
	tb.Helper()
	err := b.store.Read(tb.Context(), func(v *store.View) (err error) {
		list, err = v.CluesAfter(0, 10000)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

// The whole way: told, carried in, read by an officer, answered, added to; and what
// was told stands nowhere in clear.
func TestThereAndBack(t *testing.T) {
	for _, suite := range seal.Suites() {
		t.Run(suite.String(), func(t *testing.T) {
			b := newBoth(t, suite)
			ctx := t.Context()
			receipt := b.report(t, map[string]string{"what": "canary-what 河边堆放垃圾" + strings.Repeat("长", 11000), "where": "河滨路", "when": "上个月起", "field": "ecology", "name": "canary-name", "phone": "13900001234"},
				map[string]string{"../../photo.jpg": "canary-file", "empty.txt": ""})
			if p := b.back(t, receipt); p.State != "received" {
				t.Errorf("before the ferry: %+v", p)
			}
			b.cross(t, Trip{Reports: 1, Pages: 1})
			b.cross(t, Trip{})
			if p := b.back(t, receipt); p.State != "registered" {
				t.Errorf("after the ferry: %+v", p)
			}
			clues := b.everyClue(t)
			if len(clues) != 1 {
				t.Fatalf("%d clues", len(clues))
			}
			id := clues[0].MatterID
			f, err := b.Desk.ShowClue(ctx, b.officer, id)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(f.Clue.What, "canary-what 河边") || !strings.Contains(f.Clue.What, "时间：上个月起") || !strings.Contains(f.Clue.What, "空文件：empty.txt") || f.Reporter != clue.InConfidence || !f.FromDoor ||
				len(f.Files) != 1 || f.Files[0].Name != "photo.jpg" || f.Place != "河滨路" {
				t.Errorf("got %+v", f.Clue)
			}
			if err := b.Desk.TellReporter(ctx, b.officer, id, "<script>请问</script>"); err != nil {
				t.Fatal(err)
			}
			if status, text := b.post(t, "/return", map[string]string{"receipt": receipt, "add": "canary-add", "wish": "withdraw"}, map[string]string{"b.txt": "x"}); status != http.StatusOK {
				t.Errorf("got %d %s", status, text)
			}
			b.cross(t, Trip{Additions: 1, Pages: 1})
			p := b.back(t, receipt)
			if len(p.Messages) != 2 || p.Messages[0].Text != "<script>请问</script>" || !strings.Contains(p.Messages[1].Text, "撤回举报】\ncanary-add") {
				t.Errorf("got %+v", p)
			}
			if f, err = b.Desk.ShowClue(ctx, b.officer, id); err != nil || len(f.Talk) != 2 || len(f.Files) != 2 || !f.Talk[1].FromReporter {
				t.Errorf("got %+v, %v", f.Talk, err)
			}
			b.identity(t, id)
			second := b.second(t, receipt)
			if p := b.back(t, second); len(p.Messages) != 2 {
				t.Errorf("the second code: got %+v", p)
			}
			b.noCanary(t, "canary", "13900001234", receipt, strings.ReplaceAll(receipt, " ", ""), second, strings.ReplaceAll(second, " ", ""))
			found, err := b.Desk.Check(ctx, audit.Trust{}, nil)
			if err != nil || len(found.Findings) != 0 {
				t.Errorf("fsck: %+v, %v", found, err)
			}
		})
	}
}

// identity is opened after a request that somebody else agreed to.
func (b *both) identity(t *testing.T, id int64) {
	t.Helper()
	err := b.store.Read(t.Context(), func(v *store.View) error {
		row, err := v.Identity(id)
		if err == nil && strings.Contains(row.Sealed, "canary") {
			t.Error("the identity is not sealed")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := b.Desk.RequestIdentity(t.Context(), b.officer, id, "须当面核实"); err != nil {
		t.Error(err)
	}
}

// unpacked is what lies in a backup, out of its packing.
func unpacked(t *testing.T, saved []byte) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(saved)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		all[h.Name] = body
	}
}

// noCanary looks for words in all that door, ferry and office ever wrote.
func (b *both) noCanary(t *testing.T, words ...string) {
	t.Helper()
	all := map[string][]byte{"log": b.log.Bytes()}
	var dump, saved bytes.Buffer // every table as text, on either engine; and the office as a backup has it
	if err := b.store.Dump(t.Context(), &dump, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Write(t.Context(), &saved, backup.Source{Store: b.store, Files: b.files, Made: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(dump.Bytes(), []byte("示例院")) {
		t.Error("the tables are not what they were taken for")
	}
	all["tables"], all["backup"] = dump.Bytes(), saved.Bytes()
	office := false
	for name, body := range unpacked(t, saved.Bytes()) {
		all["backup: "+name] = body
		office = office || bytes.Contains(body, []byte("示例院"))
	}
	if !office {
		t.Error("the backup was not unpacked")
	}
	for _, dir := range []string{b.dir, b.where} {
		err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				all[name], err = os.ReadFile(name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 4 {
		t.Errorf("looked into %d files only", len(all))
	}
	for name, text := range all {
		for _, w := range words {
			if bytes.Contains(text, []byte(w)) {
				t.Errorf("%q stands in %s", w, name)
			}
		}
	}
}

// A ferry that comes again carries nothing twice; what is damaged, or for another
// office, is put aside and holds nobody up.
func TestReplay(t *testing.T) {
	b := newBoth(t, seal.International)
	receipt := b.report(t, map[string]string{"what": "一"}, map[string]string{"a.txt": "a"})
	waiting, err := b.Spool.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(b.dir, "spool", "in", waiting[0].Name)
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b.cross(t, Trip{Reports: 1, Pages: 1})
	for range 3 {
		if err := os.WriteFile(name, body, 0o600); err != nil { // it was killed before it took the envelope away
			t.Fatal(err)
		}
		b.cross(t, Trip{Reports: 1})
	}
	lookup := waiting[0].Lookup
	write := func(name string, body []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(b.dir, "spool", "in", name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Repeat("a", 32)+".report", body)        // under another name
	write(lookup+".x.addition", body)                     // as an addition
	write(strings.Repeat("b", 32)+".report", body[:5000]) // cut short
	write(strings.Repeat("c", 32)+".report", []byte("x"))
	other := newBoth(t, seal.International)
	other.report(t, map[string]string{"what": "二"}, nil)
	theirs, err := other.Spool.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(filepath.Join(other.dir, "spool", "in", theirs[0].Name))
	if err != nil {
		t.Fatal(err)
	}
	write(theirs[0].Name, foreign) // sealed to another office
	b.report(t, map[string]string{"what": "三"}, nil)
	b.cross(t, Trip{Reports: 1, Refused: 5, Pages: 1})
	if list, err := os.ReadDir(filepath.Join(b.dir, "spool", "refused")); err != nil || len(list) != 5 {
		t.Errorf("%d put aside, %v", len(list), err)
	}
	if n := len(b.everyClue(t)); n != 2 {
		t.Errorf("%d clues, want 2", n)
	}
	if p := b.back(t, receipt); p.State != "registered" {
		t.Errorf("got %+v", p)
	}
}

// What a stranger writes as the name of a field or day is no more than text.
func TestRead(t *testing.T) {
	f, text := read(&seal.Report{What: " x ", Where: strings.Repeat("长", 300), When: "=1+1", Field: "nonsense", Day: "2026-11-23", Wish: "<b>"}, nil)
	if f.Place != "" || !strings.Contains(text, "时间：=1+1") || !strings.Contains(text, "地点：长") || strings.Contains(text, "<b>") || f.Received != pil.Date(2026, 11, 23) || f.Field != 0 {
		t.Errorf("got %+v %s", f, text)
	}
	if _, text := read(&seal.Report{}, nil); !regexp.MustCompile(`没有文字`).MatchString(text) {
		t.Errorf("got %q", text)
	}
}

// Run goes on until it is told to stop, and carries meanwhile.
func TestRun(t *testing.T) {
	b := newBoth(t, seal.International)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { b.Run(ctx, 10*time.Millisecond); close(done) }()
	receipt := b.report(t, map[string]string{"what": "一"}, nil)
	for range 500 {
		if b.back(t, receipt).State == "registered" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if s := b.back(t, receipt).State; s != "registered" {
		t.Error(fmt.Errorf("still %s", s))
	}
	stop()
	<-done
}

// An envelope cut anywhere, or with any byte changed, is put aside whole: nothing of it
// becomes a clue, nothing is lost, and who reported is still known.
func TestDamaged(t *testing.T) {
	b := newBoth(t, seal.International)
	b.report(t, map[string]string{"what": "一"}, map[string]string{"a.txt": strings.Repeat("a", 70000)})
	waiting, err := b.Spool.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(filepath.Join(b.dir, "spool", "in", waiting[0].Name))
	if err != nil {
		t.Fatal(err)
	}
	b.cross(t, Trip{Reports: 1, Pages: 1})
	damaged := 0
	for at := 0; at < len(body); at += len(body)/23 + 1 {
		changed := bytes.Clone(body)
		changed[at] ^= 1
		for _, bad := range [][]byte{body[:at], changed} {
			name := filepath.Join(b.dir, "spool", "in", fmt.Sprintf("%032x.report", damaged))
			if err := os.WriteFile(name, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			damaged++
		}
	}
	b.cross(t, Trip{Refused: damaged})
	if list, err := os.ReadDir(filepath.Join(b.dir, "spool", "refused")); err != nil || len(list) != damaged {
		t.Errorf("%d of %d put aside, %v", len(list), damaged, err)
	}
	if n := len(b.everyClue(t)); n != 1 {
		t.Errorf("%d clues, want 1", n)
	}
}
