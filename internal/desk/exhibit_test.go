package desk

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shouhu/internal/evidence"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// kase is a case of the handler's, with the assistant.
func (b *staffed) exhibitCase(tb testing.TB) int64 {
	tb.Helper()
	var id int64
	err := b.store.Write(tb.Context(), b.now, func(tx *store.Tx) error {
		m := &store.Matter{Kind: store.KindCase, OfficeID: 2, DepartmentID: 1, Number: "1号", Title: "证据案", Field: "个人信息保护", Region: "411725"}
		if err := tx.Add(m); err != nil {
			return err
		}
		id = m.ID
		for i, p := range []int64{b.handler.Person, b.assistant.Person} {
			if err := tx.Add(&store.Assignment{MatterID: m.ID, PersonID: p, Role: []string{"prosecutor", "assistant"}[i], Lead: i == 0}); err != nil {
				return err
			}
		}
		return tx.Record(testEntry("open_case"))
	})
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := b.Rebuild(tb.Context(), nil); err != nil {
		tb.Fatal(err)
	}
	return id
}

func (b *staffed) facts(kind evidence.Kind) evidence.Facts {
	return evidence.Facts{Title: "人脸比对记录表", Kind: kind, Method: evidence.Gathered, Collectors: []int64{b.handler.Person, b.assistant.Person}, On: pil.DayOf(b.now),
		Place: "演示公司机房", Provider: "演示公司", Source: "比对系统", Form: evidence.Original, Proves: "处理的条数"}
}

