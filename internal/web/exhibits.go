package web

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/evidence"
	"shouhu/internal/pil"
	"shouhu/internal/ui"
)

//go:embed static/upload.js
var uploadScript []byte

func (s *Server) uploadScript(c *call) error {
	c.w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	c.w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err := c.w.Write(uploadScript)
	return err
}

// pieceBytes is the most bytes of a request with one piece of a file.
const pieceBytes = desk.MaxPiece + 1

// sendTime is how long a whole file may be on its way in one request.
const sendTime = 12 * time.Hour

func exhibitPath(matter, exhibit int64) string {
	return "/cases/" + id(matter) + "/exhibits/" + id(exhibit)
}

func exhibitsPath(matter int64) string { return "/cases/" + id(matter) + "/exhibits" }

func (s *Server) showExhibits(c *call) error {
	f, err := s.desk.ListExhibits(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	return c.show(exhibitsPage(c.frame(), c.flash, f))
}

// oneExhibit is the exhibit in the path, of the case in the path, for who may take an
// action on it.
func (s *Server) oneExhibit(c *call, act account.Action) (*desk.ExhibitList, *desk.ExhibitView, error) {
	f, err := s.desk.ShowExhibit(c.ctx(), c.session.Who, c.number("exhibit"))
	switch {
	case err != nil:
		return nil, nil, err
	case f.ID != c.number("id"):
		return nil, nil, pil.NotFound("没有找到 (not found)")
	case !f.May[act]:
		return nil, nil, pil.Forbidden("您的职权不包括「%s」 (your roles do not allow: %s)", act.Zh(), act.En())
	}
	return f, &f.Exhibits[0], nil
}

func (s *Server) showExhibit(c *call) error {
	f, x, err := s.oneExhibit(c, account.ViewExhibit)
	if err != nil {
		return err
	}
	return c.show(exhibitPage(c.frame(), c.flash, f, x))
}

// askExhibit is the form of a new exhibit; a link may name an attached file.
func (s *Server) askExhibit(c *call) error {
	a := ui.Answers{Values: url.Values{}}
	if file := c.r.URL.Query().Get("file"); file != "" {
		a.Values["file"] = []string{file}
	}
	return s.exhibitForm(c, a, http.StatusOK)
}

func (s *Server) exhibitForm(c *call, a ui.Answers, status int) error {
	f, err := s.desk.ListExhibits(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	if !f.May[account.AttachExhibit] {
		return pil.Forbidden("您的职权不包括「%s」 (your roles do not allow: %s)", account.AttachExhibit.Zh(), account.AttachExhibit.En())
	}
	list, err := s.desk.ListUploads(c.ctx(), c.session.Who, f.ID)
	if err != nil {
		return err
	}
	return c.whole(status, newExhibitPage(c.frame(), f, list, a))
}

// takeExhibit takes in the form, and the files in it as they come: each becomes an
// upload of its own, so that what came is not lost where something else is wrong.
func (s *Server) takeExhibit(c *call) error {
	n := c.number("id")
	v, faults, err := s.streamed(c, n)
	if err != nil {
		return err
	}
	if len(faults) == 0 {
		in := desk.NewExhibit{Matter: n, Facts: readFacts(v, &faults), Keeper: int64(number(v.Get("keeper"))), Kept: v.Get("kept")}
		for _, file := range v["file"] {
			in.Files = append(in.Files, int64(number(file)))
		}
		for _, upload := range v["upload"] {
			in.Uploads = append(in.Uploads, int64(number(upload)))
		}
		if len(faults) == 0 {
			x, err := s.desk.AddExhibit(c.ctx(), c.session.Who, in)
			if err == nil {
				return c.done(exhibitPath(n, x), c.t("已登记为证据，保管链从现在开始。", "It is an exhibit now; its chain of custody begins."))
			}
			if faults, err = exhibitFaults(c, err); err != nil {
				return err
			}
		}
	}
	return s.exhibitForm(c, ui.Answers{Values: v, Faults: faults}, http.StatusUnprocessableEntity)
}

// exhibitFaults is what the desk refused, beside the fields it is about.
func exhibitFaults(c *call, err error) ([]ui.Fault, error) {
	var list desk.Faults
	if !errors.As(err, &list) {
		return c.fault(err)
	}
	var out []ui.Fault
	for _, f := range list {
		out = append(out, ui.Fault{Name: f.Field, Text: inLang(c.ctx(), f.Zh, f.En)})
	}
	return out, nil
}

// streamed reads a form whose files become uploads of a case.
func (s *Server) streamed(c *call, matter int64) (url.Values, []ui.Fault, error) {
	return c.streamed(func(field string) bool { return field == "files" }, func(v url.Values, p *multipart.Part) (string, error) {
		u, err := s.desk.Receive(c.ctx(), c.session.Who, matter, p.FileName(), p)
		switch {
		case err == nil && u.Got == 0:
			return c.t("文件「%s」是空的。", "%s is empty.", u.Name), s.desk.DropUpload(c.ctx(), c.session.Who, matter, u.ID)
		case err == nil:
			v.Add("upload", id(u.ID))
		}
		return "", err
	})
}

// streamed reads a form with files from front to back; nothing of a file is held but
// what is on its way. Where who sends it may not, the desk says so before the first one
// is read. take takes a file in, and may say what is wrong with it.
func (c *call) streamed(isFile func(field string) bool, take func(v url.Values, p *multipart.Part) (wrong string, err error)) (url.Values, []ui.Fault, error) {
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "multipart/") {
		f, err := c.form()
		if err != nil {
			return nil, nil, err
		}
		return f.values, nil, nil
	}
	// A test's recorder has no deadline to set, and needs none.
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(sendTime))
	parts, err := c.r.MultipartReader()
	if err != nil {
		return nil, nil, badForm(err)
	}
	v, room := url.Values{}, int64(formBytes)
	var faults []ui.Fault
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return v, faults, nil
		}
		if err != nil {
			return nil, nil, badForm(err)
		}
		if p.FileName() == "" {
			text, err := io.ReadAll(io.LimitReader(p, room+1))
			if room -= int64(len(text)); err != nil || room < 0 {
				return nil, nil, badForm(errors.Join(err, pil.Invalid("表单过大 (the form is too large)")))
			}
			if !isFile(p.FormName()) { // a file input with nothing chosen
				v.Add(p.FormName(), string(text))
			}
			continue
		}
		wrong, err := take(v, p)
		if pil.CodeOf(err) == pil.CodeInvalid && err != nil {
			wrong, err = c.say(err), nil
		}
		if err != nil {
			return nil, nil, err
		}
		if wrong != "" {
			faults = append(faults, ui.Fault{Name: p.FormName(), Text: wrong})
		}
	}
}

