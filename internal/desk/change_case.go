package desk

import (
	"context"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// CaseFacts is what of a case may be put right without a decision.
type CaseFacts struct {
	Matter   int64
	Seen     int
	Title    string
	National string // number of the national business system
	Place    string
	Summary  string
}

// ChangeCase puts right a case's title, place and summary, and keeps its number in
// the national business system.
func (d *Desk) ChangeCase(ctx context.Context, who Who, in CaseFacts) error {
	in.Title, in.National, in.Place, in.Summary = strings.TrimSpace(in.Title), strings.TrimSpace(in.National), strings.TrimSpace(in.Place), strings.TrimSpace(in.Summary)
	switch {
	case in.Title == "":
		return pil.Invalid("请填案名 (a title is needed)")
	case len([]rune(in.Title)) > maxLine, len([]rune(in.National)) > maxLine, len([]rune(in.Place)) > maxLine, len([]rune(in.Summary)) > maxText:
		return pil.Invalid("文字过长：案名、编号、地点最多 %d 字，摘要最多 %d 字 (text too long)", maxLine, maxText)
	}
	return d.do(ctx, who, account.RecordEvent, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindCase}, func(w *work) error {
		w.matter.Title, w.matter.National, w.matter.Place, w.matter.Summary = in.Title, in.National, in.Place, in.Summary
		return nil
	})
}

// NewParty is somebody a matter is about.
type NewParty struct {
	Matter   int64
	Seen     int
	Kind     string
	Part     string
	Name     string
	Personal string // of a natural person: identity number, address, telephone
	Agency   int64
	Note     string
}

// AddParty adds somebody a matter is about. One that stands beside the respondents
// has no line of its own; a new respondent gets one with the step that names it.
func (d *Desk) AddParty(ctx context.Context, who Who, in NewParty) error {
	in.Name, in.Personal, in.Note = strings.TrimSpace(in.Name), strings.TrimSpace(in.Personal), strings.TrimSpace(in.Note)
	switch {
	case in.Name == "":
		return pil.Invalid("请填名称 (a name is needed)")
	case len([]rune(in.Name)) > maxLine, len([]rune(in.Personal)) > maxText, len([]rune(in.Note)) > maxText:
		return pil.Invalid("文字过长：名称最多 %d 字 (text too long)", maxLine)
	case !slices.Contains(PartyKinds, in.Kind):
		return pil.Invalid("请选择种类：机关、单位、个人或者其他 (choose a kind)")
	case !slices.Contains(PartyParts, in.Part):
		return pil.Invalid("请选择地位 (choose the part)")
	}
	return d.do(ctx, who, account.RecordEvent, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindCase}, func(w *work) error {
		parties, err := w.Parties(w.matter.ID)
		if err != nil {
			return err
		}
		for i := range parties {
			if parties[i].Name == in.Name && parties[i].Part == in.Part {
				return pil.Invalid("「%s」已在案中 (already in the case)", in.Name)
			}
		}
		if in.Agency != 0 {
			if a, err := w.Agency(in.Agency); err != nil || a.OfficeID != w.matter.OfficeID {
				return pil.Invalid("机关名录中没有这个机关 (no such agency in the register)")
			}
		}
		return w.tx.Add(&store.Party{MatterID: w.matter.ID, Kind: in.Kind, Part: in.Part, Name: in.Name, Personal: in.Personal, AgencyID: in.Agency, Note: in.Note})
	})
}

// LinkCases ties a case to another of the office, named by its number: to its
// parent, or to one about the same harm.
func (d *Desk) LinkCases(ctx context.Context, who Who, matter int64, number, kind, note string) error {
	if kind != LinkParent && kind != LinkParallel {
		return pil.Invalid("请选择上级案件或者并行案件 (parent or parallel)")
	}
	return d.do(ctx, who, account.RecordEvent, target{matter: named(matter), kind: store.KindCase}, func(w *work) error {
		m, err := w.MatterByNumber(w.matter.OfficeID, strings.TrimSpace(number))
		if err != nil || m.Kind != store.KindCase {
			return pil.Invalid("本院没有这个案号的案件 (no case of this office has that number)")
		}
		if m.ID == matter {
			return pil.Invalid("不能与自身关联 (a case cannot be linked to itself)")
		}
		s, err := aboutMatter(w.View, m)
		if err != nil {
			return err
		}
		if _, err := account.Can(w.actor, account.ShowCase, s, w.now); err != nil {
			return pil.Invalid("本院没有这个案号的案件 (no case of this office has that number)")
		}
		links, err := w.Links(matter)
		if err != nil {
			return err
		}
		for i := range links {
			if links[i].FromID == m.ID || links[i].ToID == m.ID {
				return pil.Invalid("两案已经关联 (already linked)")
			}
		}
		return w.tx.Add(&store.Link{Kind: kind, FromID: matter, ToID: m.ID, Note: strings.TrimSpace(note), MadeBy: w.me, MadeAt: w.tx.Now})
	})
}
