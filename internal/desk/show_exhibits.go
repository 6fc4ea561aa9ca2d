package desk

import (
	"context"
	"slices"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/evidence"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// ExhibitList is the exhibits of a case.
type ExhibitList struct {
	store.Matter
	Exhibits []ExhibitView
	Attached []store.File // attached files that are no exhibits, and may become ones
	Staff    []store.Person
	Today    pil.Day
	May      map[account.Action]bool
}

// ExhibitView is one exhibit: what it is, its files, who has kept it, who saw it.
type ExhibitView struct {
	store.Exhibit
	Facts      evidence.Facts
	Collectors []string
	Entries    []ExhibitEntryView // the first first
	Files      []ExhibitFileView
	Chain      []CustodyView
	Custody    evidence.Custody
	Broken     bool // the chain does not follow
	Problems   []evidence.Problem
	Looks      []LookView // of one exhibit: the last ones, newest first
}

// ExhibitEntryView is what somebody said of the exhibit.
type ExhibitEntryView struct {
	store.ExhibitEntry
	Person string
}

// ExhibitFileView is a file of an exhibit, with what was made of it.
type ExhibitFileView struct {
	store.File
	Check store.FileCheck
	Clean int64 // the copy without metadata; 0: none
	Small int64 // the thumbnail; 0: none
}

// CustodyView is a link with the names of those in it.
type CustodyView struct {
	store.Custody
	Keeper string
	Person string // empty: the clock
}

// LookView is somebody's looks of one day at an exhibit or a file of it.
type LookView struct {
	At     time.Time // the last of them
	Times  int
	Person string
	Action account.Action
	File   string // empty: the exhibit's page
}

// Holder is who has the exhibit now.
func (v *ExhibitView) Holder() string {
	if v.Custody.Out() {
		return v.Custody.Unit
	}
	for _, l := range slices.Backward(v.Chain) {
		if l.KeeperID == v.Custody.Keeper {
			return l.Keeper
		}
	}
	return ""
}

// ListExhibits are the exhibits of a case. The look is recorded.
func (d *Desk) ListExhibits(ctx context.Context, who Who, matter int64) (*ExhibitList, error) {
	f := &ExhibitList{}
	err := d.ask(ctx, who, account.ViewExhibit, target{matter: named(matter), kind: store.KindCase}, func(l *look) error {
		l.sawSubject()
		return l.fillExhibits(f)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ShowExhibit is one exhibit of a case, in the list with only itself. The look is
// recorded.
func (d *Desk) ShowExhibit(ctx context.Context, who Who, exhibit int64) (*ExhibitList, error) {
	x, t, err := d.ofExhibit(ctx, exhibit)
	if err != nil {
		return nil, err
	}
	f := &ExhibitList{}
	err = d.ask(ctx, who, account.ViewExhibit, t, func(l *look) error {
		l.sawSubject()
		if err := l.fillExhibits(f); err != nil {
			return err
		}
		for i := range f.Exhibits {
			if f.Exhibits[i].ID == x.ID {
				f.Exhibits = f.Exhibits[i : i+1]
				break
			}
		}
		return l.fillLooks(&f.Exhibits[0])
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ExportManifest is the list of exhibits for a court. The export is recorded.
func (d *Desk) ExportManifest(ctx context.Context, who Who, matter int64) (m *store.Matter, rows [][]string, err error) {
	f := &ExhibitList{}
	err = d.ask(ctx, who, account.ExportExhibit, target{matter: named(matter), kind: store.KindCase}, func(l *look) error {
		l.sawSubject()
		return l.fillExhibits(f)
	})
	if err != nil {
		return nil, nil, err
	}
	var items []evidence.Item
	for i := range f.Exhibits {
		x := &f.Exhibits[i]
		item := evidence.Item{Number: x.N, Facts: x.Facts, Collectors: x.Collectors, Keeper: x.Holder()}
		for _, file := range x.Files {
			item.Files = append(item.Files, evidence.FileLine{Name: file.Name, Size: file.Size, SHA256: file.SHA256, SM3: file.SM3})
		}
		items = append(items, item)
	}
	return &f.Matter, evidence.Manifest(items), nil
}

func (l *look) fillExhibits(f *ExhibitList) error {
	f.Matter, f.Today, f.May = *l.matter, l.today, map[account.Action]bool{}
	for _, act := range account.AllActions() {
		if l.can(act) {
			f.May[act] = true
		}
	}
	people, err := l.People(f.OfficeID)
	if err != nil {
		return err
	}
	f.Staff = l.hands(people)
	names := map[int64]string{}
	for i := range people {
		names[people[i].ID] = people[i].Name
	}
	rows, err := l.Exhibits(f.ID)
	if err != nil {
		return err
	}
	at := map[int64]*ExhibitView{}
	f.Exhibits = make([]ExhibitView, len(rows))
	for i := range rows {
		f.Exhibits[i].Exhibit = rows[i]
		at[rows[i].ID] = &f.Exhibits[i]
	}
	if err := l.fillEntries(f.ID, at, names); err != nil {
		return err
	}
	if err := l.fillExhibitFiles(f, at); err != nil {
		return err
	}
	chain, err := l.CustodyOf(f.ID)
	if err != nil {
		return err
	}
	for i := range chain {
		if x := at[chain[i].ExhibitID]; x != nil {
			x.Chain = append(x.Chain, CustodyView{chain[i], l.name(names, chain[i].KeeperID), l.name(names, chain[i].PersonID)})
		}
	}
	for i := range f.Exhibits {
		f.Exhibits[i].follow()
	}
	return nil
}

func (l *look) fillEntries(matter int64, at map[int64]*ExhibitView, names map[int64]string) error {
	entries, err := l.ExhibitEntries(matter)
	for i := range entries {
		x := at[entries[i].ExhibitID]
		if x == nil {
			continue
		}
		x.Entries = append(x.Entries, ExhibitEntryView{entries[i], l.name(names, entries[i].PersonID)})
		x.Facts, x.Collectors = entries[i].Facts, nil
		for _, id := range x.Facts.Collectors {
			x.Collectors = append(x.Collectors, l.name(names, id))
		}
		x.Problems = x.Facts.Check(l.today)
	}
	return err
}

func (l *look) fillExhibitFiles(f *ExhibitList, at map[int64]*ExhibitView) error {
	files, err := l.Files(f.ID)
	if err != nil {
		return err
	}
	made, err := l.Made(f.ID)
	if err != nil {
		return err
	}
	checks, err := l.ChecksOf(f.ID)
	if err != nil {
		return err
	}
	tied, err := l.ExhibitFiles(f.ID)
	if err != nil {
		return err
	}
	for i := range files {
		v := ExhibitFileView{File: files[i]}
		for _, c := range checks {
			if c.FileID == v.ID {
				v.Check = c
			}
		}
		for _, m := range made {
			switch {
			case m.MadeOf == v.ID && m.MadeAs == store.MadeClean:
				v.Clean = m.ID
			case m.MadeOf == v.ID && m.MadeAs == store.MadeSmall:
				v.Small = m.ID
			}
		}
		free := true
		for _, t := range tied {
			if x := at[t.ExhibitID]; t.FileID == v.ID && x != nil {
				x.Files = append(x.Files, v)
				free = false
			}
		}
		if free {
			f.Attached = append(f.Attached, files[i])
		}
	}
	return nil
}

// follow goes along the exhibit's chain.
func (v *ExhibitView) follow() {
	for i := range v.Chain {
		c := v.Chain[i].Link()
		c.Bytes = len(v.Files) > 0
		next, err := v.Custody.Take(c)
		if err != nil || v.Chain[i].N != i+1 {
			v.Broken = true
			return
		}
		v.Custody = next
	}
	v.Broken = len(v.Chain) == 0
}

// looks is how many of the last looks at an exhibit, and at each of its files, its page
// tells of.
const looks = 50

// fillLooks lists who saw the exhibit and its files, from the record.
func (l *look) fillLooks(v *ExhibitView) error {
	names := map[int64]string{}
	add := func(kind, id, file string) error {
		entries, err := l.EntriesOf(kind, id, []audit.Class{audit.ClassRead}, looks)
		for i := range entries {
			e := &entries[i]
			act, _ := account.ParseAction(e.Action) // an action that is no more has no name
			v.Looks = append(v.Looks, LookView{e.At.Time(), 1, l.name(names, idOf(e.Actor)), act, file})
		}
		return err
	}
	if err := add("exhibit", idText(v.ID), ""); err != nil {
		return err
	}
	for _, f := range v.Files {
		if err := add("file", idText(f.ID), f.Name); err != nil {
			return err
		}
	}
	slices.SortStableFunc(v.Looks, func(a, b LookView) int { return b.At.Compare(a.At) })
	var days []LookView
	for _, x := range v.Looks {
		same := func(y LookView) bool {
			return x.Person == y.Person && x.File == y.File && pil.DayOf(x.At) == pil.DayOf(y.At)
		}
		if i := slices.IndexFunc(days, same); i >= 0 {
			days[i].Times++
		} else {
			days = append(days, x)
		}
	}
	v.Looks = days[:min(len(days), looks)]
	return nil
}