// readFacts reads what a form says of an exhibit; what is wrong with it says the desk.
func readFacts(v url.Values, faults *[]ui.Fault) evidence.Facts {
	f := evidence.Facts{Title: v.Get("title"), Kind: evidence.Kind(v.Get("kind")), Method: evidence.Method(v.Get("method")), Form: evidence.Form(v.Get("form")), Time: v.Get("time"),
		Place: v.Get("place"), Provider: v.Get("provider"), Source: v.Get("source"), Making: v.Get("making"), Signature: evidence.Signature(v.Get("signature")),
		Witness: v.Get("witness"), Proves: v.Get("proves"), Checked: v.Get("checked") != "", Seam: v.Get("seam") != "", Qualified: v.Get("qualified") != ""}
	for _, p := range v["collectors"] {
		f.Collectors = append(f.Collectors, int64(number(p)))
	}
	if text := strings.TrimSpace(v.Get("pages")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			n = -1
		}
		f.Pages = n
	}
	if text := strings.TrimSpace(v.Get("on")); text != "" {
		d, err := pil.ParseDay(text)
		if err != nil {
			*faults = append(*faults, ui.Fault{Name: "on", Text: "请填日期，如 2026-11-23。"})
		}
		f.On = d
	}
	return f
}

// factValues are what a form shows of an exhibit as it is.
func factValues(x *desk.ExhibitView) url.Values {
	f := &x.Facts
	v := url.Values{"title": {f.Title}, "kind": {string(f.Kind)}, "method": {string(f.Method)}, "form": {string(f.Form)}, "on": {ui.DayValue(f.On)}, "time": {f.Time}, "place": {f.Place},
		"provider": {f.Provider}, "source": {f.Source}, "making": {f.Making}, "signature": {string(f.Signature)}, "witness": {f.Witness}, "proves": {f.Proves}, "collectors": ids64(f.Collectors)}
	if f.Pages > 0 {
		v.Set("pages", strconv.Itoa(f.Pages))
	}
	for name, on := range map[string]bool{"checked": f.Checked, "seam": f.Seam, "qualified": f.Qualified} {
		if on {
			v.Set(name, "1")
		} else {
			v[name] = []string{}
		}
	}
	return v
}

