package store

import (
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"shouhu/internal/pil"
)

// Signature is what likely duplicates of a clue are found by.
type Signature struct {
	bun.BaseModel `bun:"signatures"`
	MatterID      int64      `bun:"matter_id,pk"`
	Region        pil.Region `bun:"region"`
	ReceivedOn    pil.Day    `bun:"received_on"`
	Body          []byte     `bun:"body"`
	Place         string     `bun:"place"`
	Happened      string     `bun:"happened"`
}

type band struct {
	bun.BaseModel `bun:"bands"`
	Band          int64 `bun:"band,pk"`
	MatterID      int64 `bun:"matter_id,pk"`
}

// PutSignature takes the place of a clue's signature and bands.
func (tx *Tx) PutSignature(s *Signature, bands []uint64) error {
	for _, t := range []string{"signatures", "bands"} {
		if err := tx.exec("DELETE FROM ? WHERE matter_id = ?", bun.Ident(t), s.MatterID); err != nil {
			return err
		}
	}
	if err := insert(tx, []Signature{*s}); err != nil {
		return err
	}
	seen := make(map[uint64]bool, len(bands))
	rows := make([]band, 0, len(bands))
	for _, b := range bands {
		if !seen[b] {
			seen[b] = true
			rows = append(rows, band{Band: int64(b), MatterID: s.MatterID})
		}
	}
	return insert(tx, rows)
}

// Signatures are those of the clues named, without clues not signed yet.
func (v *View) Signatures(ids ...int64) ([]Signature, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all[Signature](v, "matter_id", "matter_id IN (?)", bun.List(ids))
}

// inBand is how many clues of one band are looked at, the newest: what is really
// alike shares several bands, and one that thousands share tells little.
const inBand = 200

// SharingBands are the clues that share most bands with one, most first.
func (v *View) SharingBands(matter int64, bands []uint64, most int) ([]int64, error) {
	if len(bands) == 0 {
		return nil, nil
	}
	const one = "SELECT matter_id FROM bands WHERE band = %s AND matter_id <> ? ORDER BY matter_id DESC LIMIT ?"
	var each []string
	var args []any
	if v.s.postgres { // one plan, not one for each band
		each = []string{"SELECT b.matter_id FROM unnest(ARRAY[?]::bigint[]) AS a (band) CROSS JOIN LATERAL (" + fmt.Sprintf(one, "a.band") + ") AS b"}
		args = append(args, bun.List(bands64(bands)), matter, inBand)
	} else {
		for _, b := range bands64(bands) {
			each = append(each, "SELECT * FROM ("+fmt.Sprintf(one, "?")+") AS b")
			args = append(args, b, matter, inBand)
		}
	}
	var ids []int64
	err := v.db.NewRaw("SELECT matter_id FROM ("+strings.Join(each, " UNION ALL ")+") AS shared GROUP BY matter_id ORDER BY count(*) DESC, matter_id LIMIT ?", append(args, most)...).Scan(v.ctx, &ids)
	return ids, err
}

// bands64 are the keys as columns hold them.
func bands64(bands []uint64) []int64 {
	out := make([]int64, len(bands))
	for i, b := range bands {
		out[i] = int64(b)
	}
	return out
}

// ReceivedNear are the clues of a region received in a stretch of days, the
// nearest to a day first.
func (v *View) ReceivedNear(matter int64, region pil.Region, on pil.Day, days, most int) ([]int64, error) {
	if region == "" {
		return nil, nil
	}
	var ids []int64
	err := v.db.NewSelect().TableExpr("signatures").ColumnExpr("matter_id").
		Where("region = ? AND received_on BETWEEN ? AND ?", region, on-pil.Day(days), on+pil.Day(days)).Where("matter_id <> ?", matter).
		OrderExpr("abs(received_on - ?), matter_id", on).Limit(int64(most)).Scan(v.ctx, &ids)
	return ids, err
}

// CluesAfter are all clues in the order of their matters, to compute anew what is
// derived from them.
func (v *View) CluesAfter(matter int64, most int) ([]Clue, error) {
	var rows []Clue
	err := v.db.NewSelect().Model(&rows).Where("matter_id > ?", matter).OrderExpr("matter_id").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}

// StraySignatures takes away what belongs to no clue.
func (tx *Tx) StraySignatures() error {
	for _, t := range []string{"signatures", "bands"} {
		if err := tx.exec("DELETE FROM ? WHERE matter_id NOT IN (SELECT matter_id FROM clues)", bun.Ident(t)); err != nil {
			return err
		}
	}
	return nil
}

// OrdersKnown are those of a sender's own numbers that an office has already, with
// the clue of each.
func (v *View) OrdersKnown(office int64, orders []string) (map[string]int64, error) {
	known := map[string]int64{}
	for len(orders) > 0 {
		n := min(len(orders), batch)
		var rows []struct {
			OutsideNo string
			MatterID  int64
		}
		err := v.db.NewSelect().TableExpr("clues AS c").ColumnExpr("c.outside_no, c.matter_id").Join("JOIN matters AS m ON m.id = c.matter_id").
			Where("m.office_id = ? AND c.outside_no IN (?)", office, bun.List(orders[:n])).Scan(v.ctx, &rows)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[r.OutsideNo] = r.MatterID
		}
		orders = orders[n:]
	}
	return known, nil
}

// LockOffice makes those who ask for the same wait for each other until the
// transaction ends. SQLite has one writer, which needs no lock.
func (tx *Tx) LockOffice(office int64) error {
	if !tx.s.postgres {
		return nil
	}
	return tx.exec("SELECT 1 FROM offices WHERE id = ? FOR UPDATE", office)
}

// TransfersFrom are those an office has sent to other offices, in a state, the
// latest first.
func (v *View) TransfersFrom(office int64, state string, most int) ([]Transfer, error) {
	var rows []Transfer
	err := v.db.NewSelect().Model(&rows).Where("from_office = ? AND state = ? AND to_office > 0", office, state).OrderExpr("id DESC").Limit(int64(most)).Scan(v.ctx)
	return rows, err
}
