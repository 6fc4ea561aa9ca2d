package desk

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// NewClue is a clue as an officer registers it (R25).
type NewClue struct {
	clue.Form
	Identity   clue.Identity
	Title      string // empty: the beginning of what happened
	Order      string // the sender's own number
	Department int64  // that is to handle it; 0: the actor's own
	Lead       int64  // the prosecutor who is to; 0: nobody yet
	Files      []NewFile
	Demo       bool

	once *Registered // see RegisterOnce
}

// NewFile is a file that comes with a clue.
type NewFile struct {
	Name, Media, Caption string
	Bytes                io.Reader
}

// RegisterClue registers a clue under the office's next number. What is wrong
// comes back as Faults. Who may not see the office's clues works on what that
// person registers. A report by somebody who can be answered starts the limits
// towards the reporter.
func (d *Desk) RegisterClue(ctx context.Context, who Who, in NewClue) (id int64, err error) {
	in.Title, in.Order = strings.TrimSpace(in.Title), strings.TrimSpace(in.Order)
	if err := d.CheckClue(in); err != nil {
		return 0, err
	}
	// Whoever may not register is told before the bytes are taken in.
	if err := d.ask(ctx, who, account.RegisterClue, target{}, func(*look) error { return nil }); err != nil {
		return 0, err
	}
	files, err := d.takeIn(ctx, in.Files)
	if err != nil {
		return 0, err
	}
	err = d.do(ctx, who, account.RegisterClue, target{}, func(w *work) error {
		if err := w.firstTime(&in); err != nil {
			return err
		}
		m, err := w.registerClue(&in)
		if err != nil {
			return err
		}
		id = m.ID
		if in.once != nil {
			in.once.Number = m.Number
		}
		if err := w.addClueFiles(m, files); err != nil {
			return err
		}
		return w.staffClue(m, in.Lead)
	})
	return id, err
}

// addClueFiles hangs files that were taken in on the clue they came with.
func (w *work) addClueFiles(m *store.Matter, files []takenIn) error {
	for i := range files {
		f := files[i] // as it is: the transaction may be tried again
		f.made = slices.Clone(f.made)
		f.MatterID = m.ID
		if err := w.addFile(&f); err != nil {
			return err
		}
		if err := w.tx.BindDataKey(f.KeyID, m.ID); err != nil {
			return err
		}
	}
	return nil
}

// CheckClue says, as Faults, what is wrong with a new clue.
func (d *Desk) CheckClue(in NewClue) error {
	f := problemsOf(in.Check(d.Day()), in.Identity.Check(in.Reporter))
	for _, line := range []struct{ field, text string }{{"title", in.Title}, {"order", in.Order}} {
		if len([]rune(line.text)) > maxLine {
			f = append(f, Fault{line.field, fmt.Sprintf("至多 %d 个字", maxLine), fmt.Sprintf("at most %d characters", maxLine)})
		}
	}
	source, said := in.Channel.Source()
	switch {
	case in.Reporter != 0:
	case in.Identity != (clue.Identity{}):
		f = append(f, Fault{"reporter", "登记了举报人身份的，请选择实名或者要求保密", "an identity was given: choose named, or named in confidence"})
	case source == clue.Reported && said:
		f = append(f, Fault{"reporter", "群众举报，请选择署名情况", "reported by somebody: say whether named or anonymous"})
	}
	return f.orNil()
}

// takeIn stores the bytes of files of a matter that is not registered yet, under a key
// that is bound to it when it is.
func (d *Desk) takeIn(ctx context.Context, list []NewFile) (in []takenIn, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	k, err := d.newKey(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		name := cleanName(f.Name)
		if name == "" {
			return nil, fault("files", "文件没有名称", "the file has no name")
		}
		kind := "document"
		if strings.HasPrefix(f.Media, "image/") {
			kind = "photo"
		}
		got, err := d.receive(ctx, k, store.File{Kind: kind, Name: name, Media: f.Media, Caption: strings.TrimSpace(f.Caption)}, f.Bytes)
		if err != nil {
			return nil, err
		}
		if got.Size == 0 {
			return nil, fault("files", "有一个文件是空的", "a file is empty")
		}
		in = append(in, got)
	}
	return in, nil
}