func ids64(list []int64) (out []string) {
	for _, n := range list {
		out = append(out, id(n))
	}
	return out
}

func (s *Server) askExhibitCorrection(c *call) error {
	f, x, err := s.oneExhibit(c, account.CorrectExhibit)
	if err != nil {
		return err
	}
	return c.show(correctExhibitPage(c.frame(), f, x, ui.Answers{Values: factValues(x)}))
}

func (s *Server) takeExhibitCorrection(c *call) error {
	f, x, err := s.oneExhibit(c, account.CorrectExhibit)
	if err != nil {
		return err
	}
	v := c.r.PostForm
	var faults []ui.Fault
	in := desk.ExhibitCorrection{Exhibit: x.ID, Entry: number(v.Get("entry")), Facts: readFacts(v, &faults), Reason: v.Get("reason")}
	if len(faults) == 0 {
		err := s.desk.CorrectExhibit(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done(exhibitPath(f.ID, x.ID), c.t("已更正；原来的登记保留在下面。", "Corrected; what was said before stays below."))
		}
		if faults, err = exhibitFaults(c, err); err != nil {
			return err
		}
	}
	return c.again(correctExhibitPage(c.frame(), f, x, ui.Answers{Values: v, Faults: faults}))
}

func (s *Server) askCustody(c *call) error {
	f, x, err := s.oneExhibit(c, account.HandOverExhibit)
	if err != nil {
		return err
	}
	return c.show(custodyPage(c.frame(), f, x, ui.Answers{}))
}

func (s *Server) takeCustody(c *call) error {
	f, x, err := s.oneExhibit(c, account.HandOverExhibit)
	if err != nil {
		return err
	}
	v := c.r.PostForm
	in := desk.CustodyAct{Exhibit: x.ID, Act: evidence.Act(v.Get("act")), Keeper: int64(number(v.Get("keeper"))), Unit: v.Get("unit"), Place: v.Get("place"), Note: v.Get("note")}
	faults := readDay(c, "on", &in.On)
	if len(faults) == 0 {
		err := s.desk.HandOverExhibit(c.ctx(), c.session.Who, in)
		if err == nil {
			return c.done(exhibitPath(f.ID, x.ID)+"#custody", c.t("已记入保管链。", "It is in the chain of custody."))
		}
		if faults, err = exhibitFaults(c, err); err != nil {
			return err
		}
	}
	return c.again(custodyPage(c.frame(), f, x, ui.Answers{Values: v, Faults: faults}))
}

func (s *Server) recheckExhibit(c *call) error {
	f, x, err := s.oneExhibit(c, account.RecheckExhibit)
	if err != nil {
		return err
	}
	found, err := s.desk.RecheckExhibit(c.ctx(), c.session.Who, x.ID)
	if err != nil {
		return err
	}
	path := exhibitPath(f.ID, x.ID) + "#custody"
	if found.Bad() {
		c.putFlash(ui.Flash{Tone: ui.Late, Text: c.t("复核散列值：%s。请告知管理员，从备份找回。", "Re-hashed: %s. Tell the administrator; restore it from a backup.", inLang(c.ctx(), found.Zh(), found.En()))})
		return c.to(path)
	}
	return c.done(path, c.t("复核完毕：每个文件都与收到时一致。", "Re-hashed: every file is what came in."))
}

// The pieces of files.

func (s *Server) beginUpload(c *call) error {
	size, err := strconv.ParseInt(c.told.text("size"), 10, 64)
	if err != nil || size < 0 {
		size = 0 // the desk refuses it, to who may send files at all
	}
	u, err := s.desk.BeginUpload(c.ctx(), c.session.Who, c.number("id"), c.told.text("name"), size)
	return c.state(u, err)
}

func (s *Server) takePiece(c *call) error {
	at, err := strconv.ParseInt(c.r.URL.Query().Get("at"), 10, 64)
	if err != nil {
		at = -1 // nowhere: the answer says from where on
	}
	u, err := s.desk.AddPiece(c.ctx(), c.session.Who, c.number("id"), c.number("upload"), at, c.r.Body)
	return c.state(u, err)
}

