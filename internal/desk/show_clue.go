package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ClueFile is everything one page of a clue tells. Who reported is in it as flags
// only.
type ClueFile struct {
	CaseFile
	Clue        store.Clue
	Channel     clue.Channel
	Source      clue.Source // of R24; 0: the article names none
	SourceSaid  bool        // by the article itself
	When        pil.Span
	Reporter    clue.Reporter
	HasIdentity bool
	Identity    []IdentityView
	Assessment  *clue.Assessment // nil: none yet
	AssessedBy  string
	AssessedOn  pil.Day
	Into        *store.Matter    // it was merged into this one
	Merged      []MergedClue     // they were merged into it
	Duplicates  []Duplicate      // likely, not merged yet
	Transfers   []TransferView   // away, and the one it came by
	Received    bool             // another office sent it here: never back, never on (R26)
	Offices     []store.Office   // to which it may be sent: of the same level
	Higher      *store.Office    // the office that leads this one, where it is here
	FromDoor    bool             // it came through the public door: its reporter can be talked to
	Talk        []TalkLine       // with that reporter, oldest first
	Hits        []store.ModelHit // of supervision models: it was made of them
	Cases       []store.Matter   // open ones it may join, where the actor handles them
}

// MergedClue is a clue that was merged into another, or the other.
type MergedClue struct {
	store.Matter
	Clue    store.Clue
	Channel clue.Channel
}

// TransferView is a clue's way to another office or organ.
type TransferView struct {
	store.Transfer
	From, To string
	Away     bool   // from this clue; otherwise it came by it
	Number   string // of the receiver's own clue
}

// ShowClue is the clue's page. Every look at it is recorded.
func (d *Desk) ShowClue(ctx context.Context, who Who, id int64) (*ClueFile, error) {
	f := &ClueFile{CaseFile: CaseFile{Names: map[int64]string{}, May: map[account.Action]bool{}, Recorded: true}}
	err := d.ask(ctx, who, account.ShowClue, target{matter: named(id), kind: store.KindClue}, func(l *look) error {
		f.Matter, f.Today = *l.matter, l.today
		for _, step := range []func(*look, *CaseFile) error{
			(*look).fillOffice, (*look).fillHistory, (*look).fillRest, (*look).fillApprovals, (*look).fillLinks,
		} {
			if err := step(l, &f.CaseFile); err != nil {
				return err
			}
		}
		for _, act := range account.AllActions() {
			if l.can(act) {
				f.May[act] = true
			}
		}
		for _, step := range []func(*look, *ClueFile) error{
			(*look).fillClue, (*look).fillMerged, (*look).fillTransfers, (*look).fillOffices, (*look).fillJoinable,
		} {
			if err := step(l, f); err != nil {
				return err
			}
		}
		for i := range f.Links {
			f.Links[i].Other.Summary = "" // who may see the case sees it there
		}
		l.sawSubject()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (l *look) fillClue(f *ClueFile) error {
	c, err := l.Clue(f.ID)
	if err != nil {
		return err
	}
	f.Clue = *c
	if f.Clue.What, err = l.desk.told(l.View, c); err != nil {
		return err
	}
	if err := l.fillTalk(f); err != nil {
		return err
	}
	if f.Hits, err = l.HitsOf(f.ID); err != nil {
		return err
	}
	f.Channel, _ = clue.ParseChannel(c.Channel) // one no longer known is shown as none
	f.Source, f.SourceSaid = f.Channel.Source()
	if f.When, err = pil.ParseSpan(c.Happened); err != nil {
		return err
	}
	f.Reporter, _ = clue.ParseReporter(c.Reporter)
	var by int64
	if f.Assessment, by, f.AssessedOn, err = readAssessment(c.Assessment); err != nil {
		return err
	}
	f.AssessedBy = l.name(f.Names, by)
	switch _, err := l.Identity(f.ID); {
	case err == nil:
		f.HasIdentity = true
	case pil.CodeOf(err) != pil.CodeNotFound:
		return err
	}
	f.Identity, err = l.identityViews(f.Names)
	return err
}

func (l *look) fillMerged(f *ClueFile) error {
	if f.Clue.MergedInto != 0 {
		m, err := l.Matter(f.Clue.MergedInto)
		if err != nil {
			return err
		}
		f.Into = m
	}
	rows, err := l.MergedInto(f.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		m, err := l.Matter(r.MatterID)
		if err != nil {
			return err
		}
		v := MergedClue{Matter: *m, Clue: r}
		v.Channel, _ = clue.ParseChannel(r.Channel)
		f.Merged = append(f.Merged, v)
	}
	f.Duplicates, err = l.duplicates()
	return err
}

func (l *look) fillTransfers(f *ClueFile) error {
	rows, err := l.Transfers(f.ID)
	if err != nil {
		return err
	}
	for _, t := range rows {
		v := TransferView{Transfer: t, Away: t.MatterID == f.ID}
		if v.From, v.To, err = l.endsOf(&t); err != nil {
			return err
		}
		if t.NewMatter != 0 {
			m, err := l.Matter(t.NewMatter)
			if err != nil {
				return err
			}
			v.Number = m.Number
		}
		f.Transfers = append(f.Transfers, v)
	}
	f.Received, err = l.cameFromOffice()
	return err
}

func (l *look) fillOffices(f *ClueFile) error {
	offices, err := l.Offices()
	if err != nil {
		return err
	}
	var own store.Office
	for i := range offices {
		if offices[i].ID == f.OfficeID {
			own = offices[i]
		}
	}
	for i := range offices {
		switch o := &offices[i]; {
		case o.ID == own.ParentID:
			f.Higher = o
		case o.Level == own.Level && o.ID != own.ID:
			f.Offices = append(f.Offices, *o)
		}
	}
	return nil
}

// fillJoinable lists the live cases of the office that the actor handles, of the
// same field first: a clue may join one of them.
func (l *look) fillJoinable(f *ClueFile) error {
	if !f.May[account.ProposeFiling] {
		return nil
	}
	sight, err := l.sight(account.ListCases)
	if pil.CodeOf(err) == pil.CodeForbidden {
		return nil
	}
	if err != nil {
		return err
	}
	live := true
	rows, err := l.ListMatters(store.MatterFilter{Sight: sight, Kind: store.KindCase, Live: &live, Most: 200})
	if err != nil {
		return err
	}
	for _, same := range []bool{true, false} {
		for i := range rows {
			if r := &rows[i]; r.OfficeID == f.OfficeID && (r.Field == f.Field) == same {
				f.Cases = append(f.Cases, store.Matter{ID: r.MatterID, Number: r.Number, Title: r.Title, Field: r.Field})
			}
		}
	}
	return nil
}
