package desk

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"

	"shouhu/internal/audit"
	"shouhu/internal/docket"
	"shouhu/internal/evidence"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Part is what a check of everything goes through.
type Part string

// The parts of a check, in their order.
const (
	PartDatabase   Part = "database"   // the engine's own file
	PartRecord     Part = "record"     // entries, checkpoints, and the rows they commit to
	PartProjection Part = "projection" // what lists show
	PartReference  Part = "reference"  // rows that speak of other rows
	PartFile       Part = "file"       // attached files
)

// Trouble is one thing a check found wrong. It names rows and holds no content.
type Trouble struct {
	Part  Part   `json:"part"`
	Fault string `json:"fault"`
	Kind  string `json:"kind,omitempty"`
	ID    string `json:"id,omitempty"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// String writes the finding for people, Chinese first.
func (t Trouble) String() string {
	name := t.Kind
	if t.ID != "" {
		name += " " + t.ID
	}
	if name != "" {
		name += "："
	}
	return fmt.Sprintf("[%s] %s%s (%s)", t.Fault, name, t.Zh, t.En)
}

// maxTroubles bounds a report, like that of the record.
const maxTroubles = 1000

// Checked is what a check of everything found.
type Checked struct {
	OK       bool          `json:"ok"`
	Record   *audit.Report `json:"record,omitempty"` // without its findings, which stand below
	Matters  int           `json:"matters"`
	Files    int           `json:"files"`
	Findings []Trouble     `json:"findings"`
	More     int           `json:"more"` // findings beyond those
}

func (c *Checked) add(t Trouble) {
	c.OK = false
	if len(c.Findings) < maxTroubles {
		c.Findings = append(c.Findings, t)
	} else {
		c.More++
	}
}

// Notes is told how far something long has come; of is 0 where nobody knows.
type Notes func(what string, done, of int64)

func (n Notes) say(what string, done, of int64) {
	if n != nil {
		n(what, done, of)
	}
}

// checking is one check at work.
type checking struct {
	*Checked
	desk *Desk
	view *store.View
	note Notes
}

// Check computes everything anew on one snapshot and names whatever differs: the
// engine's file, the record and every row it covers, what lists show, what rows say
// of each other, the bytes of attached files. It keeps nobody from working. The
// error is for a check that could not be made.
func (d *Desk) Check(ctx context.Context, trust audit.Trust, note Notes) (*Checked, error) {
	c := &checking{Checked: &Checked{OK: true, Findings: []Trouble{}}, desk: d, note: note}
	err := d.store.Read(ctx, func(v *store.View) error {
		c.view = v
		for _, part := range []struct {
			name Part
			run  func() error
		}{
			{PartDatabase, c.database}, {PartRecord, func() error { return c.record(trust) }}, {PartProjection, c.projections},
			{PartReference, c.references}, {PartFile, c.files},
		} {
			if err := part.run(); d.store.Damaged(err) {
				c.add(Unreadable(part.name))
			} else if err != nil {
				return fmt.Errorf("check %s: %w", part.name, err)
			}
		}
		return nil
	})
	return c.Checked, err
}

// Unreadable is the finding that a part is too broken to be read.
func Unreadable(p Part) Trouble {
	return Trouble{Part: p, Fault: "unreadable", Zh: "损坏，读不出来；请从备份恢复", En: "damaged beyond reading; restore a backup"}
}

func (c *checking) database() error {
	c.note.say("数据库文件 (database file)", 0, 0)
	told, err := c.view.Integrity()
	for _, line := range told {
		c.add(Trouble{Part: PartDatabase, Fault: "database_damaged", Zh: "数据库引擎报告：" + line, En: "the engine says so"})
	}
	return err
}

// record sends the record through the same check that an exported one gets.
func (c *checking) record(trust audit.Trust) error {
	size, err := c.view.Size()
	if err != nil {
		return err
	}
	from, to := io.Pipe()
	sent := make(chan error, 1)
	var report *audit.Report
	go func() {
		var err error
		report, err = audit.Check(from, trust)
		_ = from.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // never nil: an exporter that writes on must not wait
		sent <- err
	}()
	err = audit.Export(to, noted{c.view, c.note, size})
	_ = to.CloseWithError(err) // it gives no error
	if checked := <-sent; checked != nil && err == nil {
		return checked
	}
	if err != nil {
		return err
	}
	for _, f := range report.Findings {
		t := Trouble{Part: PartRecord, Fault: string(f.Fault), Kind: string(f.Row.Kind), ID: f.Row.ID}
		for _, known := range audit.Faults {
			if known.Fault == f.Fault {
				t.Zh, t.En = known.Zh, known.En
			}
		}
		if f.Entries != (audit.Range{}) {
			t.Zh, t.En = "条目 "+f.Entries.String()+" "+t.Zh, "entry "+f.Entries.String()+": "+t.En
			if t.Kind == "" {
				t.Kind, t.ID = "entry", f.Entries.String()
			}
		}
		c.add(t)
	}
	c.More += report.More
	c.Record = report
	c.Record.Findings = nil
	h, err := c.view.Head()
	if err != nil {
		return err
	}
	if h.Check() != nil || h.Size > 0 && report.Root != "" && base64Root(h) != report.Root {
		c.add(Trouble{Part: PartRecord, Fault: "head_mismatch", Zh: "记录末端与条目不符，新条目会接错；请从备份恢复", En: "the head does not match the entries"})
	}
	beyond, err := c.view.BeyondHead()
	if beyond > 0 {
		c.add(Trouble{Part: PartRecord, Fault: "beyond_head", Zh: fmt.Sprintf("记录末端之外另有 %d 行，不属于任何条目", beyond), En: "rows beyond the end of the record"})
	}
	return err
}

func base64Root(h audit.Head) string {
	root := h.Root()
	return base64.StdEncoding.EncodeToString(root[:])
}

// noted is a stored record that tells how far its export has come.
type noted struct {
	*store.View
	note Notes
	size int64
}

// Entries tells, and reads.
func (n noted) Entries(from, to int64) ([]audit.Entry, error) {
	n.note.say("审计记录 (record)", from, n.size)
	return n.View.Entries(from, to)
}

// checkPage is how many rows are read at a time.
const checkPage = 500

func (c *checking) projections() error {
	before := len(c.Findings)
	for last := int64(0); ; {
		page, err := c.view.FoldedAfter(last, checkPage)
		if err != nil {
			return err
		}
		for i := range page {
			f := &page[i]
			last = f.ID
			c.Matters++
			p, err := ProjectFrom(c.desk.law, &f.Matter, f.Events, f.Assigned)
			if err != nil {
				c.add(Trouble{Part: PartProjection, Fault: "cannot_fold", Kind: "matter", ID: idText(f.ID),
					Zh: "事件推算不出状态", En: "the events cannot be folded"})
				continue
			}
			for _, d := range differences(p, &f.Kept) {
				c.add(d)
			}
		}
		c.note.say("推算表 (projections)", int64(c.Matters), 0)
		if len(page) < checkPage {
			break
		}
	}
	stray, err := c.view.StrayProjections()
	for _, id := range stray {
		c.add(Trouble{Part: PartProjection, Fault: "projection_stray", Kind: "matter", ID: idText(id),
			Zh: "推算表里有不存在的案卷；可用 --rebuild 清除", En: "projected, and there is no such matter"})
	}
	if err != nil || len(c.Findings) == before {
		return err
	}
	folded, err := c.view.Setting(foldedUnder)
	if err == nil && folded != c.desk.law.Hash {
		c.add(Trouble{Part: PartProjection, Fault: "projection_law", Zh: "推算表是按另一版法律数据推算的；用现用的 --law 检查，或者用 --rebuild 重新推算",
			En: "projected under other law data; check with the law in use, or rebuild"})
	}
	return err
}

// differences compares what was folded anew with what is kept, row by row.
func differences(p *store.Projection, kept *store.Projection) (out []Trouble) {
	id := idText(p.Standing.MatterID)
	say := func(kind, id, fault string) {
		zh := map[string]string{"projection_altered": "与事件推算的不符", "projection_missing": "缺少", "projection_extra": "是多出来的"}[fault]
		out = append(out, Trouble{Part: PartProjection, Fault: fault, Kind: kind, ID: id, Zh: zh + "；可用 --rebuild 重新推算", En: "differs from what the events give; --rebuild computes it anew"})
	}
	switch {
	case kept.Standing.MatterID == 0:
		say("standing", id, "projection_missing")
	case kept.Standing != p.Standing:
		say("standing", id, "projection_altered")
	}
	type key struct{ track, respondent string }
	lines := map[key]store.Line{}
	for _, ln := range kept.Lines {
		lines[key{ln.Track, ln.Respondent}] = ln
	}
	for i, ln := range p.Lines {
		k := key{ln.Track, ln.Respondent}
		switch got, ok := lines[k]; {
		case !ok:
			say("line", id+"/"+strconv.Itoa(i), "projection_missing")
		case got != ln:
			say("line", id+"/"+strconv.Itoa(i), "projection_altered")
		}
		delete(lines, k)
	}
	for range lines {
		say("line", id, "projection_extra")
	}
	deadlines := map[int]store.Deadline{}
	for _, d := range kept.Deadlines {
		deadlines[d.N] = d
	}
	for _, d := range p.Deadlines {
		switch got, ok := deadlines[d.N]; {
		case !ok:
			say("deadline", id+"/"+strconv.Itoa(d.N), "projection_missing")
		case got != d:
			say("deadline", id+"/"+strconv.Itoa(d.N), "projection_altered")
		}
		delete(deadlines, d.N)
	}
	for n := range deadlines {
		say("deadline", id+"/"+strconv.Itoa(n), "projection_extra")
	}
	return out
}

func (c *checking) references() error {
	c.note.say("引用关系 (references)", 0, 0)
	for _, q := range []struct {
		read          func() ([]store.Tied, error)
		fault, zh, en string
	}{
		{c.view.Untied, "reference_missing", "引用的行不存在", "refers to a row that is not there"},
		{c.view.StrayAnalyses, "reference_missing", "引用的行不存在", "refers to a row that is not there"},
		{c.view.StrayRuns, "reference_missing", "引用的行不存在，或者与之不符", "refers to a row that is not there, or does not agree with it"},
		{c.view.StrayFlows, "reference_missing", "引用的行不存在", "refers to a row that is not there"},
		{func() ([]store.Tied, error) { return c.view.RecusedAtWork(recusalDecided) }, "recused_assigned", "已决定回避的人员仍在承办", "a recused person is still assigned"},
		{c.view.SameNumbers, "number_repeated", "案号与另一件相同", "another matter has the same number"},
	} {
		found, err := q.read()
		if err != nil {
			return err
		}
		for _, t := range found {
			c.add(Trouble{Part: PartReference, Fault: q.fault, Kind: t.Kind, ID: t.ID, Zh: q.zh, En: q.en})
		}
	}
	if err := c.exhibits(); err != nil {
		return err
	}
	if err := c.models(); err != nil {
		return err
	}
	for last := int64(0); ; {
		page, err := c.view.GoneAfter(last, checkPage)
		if err != nil {
			return err
		}
		for i := range page {
			g := &page[i]
			last = g.ID
			state, err := wayOf(g)
			if err != nil || string(state) != g.State {
				c.add(Trouble{Part: PartReference, Fault: "approval_state", Kind: "approval", ID: idText(g.ID),
					Zh: "状态不是由其经过得出的", En: "its state does not follow from its moves"})
			}
		}
		if len(page) < checkPage {
			return nil
		}
	}
}

// exhibits goes along every chain of custody, and finds what an exhibit lacks.
func (c *checking) exhibits() error {
	type number struct {
		matter int64
		n      int
	}
	seen := map[number]bool{}
	for last := int64(0); ; {
		page, err := c.view.ExhibitsAfter(last, checkPage)
		if err != nil {
			return err
		}
		for i := range page {
			x := &page[i]
			last = x.ID
			say := func(fault, zh, en string) {
				c.add(Trouble{Part: PartReference, Fault: fault, Kind: "exhibit", ID: idText(x.ID), Zh: zh, En: en})
			}
			if n := (number{x.MatterID, x.N}); seen[n] {
				say("number_repeated", "编号与同案另一件证据相同", "another exhibit of the case has the same number")
			} else {
				seen[n] = true
			}
			entries, custody, err := c.view.ExhibitRows(x.ID)
			if err != nil {
				return err
			}
			whole := len(entries) > 0 && len(custody) > 0
			for n := range entries {
				whole = whole && entries[n].Seq == n+1
			}
			var chain []evidence.Link
			for n := range custody {
				whole = whole && custody[n].N == n+1
				l := custody[n].Link()
				l.Bytes = false // whether files were there then, nobody knows any more
				chain = append(chain, l)
			}
			if _, err := evidence.Follow(chain); err != nil || !whole {
				say("custody_broken", "登记或者保管链不完整、不衔接", "its entries or its chain of custody do not follow")
			}
		}
		if len(page) < checkPage {
			return nil
		}
	}
}

// models takes the hash of every uploaded model again.
func (c *checking) models() error {
	for last := int64(0); ; {
		page, err := c.view.ModelsAfter(last, checkPage)
		if err != nil {
			return err
		}
		for i := range page {
			m := &page[i]
			last = m.ID
			if sum := sha256.Sum256([]byte(m.Body)); hex.EncodeToString(sum[:]) != m.SHA256 {
				c.add(Trouble{Part: PartReference, Fault: "model_altered", Kind: "model", ID: idText(m.ID), Zh: "模型文件与登记的散列不符", En: "the model's file does not give its hash"})
			}
		}
		if len(page) < checkPage {
			return nil
		}
	}
}

// wayOf walks an approval's moves.
func wayOf(g *store.Gone) (state docket.ApprovalState, err error) {
	for i := range g.Moves {
		m := &g.Moves[i]
		if m.N != i+1 {
			return state, pil.Invalid("move %d is missing", i+1)
		}
		if state, err = state.Step(docket.ApprovalMove(m.Move), g.Review, m.Opinion); err != nil {
			return state, err
		}
	}
	return state, nil
}

// checkFile reads a file's bytes again, under its key, and compares all that was taken
// of them on receipt.
func (d *Desk) checkFile(v *store.View, f *store.File) error {
	key, err := d.keyOf(v, f.KeyID)
	if err != nil {
		return err
	}
	return d.files.Check(v.Context(), f.Received(), key)
}

func (c *checking) files() error {
	if c.desk.files == nil {
		return nil
	}
	good := map[string]bool{} // one photo may hang on several matters
	for last := int64(0); ; {
		page, err := c.view.FilesAfter(last, checkPage)
		if err != nil {
			return err
		}
		for i := range page {
			last = page[i].ID
			c.oneFile(good, "file", idText(last), &page[i])
		}
		c.note.say("附件 (attached files)", int64(c.Files), 0)
		if len(page) < checkPage {
			break
		}
	}
	for last := int64(0); ; {
		page, err := c.view.RunFilesAfter(last, checkPage)
		if err != nil {
			return err
		}
		for i := range page {
			last = page[i].ID
			f := page[i].File()
			c.oneFile(good, "model-file", idText(last), &f)
		}
		if len(page) < checkPage {
			return nil
		}
	}
}

// oneFile reads a file's bytes again, where that was not done yet.
func (c *checking) oneFile(good map[string]bool, kind, id string, f *store.File) {
	c.Files++
	bytes := fmt.Sprint(f.KeyID, f.Received())
	if good[bytes] {
		return
	}
	err := c.desk.checkFile(c.view, f)
	t := Trouble{Part: PartFile, Kind: kind, ID: id}
	switch {
	case pil.CodeOf(err) == pil.CodeNotFound:
		t.Fault, t.Zh, t.En = "file_missing", "文件内容缺失", "its bytes are missing"
	case errors.Is(err, store.ErrAltered):
		t.Fault, t.Zh, t.En = "file_altered", "文件内容被改动，与登记的散列或大小不符", "its bytes were altered"
	case err != nil:
		t.Fault, t.Zh, t.En = "file_unreadable", "文件内容读不出来", "its bytes cannot be read"
	default:
		good[bytes] = true
		return
	}
	c.add(t)
}