// state answers the script that sends files: how far it has come, or why not.
func (c *call) state(u desk.UploadState, err error) error {
	status := http.StatusOK
	var answer any = u
	switch {
	case err == nil:
	case pil.CodeOf(err) == pil.CodeConflict && u.ID != 0:
		status = http.StatusConflict
	case pil.CodeOf(err) == pil.CodeInvalid:
		status, answer = http.StatusUnprocessableEntity, struct {
			Text string `json:"text"`
		}{c.say(err)}
	default:
		return err
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b) // whoever asked may have gone
	return nil
}

func (s *Server) dropUpload(c *call) error {
	n := c.number("id")
	if err := s.desk.DropUpload(c.ctx(), c.session.Who, n, c.number("upload")); err != nil {
		return err
	}
	return c.done(exhibitsPath(n)+"/new", c.t("已删除没有登记的文件。", "The file that was not entered is gone."))
}

// The manifest.

func (s *Server) manifestName(c *call, m *desk.Matter, ending string) string {
	return c.t("证据目录", "Exhibits") + " " + m.Number + ending
}

func (s *Server) manifestAsSheet(c *call) error {
	m, rows, err := s.desk.ExportManifest(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	b, err := newWorkbook()
	if err != nil {
		return err
	}
	var columns []sheetColumn
	for i, label := range evidence.ManifestHead {
		width := 14.0
		if i == 1 || i == 12 || i == 13 || i == 15 || i == 16 {
			width = 32
		}
		columns = append(columns, sheetColumn{label, width})
	}
	if err := b.sheet("证据目录", columns...); err != nil {
		return err
	}
	for _, row := range rows {
		cells := make([]any, len(row))
		for i, text := range row {
			cells[i] = text
		}
		if err := b.add(cells...); err != nil {
			return err
		}
	}
	return c.sendBook(s.manifestName(c, m, ".xlsx"), b)
}

func (s *Server) manifestAsText(c *call) error {
	m, rows, err := s.desk.ExportManifest(c.ctx(), c.session.Who, c.number("id"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := evidence.WriteCSV(&b, evidence.ManifestHead, rows); err != nil {
		return err
	}
	return c.send(s.manifestName(c, m, ".csv"), "text/csv; charset=utf-8", b.Bytes())
}

// What the pages show.

func exhibitActions(ctx context.Context, f *desk.ExhibitList) (out []ui.Action) {
	if f.May[account.AttachExhibit] && len(f.Exhibits) > 0 { // the empty list has its own
		out = append(out, ui.Action{Text: ui.T(ctx, "登记证据", "Add an exhibit"), Href: exhibitsPath(f.ID) + "/new", Kind: ui.Primary})
	}
	if f.May[account.ExportExhibit] && len(f.Exhibits) > 0 {
		out = append(out, ui.Action{Text: ui.T(ctx, "证据目录 .xlsx", "Manifest .xlsx"), Post: exhibitsPath(f.ID) + "/manifest.xlsx"},
			ui.Action{Text: ui.T(ctx, "证据目录 .csv", "Manifest .csv"), Post: exhibitsPath(f.ID) + "/manifest.csv"})
	}
	return out
}

func exhibitGrid(ctx context.Context, f *desk.ExhibitList) ui.Grid {
	g := ui.Grid{ID: "exhibits-table", Caption: ui.T(ctx, "证据", "Exhibits"), Columns: []ui.Column{
		{Label: ui.T(ctx, "编号", "Number"), Tight: true}, {Label: ui.T(ctx, "证据名称", "Exhibit")}, {Label: ui.T(ctx, "种类", "Kind"), Tight: true},
		{Label: ui.T(ctx, "收集", "Collected")}, {Label: ui.T(ctx, "现由谁保管", "Kept by")},
	}, Empty: ui.EmptyState{Title: ui.T(ctx, "还没有登记证据", "No exhibits yet"), Text: ui.T(ctx, "两名以上检察人员收集的材料登记在这里：是九种证据的哪一种、怎样取得、原件还是复制件、证明什么。文件收到时计算 SHA-256 和 SM3，从此每一次保管、交接都有记录。",
		"What two or more collected is entered here: which of the nine kinds, how it was got, original or copy, what it proves. Files are hashed on receipt, and every hand-over is recorded from then on.")}}
	if f.May[account.AttachExhibit] {
		g.Empty.Action = &ui.Action{Text: ui.T(ctx, "登记第一件证据", "Add the first exhibit"), Href: exhibitsPath(f.ID) + "/new", Kind: ui.Primary}
	}
	for i := range f.Exhibits {
		x := &f.Exhibits[i]
		keeper := ui.Cell{Text: x.Holder(), Sub: x.Custody.Place}
		if x.Custody.Out() {
			keeper = ui.Cell{Content: ui.Badge(ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "在 %s", "at %s", x.Custody.Unit)})}
		}
		if x.Custody.Damaged || x.Broken {
			keeper = ui.Cell{Content: ui.Badge(damageTag(ctx, x))}
		}
		g.Rows = append(g.Rows, ui.Row{Href: exhibitPath(f.ID, x.ID), Cells: []ui.Cell{{Text: evidence.Number(x.N)}, {Text: x.Facts.Title, Sub: x.Facts.Proves},
			{Text: inLang(ctx, x.Facts.Kind.Zh(), x.Facts.Kind.En()), Sub: formWord(ctx, x)}, {Text: strings.Join(x.Collectors, "、"), Sub: when(x) + " " + x.Facts.Place}, keeper}})
	}
	return g
}

func damageTag(ctx context.Context, x *desk.ExhibitView) ui.Tag {
	if x.Broken {
		return ui.Tag{Tone: ui.Late, Text: ui.T(ctx, "保管链不衔接", "chain broken")}
	}
	return ui.Tag{Tone: ui.Late, Text: ui.T(ctx, "散列值不一致", "hashes differ")}
}

func formWord(ctx context.Context, x *desk.ExhibitView) string {
	switch x.Facts.Form {
	case evidence.Original:
		return ui.T(ctx, "原件", "original")
	case evidence.Likeness:
		return ui.T(ctx, "照片、复制品", "likeness")
	}
	return ui.T(ctx, "复制件", "copy")
}

func when(x *desk.ExhibitView) string {
	return strings.TrimSpace(ui.Date(x.Facts.On) + " " + x.Facts.Time)
}

// attachedGrid are the files that are no exhibits yet.
func attachedGrid(ctx context.Context, f *desk.ExhibitList) ui.Grid {
	g := ui.Grid{ID: "attached-table", Caption: ui.T(ctx, "未列为证据的文件", "Files that are no exhibits"), Columns: []ui.Column{
		{Label: ui.T(ctx, "名称", "Name")}, {Label: ui.T(ctx, "种类", "Kind"), Tight: true}, {Label: ui.T(ctx, "收到", "Received"), Tight: true}, {Label: ui.T(ctx, "操作", "Do"), Tight: true, Hidden: true},
	}}
	for _, x := range f.Attached {
		row := ui.Row{Cells: []ui.Cell{{Text: x.Name, Href: "/files/" + id(x.ID), Sub: x.Caption}, {Text: fileKind(ctx, x.Kind)}, {Text: ui.Moment(x.ReceivedAt.Time())}, {}}}
		if f.May[account.AttachExhibit] {
			row.Cells[3] = ui.Cell{Text: ui.T(ctx, "列为证据", "Make it an exhibit"), Href: query(exhibitsPath(f.ID)+"/new", "file", id(x.ID))}
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func oneExhibitActions(ctx context.Context, f *desk.ExhibitList, x *desk.ExhibitView) (out []ui.Action) {
	at := exhibitPath(f.ID, x.ID)
	if f.May[account.HandOverExhibit] {
		out = append(out, ui.Action{Text: ui.T(ctx, "交接、保管", "Hand over, keep"), Href: at + "/custody", Kind: ui.Primary})
	}
	if f.May[account.RecheckExhibit] && len(x.Files) > 0 {
		out = append(out, ui.Action{Text: ui.T(ctx, "复核散列值", "Re-hash"), Post: at + "/recheck"})
	}
	if f.May[account.CorrectExhibit] {
		out = append(out, ui.Action{Text: ui.T(ctx, "更正", "Correct"), Href: at + "/correct"})
	}
	return out
}

func exhibitTags(ctx context.Context, x *desk.ExhibitView) []ui.Tag {
	tags := []ui.Tag{{Text: inLang(ctx, x.Facts.Kind.Zh(), x.Facts.Kind.En())}, {Text: formWord(ctx, x)}}
	switch {
	case x.Custody.Damaged, x.Broken:
		tags = append(tags, damageTag(ctx, x))
	case x.Custody.Out():
		tags = append(tags, ui.Tag{Tone: ui.Waiting, Text: ui.T(ctx, "在 %s", "at %s", x.Custody.Unit)})
	}
	return tags
}

func exhibitFacts(ctx context.Context, x *desk.ExhibitView) []ui.Fact {
	f := &x.Facts
	yes := func(b bool, text string) string {
		if b {
			return text
		}
		return ""
	}
	pages := ""
	if f.Pages > 0 {
		pages = strconv.Itoa(f.Pages) + yes(f.Seam, ui.T(ctx, "（加盖骑缝章）", " (sealed across)"))
	}
	all := []ui.Fact{
		{Label: ui.T(ctx, "证明内容", "Proves"), Value: f.Proves, Wide: true},
		{Label: ui.T(ctx, "收集人", "Collected by"), Value: strings.Join(x.Collectors, "、")},
		{Label: ui.T(ctx, "收集时间", "On"), Value: when(x)},
		{Label: ui.T(ctx, "收集地点", "At"), Value: f.Place},
		{Label: ui.T(ctx, "收集方式", "How"), Value: inLang(ctx, f.Method.Zh(), f.Method.En())},
		{Label: ui.T(ctx, "提供人", "Provided by"), Value: f.Provider},
		{Label: ui.T(ctx, "来源", "Source"), Value: f.Source},
		{Label: ui.T(ctx, "原件或者复制件", "Original or copy"), Value: inLang(ctx, f.Form.Zh(), f.Form.En())},
		{Label: ui.T(ctx, "复制件说明", "Statement of the copy"), Value: strings.Trim(yes(f.Checked, evidence.CopyStatement)+"；"+f.Making, "；")},
		{Label: ui.T(ctx, "页数", "Pages"), Value: pages},
		{Label: ui.T(ctx, "签名盖章", "Signature"), Value: inLang(ctx, f.Signature.Zh(), f.Signature.En())},
		{Label: ui.T(ctx, "机构资格", "Institution"), Value: yes(f.Qualified, ui.T(ctx, "具备资格", "qualified"))},
		{Label: ui.T(ctx, "见证人", "Witness"), Value: f.Witness},
	}
	var out []ui.Fact
	for _, one := range all {
		if one.Value != "" {
			out = append(out, one)
		}
	}
	return out
}

func custodyGrid(ctx context.Context, x *desk.ExhibitView) ui.Grid {
	g := ui.Grid{ID: "custody-table", Caption: ui.T(ctx, "保管链", "Chain of custody"), Columns: []ui.Column{
		{Label: ui.T(ctx, "日期", "Day"), Tight: true}, {Label: ui.T(ctx, "经过", "What")}, {Label: ui.T(ctx, "此后由谁保管", "Kept by")}, {Label: ui.T(ctx, "散列值", "Hashes"), Tight: true}, {Label: ui.T(ctx, "记录", "Recorded"), Tight: true},
	}}
	for i := len(x.Chain) - 1; i >= 0; i-- {
		l := &x.Chain[i]
		keeper := ui.Cell{Text: l.Keeper, Sub: l.Place}
		if l.Unit != "" {
			keeper.Text = l.Unit
		}
		found := ui.Cell{}
		switch {
		case l.Found.Bad():
			found.Content = ui.Badge(ui.Tag{Tone: ui.Late, Text: inLang(ctx, l.Found.Zh(), l.Found.En())})
		case l.Found != "":
			found.Content = ui.Badge(ui.Tag{Tone: ui.Done, Text: ui.T(ctx, "一致", "same")})
		}
		by := l.Person
		if by == "" {
			by = ui.T(ctx, "系统定期复核", "the clock")
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.Date(l.On)}, {Text: inLang(ctx, l.Act.Zh(), l.Act.En()), Sub: l.Note}, keeper, found, {Text: by, Sub: ui.Moment(l.RecordedAt.Time())}}})
	}
	return g
}

func lookGrid(ctx context.Context, x *desk.ExhibitView) ui.Grid {
	g := ui.Grid{ID: "looks-table", Caption: ui.T(ctx, "谁看过", "Who saw it"), Columns: []ui.Column{{Label: ui.T(ctx, "时间", "When"), Tight: true}, {Label: ui.T(ctx, "谁", "Who"), Tight: true}, {Label: ui.T(ctx, "看了什么", "What")}},
		Empty: ui.EmptyState{Title: ui.T(ctx, "还没有人看过", "Nobody has looked yet"), Text: ui.T(ctx, "每次打开都有记录。", "Every look is recorded.")}}
	for _, l := range x.Looks {
		what := l.File
		if what == "" {
			what = ui.T(ctx, "证据登记", "the entry")
		}
		if l.Times > 1 {
			what += ui.T(ctx, "（当日 %d 次）", " (%d times that day)", l.Times)
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.Moment(l.At)}, {Text: l.Person}, {Text: what}}})
	}
	return g
}