// registerClue makes the matter of a clue whose form was checked: rows, first
// events, who reported, and what finds likely duplicates.
func (w *work) registerClue(in *NewClue) (*store.Matter, error) {
	department := in.Department
	if department == 0 {
		department = idOf(w.actor.Person.Department)
	} else if err := w.ownDepartment(department); err != nil {
		return nil, err
	}
	title := in.Title
	if title == "" {
		title = titleOfText(in.What)
	}
	c := &store.Clue{Channel: in.Channel.String(), ReceivedOn: in.Received, Happened: spanText(in.Happened), What: in.What, Party: in.Suspect, Harm: in.Harm,
		Named: in.Reporter == clue.Named || in.Reporter == clue.InConfidence, Reporter: in.Reporter.String(), OutsideNo: in.Order}
	m := &store.Matter{Title: title, Field: in.Field.Zh(), Region: in.Region, Place: in.Place, DepartmentID: department, Demo: in.Demo}
	more := map[string]string{}
	if in.Attachments > 0 {
		more["attachments"] = strconv.Itoa(in.Attachments)
	}
	return m, w.newClue(m, c, &in.Identity, firstSteps(in.Channel, in.Reporter), more)
}

// newClue saves a clue of the actor's office under its next number. steps are
// those of the day it was received; the registration is today's.
func (w *work) newClue(m *store.Matter, c *store.Clue, who *clue.Identity, steps []string, more map[string]string) error {
	n, err := w.tx.NextNumber(w.office, "clue", w.today.Year())
	if err != nil {
		return err
	}
	m.Kind, m.OfficeID, m.Number = store.KindClue, w.office, fmt.Sprintf("线索〔%d〕%d号", w.today.Year(), n)
	m.Demo, m.MadeBy, m.MadeAt = m.Demo || w.desk.demo, w.me, w.tx.Now
	if err := w.tx.Add(m); err != nil {
		return err
	}
	c.MatterID = m.ID
	if c.Assessment == nil {
		c.Assessment = []byte("{}")
	}
	if err := w.tx.Add(c); err != nil {
		return err
	}
	if *who != (clue.Identity{}) {
		if err := w.sealIdentity(m.ID, who); err != nil {
			return err
		}
	}
	for i, step := range steps {
		e := &store.Event{On: c.ReceivedOn, Track: "clue", Step: step}
		if i == 0 && len(more) > 0 {
			e.Facts.More = more
		}
		if err := w.append(m, e); err != nil {
			return err
		}
	}
	if err := w.append(m, &store.Event{On: w.today, Track: "clue", Step: "register"}); err != nil {
		return err
	}
	return w.sign(m, c)
}

// firstSteps are how a clue came in, as steps of the law. The limits towards the
// reporter begin only where there is somebody to answer.
func firstSteps(ch clue.Channel, r clue.Reporter) []string {
	steps := []string{"find"}
	source, _ := ch.Source()
	switch {
	case ch == clue.CriminalDepartment || ch == clue.OtherDepartment:
		steps = append(steps, "hand-over-internal")
	case ch == clue.OtherOffice:
		steps = append(steps, "accept-transfer")
	case ch == clue.WebReport,
		(source == clue.Reported || ch == clue.Hotline) && (r == clue.Named || r == clue.InConfidence):
		steps = append(steps, "receive-report")
	}
	return steps
}

// staffClue puts somebody to work on a new clue. To choose another person takes
// the power to assign; who could not see the clue otherwise works on it.
func (w *work) staffClue(m *store.Matter, lead int64) error {
	about := w.about
	about.Matter, about.Department = matterID(m.ID), departmentID(m.DepartmentID)
	may := func(act account.Action) bool {
		_, err := account.Can(w.actor, act, about, w.now)
		return err == nil
	}
	roles := w.actor.Person.Roles
	if lead == 0 && roles.Has(account.Prosecutor) && !may(account.ShowClue) {
		lead = w.me
	}
	if lead != 0 {
		if lead != w.me && !may(account.AssignClue) {
			return pil.Forbidden("您可以登记线索，但不能分派给他人；请留空，由线索管理员分派 (you may not assign it to somebody else)")
		}
		p, err := w.Person(lead)
		if err != nil || p.OfficeID != m.OfficeID {
			return fault("lead", "请选择本院人员", "choose somebody of this office")
		}
		if s := staff(p); !s.Active(w.now) {
			return fault("lead", "该人员不在职", "not in service")
		}
		return w.assign(m, lead, account.Prosecutor, true)
	}
	if roles.Has(account.Assistant) && !may(account.ShowClue) {
		return w.assign(m, w.me, account.Assistant, false)
	}
	return nil
}

