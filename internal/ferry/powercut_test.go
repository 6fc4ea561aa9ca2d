package ferry

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/desk"
	"shouhu/internal/seal"
	"shouhu/internal/spool"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/testdisk"
	"shouhu/law"
)

// spoolOn is the spool's own file system, its syncs going through a disk.
type spoolOn struct {
	spool.FS
	disk *testdisk.Disk
	dir  string
}

type syncing struct {
	*os.File
	disk *testdisk.Disk
}

func (f syncing) Sync() error { return f.disk.Sync(f.File) }

func (s spoolOn) Create(name string) (spool.File, error) {
	f, err := s.FS.Create(name)
	if err != nil {
		return nil, err
	}
	return syncing{f.(*os.File), s.disk}, nil
}

func (s spoolOn) SyncDir(dir string) error { return s.disk.SyncDir(filepath.Join(s.dir, dir)) }

// house is a spool, a ferry and an office on one disk.
type house struct {
	*both
	disk *testdisk.Disk
	law  *statute.Law
}

// powered opens it all on a disk. A power cut does not close it well.
func (h *house) powered(tb testing.TB, disk *testdisk.Disk) {
	tb.Helper()
	h.disk, h.dir = disk, disk.Dir
	at := filepath.Join(disk.Dir, "spool")
	files, err := spool.Dir(at)
	if err != nil {
		tb.Fatal(err)
	}
	h.Spool, err = spool.Open(spoolOn{files, disk, at}, 0)
	if err == nil {
		err = h.Spool.Sweep()
	}
	if err != nil {
		tb.Fatal(err)
	}
	if h.store, err = store.OpenThrough(tb.Context(), filepath.Join(disk.Dir, "office.db"), disk.VFS()); err != nil {
		tb.Fatal(err)
	}
	kept, err := store.OpenFilesThrough(filepath.Join(disk.Dir, "files"), disk)
	if err != nil {
		tb.Fatal(err)
	}
	h.Desk = desk.New(desk.Config{Store: h.store, Law: h.law, Files: kept, Keys: desk.Keys{Seal: make([]byte, 32), Likeness: make([]byte, 16)},
		Hasher: &account.Hasher{Memory: 64, Time: 1, Threads: 1}})
}

// sent is a report the door would have acknowledged.
type sent struct{ lookup, text, file string }

// send puts one into the spool as the door does.
func (h *house) send(to seal.Door, reporter seal.PublicKey, name string) (s sent, err error) {
	id := sha256.Sum256([]byte(name))
	s = sent{lookup: hex.EncodeToString(id[:16]), text: name + " " + strings.Repeat("河边堆放垃圾。", 100)}
	body := bytes.Repeat([]byte(name), 3000)
	sum := sha256.Sum256(body)
	s.file = hex.EncodeToString(sum[:])
	d := h.Spool.Begin(s.lookup)
	defer d.Drop()
	e, err := seal.NewEnvelope(d, rand.Reader, to.Intake)
	if err == nil {
		_, err = e.AddFile(seal.FileName{Name: "a.bin", Media: "application/octet-stream"}, bytes.NewReader(body))
	}
	if err == nil {
		err = e.Close(&seal.Report{Kind: seal.ReportKind, What: s.text, Lookup: s.lookup, Reporter: reporter.String()})
	}
	if err == nil {
		err = d.KeepReport(s.lookup)
	}
	return s, err
}