func checkTag(ctx context.Context, x desk.ExhibitFileView) ui.Tag {
	switch {
	case x.Check.Found.Bad():
		return ui.Tag{Tone: ui.Late, Text: inLang(ctx, x.Check.Found.Zh(), x.Check.Found.En())}
	case x.Check.Found != "":
		return ui.Tag{Tone: ui.Done, Text: ui.T(ctx, "%s 复核一致", "same on %s", ui.Date(pil.DayOf(x.Check.CheckedAt.Time())))}
	}
	return ui.Tag{Text: ui.T(ctx, "收到时计算", "taken on receipt")}
}

func exhibitKindOptions(ctx context.Context) (out []ui.Option) {
	for _, k := range evidence.Kinds() {
		out = append(out, ui.Option{Value: string(k), Label: inLang(ctx, k.Zh(), k.En())})
	}
	return out
}

func methodOptions(ctx context.Context) (out []ui.Option) {
	for _, k := range evidence.Methods() {
		out = append(out, ui.Option{Value: string(k), Label: inLang(ctx, k.Zh(), k.En())})
	}
	return out
}

func formOptions(ctx context.Context) (out []ui.Option) {
	for _, k := range evidence.Forms() {
		out = append(out, ui.Option{Value: string(k), Label: inLang(ctx, k.Zh(), k.En())})
	}
	return out
}

