package desk

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// How far likely duplicates are looked for, and how many are shown.
const (
	bandsMost  = 100 // clues that share most bands
	nearMost   = 100 // clues of the same region and time
	nearDays   = 45
	suggestTop = 20
)

// Duplicate is a clue that may tell of the same matter. Of one the actor may not
// see, only its id and the score are told.
type Duplicate struct {
	Matter  int64
	Score   clue.Score
	Why     []clue.Text
	Visible bool
	Number  string
	Title   string
	What    string
	Place   string
	Region  pil.Region
	When    pil.Span
	On      pil.Day // received
	Channel clue.Channel
	State   string // of the list: registered, filed …
	Into    int64  // merged into this clue
	Case    int64  // the case it became
	Office  string
}

// SuggestDuplicates are the clues that may tell of the same as one, the likeliest
// first, whosever they are.
func (d *Desk) SuggestDuplicates(ctx context.Context, who Who, matter int64) (out []Duplicate, err error) {
	err = d.ask(ctx, who, account.ShowClue, target{matter: named(matter), kind: store.KindClue}, func(l *look) error {
		if out, err = l.duplicates(); err != nil {
			return err
		}
		l.sawList("clue", "like "+idText(matter), len(out))
		return nil
	})
	return out, err
}

// key is the installation's number under which texts are hashed; a key that is
// too short counts as none.
func (d *Desk) key() clue.Key {
	if len(d.keys.Likeness) < 8 {
		return 0
	}
	return clue.Key(binary.LittleEndian.Uint64(d.keys.Likeness))
}

// sign keeps what likely duplicates of a clue are found by.
func (w *work) sign(m *store.Matter, c *store.Clue) error {
	return putSignature(w.tx, w.desk.key(), m, c)
}

func putSignature(tx *store.Tx, key clue.Key, m *store.Matter, c *store.Clue) error {
	s := clue.Sign(c.What, key)
	body, err := s.AppendBinary(nil)
	if err != nil {
		return err
	}
	return tx.PutSignature(&store.Signature{MatterID: m.ID, Region: m.Region, ReceivedOn: c.ReceivedOn, Body: body, Place: m.Place, Happened: c.Happened}, s.Bands())
}

// candidate is what is compared of a clue.
func candidate(s *store.Signature) (out clue.Candidate, err error) {
	out.Region, out.Place, out.Received = s.Region, s.Place, s.ReceivedOn
	if out.Happened, err = pil.ParseSpan(s.Happened); err != nil {
		return out, err
	}
	return out, out.Signature.UnmarshalBinary(s.Body)
}

// duplicates judges what shares a band with the clue of the query, or its place
// and time.
func (l *look) duplicates() (out []Duplicate, err error) {
	alone, err := l.Signatures(l.matter.ID)
	if err != nil || len(alone) == 0 {
		return nil, err // not signed yet: RebuildLikeness does
	}
	mine, err := candidate(&alone[0])
	if err != nil {
		return nil, err
	}
	me, err := l.Clue(l.matter.ID)
	if err != nil {
		return nil, err
	}
	ids, err := l.SharingBands(l.matter.ID, mine.Signature.Bands(), bandsMost)
	if err != nil {
		return nil, err
	}
	near, err := l.ReceivedNear(l.matter.ID, l.matter.Region, me.ReceivedOn, nearDays, nearMost)
	if err != nil {
		return nil, err
	}
	ids = append(ids, near...)
	slices.Sort(ids)
	others, err := l.Signatures(slices.Compact(ids)...)
	if err != nil {
		return nil, err
	}
	for i := range others {
		o := &others[i]
		theirs, err := candidate(o)
		if err != nil {
			return nil, err
		}
		if score := clue.Judge(&mine, &theirs); score.Suggest {
			out = append(out, Duplicate{Matter: o.MatterID, Score: score, Region: o.Region, Place: o.Place, When: theirs.Happened, On: o.ReceivedOn})
		}
	}
	slices.SortFunc(out, func(a, b Duplicate) int {
		return cmp.Or(cmp.Compare(b.Score.Total, a.Score.Total), cmp.Compare(a.Matter, b.Matter))
	})
	kept := out[:0]
	for i := 0; i < len(out) && len(kept) < suggestTop; i++ {
		c, err := l.Clue(out[i].Matter)
		if err != nil {
			return nil, err
		}
		if c.MergedInto == me.MatterID || me.MergedInto != 0 && (me.MergedInto == c.MatterID || me.MergedInto == c.MergedInto) {
			continue // one already
		}
		if err := l.tellDuplicate(&out[i], c); err != nil {
			return nil, err
		}
		kept = append(kept, out[i])
	}
	return kept, nil
}

// tellDuplicate leaves of a clue what the actor may know.
func (l *look) tellDuplicate(d *Duplicate, c *store.Clue) error {
	m, err := l.Matter(d.Matter)
	if err != nil {
		return err
	}
	about, err := aboutMatter(l.View, m)
	if err != nil {
		return err
	}
	if _, err := account.Can(l.actor, account.ShowClue, about, l.now); err != nil {
		*d = Duplicate{Matter: d.Matter, Score: clue.Score{Wording: -1, Place: -1, Time: -1, Total: d.Score.Total, Suggest: true}}
		return nil
	}
	d.Visible, d.Why, d.Number, d.Title, d.What, d.Into = true, d.Score.Why(), m.Number, m.Title, c.What, c.MergedInto
	d.Channel, _ = clue.ParseChannel(c.Channel) // one no longer known is shown as none
	o, err := l.Office(m.OfficeID)
	if err != nil {
		return err
	}
	d.Office = o.Name
	s, err := l.Standing(m.ID)
	if err != nil {
		return err
	}
	d.State = s.State
	links, err := l.Links(m.ID)
	for i := range links {
		if links[i].Kind == LinkClue && links[i].FromID == m.ID {
			d.Case = links[i].ToID
		}
	}
	return err
}

// likenessPage is how many clues one transaction signs anew: writers wait for it.
const likenessPage = 200

// RebuildLikeness computes the signatures of all clues anew: where the key has
// changed, or the tables were lost. Others may work meanwhile; done is told how
// many are ready.
func (d *Desk) RebuildLikeness(ctx context.Context, done func(n int)) error {
	n := 0
	for last, more := int64(0), true; more; {
		err := d.store.Write(ctx, d.clock(), func(tx *store.Tx) error {
			page, err := tx.CluesAfter(last, likenessPage)
			if err != nil {
				return err
			}
			if more = len(page) == likenessPage; !more {
				if err := tx.StraySignatures(); err != nil {
					return err
				}
			}
			if len(page) == 0 {
				return nil
			}
			for i := range page {
				m, err := tx.Matter(page[i].MatterID)
				if err != nil {
					return err
				}
				if page[i].What, err = d.told(&tx.View, &page[i]); err != nil {
					return err
				}
				if err := putSignature(tx, d.key(), m, &page[i]); err != nil {
					return err
				}
			}
			last = page[len(page)-1].MatterID
			n += len(page)
			return nil
		})
		if err != nil {
			return err
		}
		if done != nil {
			done(n)
		}
	}
	return nil
}