// However the power goes while reports come in and two ferries carry them, each one that was
// acknowledged lies whole in the spool or in the office, and in the end in the office
// once; the database is sound and every row's file is there. SHOUHU_KILLS says how often
// it goes.
func TestPowerCut(t *testing.T) {
	cuts := 12
	if n, err := strconv.Atoi(os.Getenv("SHOUHU_KILLS")); err == nil {
		cuts = n
	}
	door, keys, err := seal.NewDoor(rand.Reader, seal.International)
	if err != nil {
		t.Fatal(err)
	}
	r := mathrand.New(mathrand.NewPCG(1, 2))
	l, err := statute.Load(law.FS)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{law: l, both: &both{log: &bytes.Buffer{}, Ferry: &Ferry{Intake: keys.Intake, Log: slog.New(slog.DiscardHandler)}}}
	disk := testdisk.New(t, t.TempDir(), r)
	h.powered(t, disk)
	if _, err := h.Desk.Found(t.Context(), desk.Founding{Offices: []desk.NewOffice{{Code: "own", Name: "示例院", Level: account.Grassroots, Kind: account.Local}},
		Administrator: desk.FirstPerson{Login: "admin", Name: "管理员"}, Chief: desk.FirstPerson{Login: "chief", Name: "检察长"}}); err != nil {
		t.Fatal(err)
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	disk = testdisk.New(t, disk.Dir, r) // founded long ago: all of it is on the disk
	h.powered(t, disk)
	var acknowledged []sent
	for cut := range cuts {
		disk.CutAfter(1 + r.IntN(1000))
		var people sync.WaitGroup
		for person := range 2 {
			people.Go(func() {
				for n := 0; ; n++ {
					s, err := h.send(door, door.Identity, fmt.Sprintf("%d-%d-%d", cut, person, n))
					if err != nil || !disk.While(func() { acknowledged = append(acknowledged, s) }) {
						return
					}
					_, _ = h.Cross(t.Context()) // two ferries at once; what fails is carried again
				}
			})
		}
		people.Wait()
		_ = h.store.Close()
		disk = disk.Restart()
		h.powered(t, disk)
		h.mustBeSomewhere(t, keys.Intake, acknowledged)
		if t.Failed() {
			t.Fatalf("cut %d", cut)
		}
	}
	if _, err := h.Cross(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.mustBeInOffice(t, acknowledged)
	t.Logf("%d cuts, %d reports acknowledged, all there", cuts, len(acknowledged))
	if len(acknowledged) < cuts {
		t.Errorf("only %d reports were acknowledged", len(acknowledged))
	}
	if err := h.store.Close(); err != nil {
		t.Error(err)
	}
}

// mustBeSomewhere looks for each report in the spool, whole, or in the office; and
// checks everything in the office.
func (h *house) mustBeSomewhere(t *testing.T, key seal.PrivateKey, all []sent) {
	t.Helper()
	waiting, err := h.Spool.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, w := range waiting {
		r, err := h.Spool.Fetch(w)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = seal.OpenReport(r, key, func(_ seal.FileName, r io.Reader) error {
			_, err := io.Copy(io.Discard, r)
			return err
		})
		_ = r.Close()
		there[w.Lookup] = err == nil
	}
	err = h.store.Read(t.Context(), func(v *store.View) error {
		for _, s := range all {
			if there[s.lookup] {
				continue
			}
			if _, err := v.ReportOf(s.lookup); err != nil {
				return fmt.Errorf("%s was acknowledged, and is nowhere: %w", strings.Fields(s.text)[0], err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	found, err := h.Desk.Check(t.Context(), audit.Trust{}, nil)
	if err != nil || len(found.Findings) > 0 {
		t.Errorf("fsck: %+v, %v", found, err)
	}
}

// mustBeInOffice reads every report in the office.
func (h *house) mustBeInOffice(t *testing.T, all []sent) {
	t.Helper()
	times := map[string]int{}
	err := h.store.Read(t.Context(), func(v *store.View) error {
		clues, err := v.CluesAfter(0, 1_000_000)
		if err != nil {
			return err
		}
		for i := range clues {
			report, err := v.Report(clues[i].MatterID)
			if err != nil {
				return err
			}
			text, err := seal.Open(make([]byte, 32), fmt.Sprintf("report/%d", report.MatterID), report.Sealed)
			if err != nil {
				return err
			}
			files, err := v.Files(report.MatterID)
			if err != nil {
				return err
			}
			if len(files) != 1 {
				return errors.New("a file is missing, or there twice")
			}
			times[string(text)+files[0].SHA256]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if n := times[s.text+s.file]; n != 1 {
			t.Errorf("%s is in the office %d times", strings.Fields(s.text)[0], n)
		}
	}
	for _, s := range all {
		if page, err := h.Spool.Answer(s.lookup); err != nil || page == nil {
			t.Errorf("there is no page for %s: %v", strings.Fields(s.text)[0], err)
		}
	}
}