func signatureOptions(ctx context.Context) (out []ui.Option) {
	for _, k := range evidence.Signatures() {
		out = append(out, ui.Option{Value: string(k), Label: inLang(ctx, k.Zh(), k.En())})
	}
	return out
}

func attachedOptions(ctx context.Context, f *desk.ExhibitList) (out []ui.Option) {
	for _, x := range f.Attached {
		out = append(out, ui.Option{Value: id(x.ID), Label: x.Name, Hint: strings.TrimSpace(fileKind(ctx, x.Kind) + " " + size(x.Size) + " " + x.Caption)})
	}
	return out
}

// uploadOptions are the files that came whole and are no exhibit's yet.
func uploadOptions(list []desk.UploadState) (out []ui.Option) {
	for _, u := range list {
		if u.Whole() {
			out = append(out, ui.Option{Value: id(u.ID), Label: u.Name, Hint: size(u.Got)})
		}
	}
	return out
}

func halfway(list []desk.UploadState) (out []desk.UploadState) {
	for _, u := range list {
		if !u.Whole() {
			out = append(out, u)
		}
	}
	return out
}

// custodyActs are the acts that an exhibit's custody allows next.
func custodyActs(ctx context.Context, x *desk.ExhibitView) (out []ui.Option) {
	acts := []evidence.Act{evidence.HandedOver, evidence.Moved, evidence.Examined, evidence.Copied}
	if x.Custody.Out() {
		acts = []evidence.Act{evidence.Returned}
	}
	hints := map[evidence.Act][2]string{
		evidence.HandedOver: {"交给本院另一人，或者交到院外（法院、鉴定机构）；同时复核散列值", "to another keeper, or outside; its files are hashed again"},
		evidence.Moved:      {"换了存放地点", "it lies somewhere else now"}, evidence.Examined: {"取出查看、检验", "taken out and looked at"},
		evidence.Copied: {"制作了复制件", "a copy was made"}, evidence.Returned: {"从院外收回；同时复核散列值", "it came back; its files are hashed again"},
	}
	for _, a := range acts {
		out = append(out, ui.Option{Value: string(a), Label: inLang(ctx, a.Zh(), a.En()), Hint: inLang(ctx, hints[a][0], hints[a][1]), Selected: len(acts) == 1})
	}
	return out
}
