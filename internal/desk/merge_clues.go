package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// told is a clue with its matter.
type told struct {
	m *store.Matter
	c *store.Clue
}

// Merging says that several clues tell of one matter.
type Merging struct {
	Clues  []int64 // two at least
	Reason string
}

// mergeMost is how many clues one command merges.
const mergeMost = 100

// MergeClues merges clues of the office: the first told is kept, and the others
// point to it. Each keeps its own history, its reporter and the limits towards
// that reporter. It answers which was kept.
func (d *Desk) MergeClues(ctx context.Context, who Who, in Merging) (first int64, err error) {
	in.Reason = strings.TrimSpace(in.Reason)
	ids := slices.Clone(in.Clues)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	switch {
	case len(ids) < 2:
		return 0, fault("clues", "请至少选择两件线索", "choose two clues at least")
	case len(ids) > mergeMost:
		return 0, fault("clues", "一次最多合并 100 件", "at most 100 at a time")
	case in.Reason == "":
		return 0, fault("reason", "请写明认定重复的理由", "say why they are one matter")
	case len([]rune(in.Reason)) > maxText:
		return 0, fault("reason", "理由过长", "too long")
	}
	err = d.do(ctx, who, account.MergeClues, target{record: audit.Subject{Kind: "clue", ID: idText(ids[0])}}, func(w *work) error {
		list, err := w.mergeable(ids)
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b told) int {
			return cmp.Or(cmp.Compare(a.c.ReceivedOn, b.c.ReceivedOn), cmp.Compare(a.m.ID, b.m.ID))
		})
		keep := list[0]
		first = keep.m.ID
		w.reason = true
		for _, t := range list[1:] {
			if err := w.mergeInto(&keep, &t, in.Reason); err != nil {
				return err
			}
		}
		if keep.c.First {
			return nil
		}
		keep.c.First = true
		w.touch(keep.m)
		return w.tx.Change(keep.c)
	})
	return first, err
}

// mergeable locks clues and refuses those that may not be merged.
func (w *work) mergeable(ids []int64) (list []told, err error) {
	for _, id := range ids {
		t, err := w.lockClue(id, account.MergeClues)
		if err != nil {
			return nil, err
		}
		if t.c.MergedInto != 0 {
			return nil, &pil.Error{Code: pil.CodeConflict, Text: t.m.Number + " 已并入另一件线索；请先撤销合并 (merged already; undo that first)"}
		}
		s, err := w.Standing(id)
		if err != nil {
			return nil, err
		}
		if s.State == "transferred-out" || s.State == "reported-up" {
			return nil, &pil.Error{Code: pil.CodeConflict, Text: t.m.Number + " 已移送其他院，不能合并 (sent away: it cannot be merged)"}
		}
		list = append(list, t)
	}
	return list, nil
}

// lockClue locks a further clue of a command, where the actor may take the action
// on it too.
func (w *work) lockClue(id int64, act account.Action) (t told, err error) {
	if t.m, err = w.tx.LockMatter(id); err != nil {
		return t, err
	}
	if t.m.Kind != store.KindClue {
		return t, pil.NotFound("没有找到 (not found)")
	}
	about, err := aboutMatter(w.View, t.m)
	if err != nil {
		return t, err
	}
	if _, err := account.Can(w.actor, act, about, w.now); err != nil {
		return t, err
	}
	t.c, err = w.Clue(id)
	return t, err
}

// mergeInto makes a clue, and those merged into it, point to the one kept.
func (w *work) mergeInto(keep, t *told, reason string) error {
	before, err := w.MergedInto(t.m.ID)
	if err != nil {
		return err
	}
	t.c.MergedInto, t.c.First = keep.m.ID, false
	if err := w.tx.Change(t.c); err != nil {
		return err
	}
	for i := range before {
		before[i].MergedInto = keep.m.ID
		if err := w.tx.Change(&before[i]); err != nil {
			return err
		}
	}
	w.touch(t.m)
	w.touch(keep.m)
	return w.tx.Add(
		&store.Note{MatterID: t.m.ID, PersonID: w.me, MadeAt: w.tx.Now, Text: "并入 " + keep.m.Number + "：" + reason},
		&store.Note{MatterID: keep.m.ID, PersonID: w.me, MadeAt: w.tx.Now, Text: t.m.Number + " 并入本线索：" + reason})
}

// UnmergeClue undoes a merge: the clue stands for itself again.
func (d *Desk) UnmergeClue(ctx context.Context, who Who, matter int64, seen int, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault("reason", "请写明撤销合并的理由", "say why")
	}
	return d.do(ctx, who, account.MergeClues, target{matter: named(matter), seen: seen, kind: store.KindClue}, func(w *work) error {
		c, err := w.Clue(matter)
		if err != nil {
			return err
		}
		if c.MergedInto == 0 {
			return &pil.Error{Code: pil.CodeConflict, Text: "本线索没有并入其他线索 (not merged)"}
		}
		keep, err := w.lockClue(c.MergedInto, account.MergeClues)
		if err != nil {
			return err
		}
		c.MergedInto = 0
		if err := w.tx.Change(c); err != nil {
			return err
		}
		left, err := w.MergedInto(keep.m.ID)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			links, err := w.casesOf(keep.m.ID)
			if err != nil {
				return err
			}
			if keep.c.First = len(links) > 0; !keep.c.First {
				if err := w.tx.Change(keep.c); err != nil {
					return err
				}
			}
		}
		w.touch(keep.m)
		w.reason = true
		return w.tx.Add(
			&store.Note{MatterID: matter, PersonID: w.me, MadeAt: w.tx.Now, Text: "撤销并入 " + keep.m.Number + "：" + reason},
			&store.Note{MatterID: keep.m.ID, PersonID: w.me, MadeAt: w.tx.Now, Text: w.matter.Number + " 撤销并入：" + reason})
	})
}

// casesOf are the cases a clue became or joined.
func (l *look) casesOf(matter int64) (out []int64, err error) {
	links, err := l.Links(matter)
	for i := range links {
		if links[i].Kind == LinkClue && links[i].FromID == matter {
			out = append(out, links[i].ToID)
		}
	}
	return out, err
}