func (w *work) ownDepartment(id int64) error {
	list, err := w.Departments(w.office)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].ID == id {
			return nil
		}
	}
	return fault("department", "请选择本院的部门", "choose a department of this office")
}

// identity is who reported, as it lies under the seal.
type identity struct {
	Name    string `json:"name,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Address string `json:"address,omitempty"`
	Other   string `json:"other,omitempty"`
}

// sealIdentity seals who reported to the identity key, as the public door does.
func (w *work) sealIdentity(matter int64, who *clue.Identity) error {
	b, err := json.Marshal(identity{string(who.Name), string(who.Phone), string(who.Address), string(who.Other)})
	if err != nil {
		return err
	}
	keys, err := w.IdentityKeys()
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		return &pil.Error{Code: pil.CodeConflict, Text: "还没有身份密钥，不能登记身份；请在服务器上运行 shouhu keys rotate (there is no identity key: run shouhu keys rotate)"}
	}
	to, err := seal.ParsePublicKey(keys[0].Public)
	if err != nil {
		return err
	}
	id, err := seal.NewID(w.desk.random)
	if err != nil {
		return err
	}
	sealed, err := seal.To(w.desk.random, to, seal.IdentityPurpose(id), b)
	if err != nil {
		return err
	}
	return w.tx.Add(&store.Identity{MatterID: matter, Sealed: identityText(id, sealed)})
}

// openIdentity opens a kept identity with the keys in somebody's hand. What was told of it
// later, perhaps by whoever was handed a second code, stands beside what was told first.
func openIdentity(held []heldIdentity, sealed string) (who clue.Identity, err error) {
	list := strings.Fields(sealed)
	if len(list) == 0 {
		return who, unreadableIdentity()
	}
	for i, one := range list {
		x, err := openOneIdentity(held, one)
		if err != nil {
			return clue.Identity{}, err
		}
		if i == 0 {
			who = x
			continue
		}
		later := strings.Join(strings.Fields(fmt.Sprint(string(x.Name), " ", string(x.Phone), " ", string(x.Address), " ", string(x.Other))), " ")
		who.Other = clue.Private(strings.TrimSpace(string(who.Other) + "\n后来补充：" + later))
	}
	return who, nil
}

func openOneIdentity(held []heldIdentity, sealed string) (who clue.Identity, err error) {
	rest, known := strings.CutPrefix(sealed, sealedIdentity)
	envelope, body, _ := strings.Cut(rest, ".")
	id, err := seal.ParseID(envelope)
	b, bad := base64.RawURLEncoding.DecodeString(body)
	if err != nil || bad != nil || !known {
		return who, unreadableIdentity()
	}
	for i := range held {
		text, err := seal.OpenFrom(held[i].key, seal.IdentityPurpose(id), b)
		if err != nil {
			continue
		}
		var x identity
		if err := json.Unmarshal(text, &x); err != nil {
			return who, unreadableIdentity() // without the error: it quotes
		}
		return clue.Identity{Name: clue.Private(x.Name), Phone: clue.Private(x.Phone), Address: clue.Private(x.Address), Other: clue.Private(x.Other)}, nil
	}
	return who, pil.Forbidden("这个身份是封给另一把身份密钥的，请持有人转交该密钥 (sealed to an identity key that you do not hold)")
}

func unreadableIdentity() error {
	return &pil.Error{Code: pil.CodeInternal, Text: "密封的身份无法读取 (the sealed identity cannot be read)"}
}

// titleOfText is the beginning of a text, for lists.
func titleOfText(text string) string {
	const most = 30
	line := strings.Join(strings.Fields(text), " ")
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}

// spanText writes an imprecise date as it is kept.
func spanText(s pil.Span) string {
	if !s.Known() {
		return ""
	}
	return s.String()
}