// plain reports whether a text lies open anywhere in a folder.
func plain(tb testing.TB, dir, text string) (found bool) {
	tb.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || bytes.Contains(b, []byte(text))
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

func (b *staffed) bytesOf(tb testing.TB, file int64) (*store.File, string) {
	tb.Helper()
	f, r, err := b.OpenFile(tb.Context(), b.handler, file)
	if err != nil {
		tb.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		tb.Fatal(err)
	}
	return f, string(text)
}

// From the first piece of a file to the court and back: received in pieces with a break,
// hashed twice, closed on the disk, handed over, listed, corrected, and read again.
func TestExhibit(t *testing.T) {
	b := newStaffed(t)
	ctx, m := t.Context(), b.exhibitCase(t)
	text := strings.Repeat("姓名，人脸编号\n", 40000)
	u, err := b.BeginUpload(ctx, b.handler, m, `C:\数据\记录.csv`, int64(len(text)))
	if err != nil || u.Name != "记录.csv" {
		t.Fatalf("%+v, %v", u, err)
	}
	half := int64(len(text) / 2)
	if u, err = b.AddPiece(ctx, b.handler, m, u.ID, 0, strings.NewReader(text[:half])); err != nil || u.Got != half {
		t.Fatalf("%+v, %v", u, err)
	}
	if _, err := b.AddPiece(ctx, b.handler, m, u.ID, 0, strings.NewReader(text)); pil.CodeOf(err) != pil.CodeConflict {
		t.Errorf("the same place twice: %v", err)
	}
	if _, err := b.AddPiece(ctx, b.handler, m, u.ID, half, io.MultiReader(strings.NewReader("abc"), broken{})); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a piece that breaks off: %v", err)
	}
	if _, err := b.AddPiece(ctx, b.assistant, m, u.ID, half, strings.NewReader("x")); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("somebody else's upload: %v", err)
	}
	in := NewExhibit{Matter: m, Facts: b.facts(evidence.Electronic), Uploads: []int64{u.ID}, Kept: "证据室一号柜"}
	if _, err := b.AddExhibit(ctx, b.handler, in); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a file that has not come whole: %v", err)
	}
	again, err := b.BeginUpload(ctx, b.handler, m, "记录.csv", int64(len(text)))
	if err != nil || again.ID != u.ID || again.Got != half {
		t.Fatalf("not gone on with: %+v, %v", again, err)
	}
	if u, err = b.AddPiece(ctx, b.handler, m, u.ID, half, strings.NewReader(text[half:])); err != nil || !u.Whole() {
		t.Fatalf("%+v, %v", u, err)
	}
	one := in
	one.Facts.Collectors = one.Facts.Collectors[:1]
	var faults Faults
	if _, err := b.AddExhibit(ctx, b.handler, one); !errors.As(err, &faults) || faults[0].Field != "collectors" || !strings.Contains(faults[0].Zh, "三十六") && !strings.Contains(faults[0].Zh, "36") {
		t.Errorf("one collector: %v", err)
	}
	id, err := b.AddExhibit(ctx, b.handler, in)
	if err != nil {
		t.Fatal(err)
	}
	v, err := b.ShowExhibit(ctx, b.handler, id)
	if err != nil {
		t.Fatal(err)
	}
	x := v.Exhibits[0]
	f, got := b.bytesOf(t, x.Files[0].ID)
	if got != text || f.SM3 == "" || f.KeyID == 0 || x.N != 1 || x.Custody.Place != "证据室一号柜" || x.Custody.Keeper != b.handler.Person {
		t.Errorf("%d bytes, %+v", len(got), x)
	}
	if plain(t, b.files.Dir(), "人脸编号") {
		t.Error("it lies open on the disk")
	}
	if left, err := filepath.Glob(filepath.Join(b.files.Dir(), "uploads", "*")); err != nil || len(left) > 0 {
		t.Errorf("pieces stay: %v, %v", left, err)
	}

	act := func(a CustodyAct) error { a.Exhibit = id; return b.HandOverExhibit(ctx, b.handler, a) }
	if err := act(CustodyAct{Act: evidence.HandedOver, Unit: "演示区人民法院"}); err != nil {
		t.Fatal(err)
	}
	if err := act(CustodyAct{Act: evidence.Examined}); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("examined while at the court: %v", err)
	}
	if err := act(CustodyAct{Act: evidence.Returned, Keeper: b.assistant.Person, Place: "二号柜"}); err != nil {
		t.Fatal(err)
	}
	fixed := in.Facts
	fixed.Title = "=人脸比对记录表"
	if err := b.CorrectExhibit(ctx, b.handler, ExhibitCorrection{Exhibit: id, Entry: 1, Facts: fixed, Reason: "名称不全"}); err != nil {
		t.Fatal(err)
	}
	if err := b.CorrectExhibit(ctx, b.assistant, ExhibitCorrection{Exhibit: id, Entry: 1, Facts: fixed, Reason: "名称不全"}); pil.CodeOf(err) != pil.CodeConflict {
		t.Errorf("two corrections of one entry: %v", err)
	}
	_, rows, err := b.ExportManifest(ctx, b.handler, m)
	if err != nil || len(rows) != 1 || rows[0][1] != "'=人脸比对记录表" || rows[0][16] != f.SM3 {
		t.Errorf("%q, %v", rows, err)
	}
	if c, err := b.Check(ctx, b.signing(t), nil); err != nil || !c.OK {
		t.Errorf("%+v, %v", c, err)
	}

	// Somebody changes a byte of what lies on the disk.
	name := filepath.Join(b.files.Dir(), "??", "*")
	list, err := filepath.Glob(name)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	closed, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	closed[len(closed)/2] ^= 1
	if err := os.WriteFile(list[0], closed, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := act(CustodyAct{Act: evidence.HandedOver, Unit: "演示区人民法院"}); pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(err.Error(), "没有交接") {
		t.Errorf("handed over altered: %v", err)
	}
	if v, err = b.ShowExhibit(ctx, b.handler, id); err != nil || !v.Exhibits[0].Custody.Damaged || v.Exhibits[0].Files[0].Check.Found != evidence.Altered {
		t.Errorf("the finding is not kept: %v", err)
	}
	c, err := b.Check(ctx, b.signing(t), nil)
	if err != nil || c.OK || c.Findings[0].Fault != "file_altered" {
		t.Errorf("%+v, %v", c, err)
	}
	if len(v.Exhibits[0].Looks) < 2 {
		t.Errorf("who saw it: %+v", v.Exhibits[0].Looks)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// After thirty days files are read again: what was found stands in the custody, and of
// what is wrong the handler gets one task.
func TestRecheckFiles(t *testing.T) {
	b := newStaffed(t)
	ctx, m := t.Context(), b.exhibitCase(t)
	file, err := b.AttachFile(ctx, b.handler, Upload{Matter: m, Kind: "exhibit", Name: "a.txt", Bytes: strings.NewReader("甲")})
	if err != nil {
		t.Fatal(err)
	}
	id, err := b.AddExhibit(ctx, b.handler, NewExhibit{Matter: m, Facts: b.facts(evidence.Documentary), Files: []int64{file}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		days, read, bad, links, tasks int
		gone                          bool
	}{{29, 0, 0, 1, 0, false}, {2, 1, 0, 2, 0, false}, {31, 1, 1, 3, 1, true}, {31, 1, 1, 4, 1, false}} {
		b.now = b.now.Add(time.Duration(c.days) * 24 * time.Hour)
		if c.gone {
			list, err := filepath.Glob(filepath.Join(b.files.Dir(), "??", "*"))
			if err != nil || len(list) != 1 || os.Remove(list[0]) != nil {
				t.Fatal(list, err)
			}
		}
		read, bad, err := b.RecheckFiles(ctx)
		if err != nil || read != c.read || bad != c.bad {
			t.Errorf("after %d days: read %d, bad %d, %v", c.days, read, bad, err)
		}
		v, err := b.ShowExhibit(ctx, b.handler, id)
		if err != nil || len(v.Exhibits[0].Chain) != c.links {
			t.Errorf("%d links, %v, want %d", len(v.Exhibits[0].Chain), err, c.links)
		}
		if got := b.tasksOf(t, b.handler.Person); len(got) != c.tasks {
			t.Errorf("tasks %q", got)
		}
	}
}

// A photo has a copy without metadata and a small one beside it, and is untouched.
func TestPhotoIsCleaned(t *testing.T) {
	b := newStaffed(t)
	m := b.exhibitCase(t)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	secret := "GPS 31.1"
	photo := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, byte(len(secret) + 2)}, append([]byte(secret), buf.Bytes()[2:]...)...)
	file, err := b.AttachFile(t.Context(), b.handler, Upload{Matter: m, Kind: "photo", Name: "现场.jpg", Media: "image/jpeg", Bytes: bytes.NewReader(photo)})
	if err != nil {
		t.Fatal(err)
	}
	id, err := b.AddExhibit(t.Context(), b.handler, NewExhibit{Matter: m, Facts: b.facts(evidence.Documentary), Files: []int64{file}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := b.ShowExhibit(t.Context(), b.handler, id)
	if err != nil {
		t.Fatal(err)
	}
	x := v.Exhibits[0].Files[0]
	if _, got := b.bytesOf(t, file); got != string(photo) {
		t.Error("the original was touched")
	}
	f, clean := b.bytesOf(t, x.Clean)
	if strings.Contains(clean, secret) || !bytes.Equal([]byte(clean), buf.Bytes()) || f.Name != "现场-无元数据.jpg" || x.Small == 0 {
		t.Errorf("%s: %d bytes", f.Name, len(clean))
	}
	if c, err := b.Check(t.Context(), b.signing(t), nil); err != nil || !c.OK || c.Files != 3 {
		t.Errorf("%+v, %v", c, err)
	}
}

// What was received before there were keys is still read.
func TestOpenFilesOfOld(t *testing.T) {
	b := newStaffed(t)
	m := b.exhibitCase(t)
	const sum = "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6" // of c
	if err := b.files.PutAs(t.Context(), sum, strings.NewReader("c")); err != nil {
		t.Fatal(err)
	}
	err := b.store.Write(t.Context(), b.now, func(tx *store.Tx) error {
		if err := tx.AddFile(&store.File{MatterID: m, Kind: "exhibit", Name: "旧.txt", SHA256: sum, Size: 1}); err != nil {
			return err
		}
		return tx.Record(testEntry("attach_exhibit"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, got := b.bytesOf(t, 1); got != "c" {
		t.Errorf("got %q", got)
	}
	if c, err := b.Check(t.Context(), b.signing(t), nil); err != nil || !c.OK {
		t.Errorf("%+v, %v", c, err)
	}
}
