package audit

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	anyName   = rapid.OneOf(rapid.StringMatching(`[a-z]{1,3}[0-9]{1,4}`), rapid.SampledFrom([]string{"示范市检察院", "<&>", "\"q\\", "é-1"}))
	anyDigest = rapid.Custom(func(t *rapid.T) (d Digest) {
		copy(d[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "bytes"))
		d[0] |= 1
		return d
	})
	anyMark = rapid.Custom(func(t *rapid.T) Mark {
		m := Mark{Kind: rapid.SampledFrom([]Kind{KindEvent, KindClue, KindPerson}).Draw(t, "kind"), ID: anyName.Draw(t, "id")}
		if m.Removed = rapid.Bool().Draw(t, "removed"); !m.Removed {
			m.Commitment = anyDigest.Draw(t, "commitment")
		}
		return m
	})
	anyEntry = rapid.Custom(func(t *rapid.T) Entry {
		e := Entry{
			Seq: rapid.Int64Range(0, MaxSize-1).Draw(t, "seq"), At: time.Unix(rapid.Int64Range(-1e10, 1e11).Draw(t, "at"), 0).UTC(),
			Actor: anyName.Draw(t, "actor"), Office: anyName.Draw(t, "office"), Action: rapid.StringMatching(`[a-z]{2,5}_[a-z]{2,5}`).Draw(t, "action"),
			Class: rapid.SampledFrom(Classes).Draw(t, "class"), Subject: Subject{rapid.StringMatching(`[a-z]{1,5}`).Draw(t, "noun"), anyName.Draw(t, "subject")},
			Reason: rapid.Bool().Draw(t, "reason"),
		}
		if rapid.Bool().Draw(t, "by law") {
			e.Law = anyDigest.Draw(t, "law")
		}
		switch e.Class {
		case ClassList:
			e.List = &Listing{anyDigest.Draw(t, "filter"), rapid.Int64Range(0, 1e6).Draw(t, "count")}
		case ClassWrite:
			e.Rows = rapid.SliceOfNDistinct(anyMark, 0, 3, func(m Mark) string { return string(m.Kind) + " " + m.ID }).Draw(t, "rows")
			slices.SortFunc(e.Rows, compareMarks)
			if len(e.Rows) == 0 {
				e.Rows = nil
			}
		}
		return e
	})
)

func equal(a, b Entry) bool { return cmp.Equal(a, b) }
