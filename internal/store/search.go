package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"shouhu/internal/pil"
)

// Text is what search reads of a matter. Who reported, and what is sealed, is
// not among it.
type Text struct {
	MatterID    int64  `bun:"matter_id"`
	Title       string `bun:"title"`
	Number      string `bun:"number"`
	National    string `bun:"national"`
	Place       string `bun:"place"`
	Summary     string `bun:"summary"`
	Respondents string `bun:"respondents"`
	What        string `bun:"what"`
	Party       string `bun:"party"`
	Harm        string `bun:"harm"`
	Path        string `bun:"path"` // of the matter's office
}

// Fields are the texts, what tells most first.
func (t *Text) Fields() []string {
	return []string{t.Title, t.Summary, t.What, t.Place, t.Respondents, t.Party, t.Harm, t.Number, t.National}
}

// holds reports whether every phrase stands in one of the texts.
func (t *Text) holds(phrases [][]rune) bool {
	var all []folded
	for _, s := range t.Fields() {
		all = append(all, fold(s))
	}
	for _, p := range phrases {
		if !slices.ContainsFunc(all, func(f folded) bool { return f.index(p, 0) >= 0 }) {
			return false
		}
	}
	return true
}

// texts reads the texts of matters.
func (v *View) texts(ids []int64) (map[int64]Text, error) {
	var list []Text
	err := v.db.NewRaw(`SELECT m.id AS matter_id, m.title, m.number, m.national, m.place, m.summary, s.respondents, o.path,
			COALESCE(c.what, '') AS what, COALESCE(c.party, '') AS party, COALESCE(c.harm, '') AS harm
		FROM matters m JOIN standings s ON s.matter_id = m.id JOIN offices o ON o.id = m.office_id
			LEFT JOIN clues c ON c.matter_id = m.id WHERE m.id IN (?)`, bun.List(ids)).Scan(v.ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("read texts: %w", err)
	}
	out := make(map[int64]Text, len(list))
	for _, t := range list {
		out[t.MatterID] = t
	}
	return out, nil
}

// Found is a matter with all that search keeps of it.
type Found struct {
	Text
	Standing
	Assigned []int64 // who works on it now
}

// —— what is kept ——

// label is a token that no text can hold: a letter for what it tells of the
// matter, and a value.
func label(kind string, value any) string {
	word := strings.Map(func(r rune) rune {
		if r < 0x80 && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			return '·'
		}
		return r
	}, strings.ToLower(fmt.Sprint(value)))
	return "§" + kind + word
}

// seen is a label of who may see a matter, of one kind: mostly one kind is asked
// for, and one short list of matters is gone through faster than two.
func seen(reach string, value any, kind string) string {
	return label(reach, fmt.Sprint(value, kind))
}

// Chunks are stretches of ids. A word that stands in half of all matters has its
// newest places in a small one; an index that gives what it finds in no order
// is asked for that first.
var chunkBits = []int{12, 16, 20}

func chunkLabel(n int, id int64) string { return label("c"+strconv.Itoa(n)+"x", id>>chunkBits[n]) }

// regionParts are the lengths of codes of regions.
var regionParts = []int{2, 4, 6}

// Tokens are all that a matter is found by, each once, parted by blanks.
func (f *Found) tokens(chunks bool) string {
	known, list := map[string]bool{}, []string(nil)
	add := func(t string) {
		if !known[t] && len(list) < manyTokens {
			known[t], list = true, append(list, t)
		}
	}
	s := &f.Standing
	add(label("all", s.Kind))
	add(label("live", s.Live))
	add(label("field", s.Field))
	add(label("state", s.State))
	add(label("phase", s.Phase))
	add(label("lead", s.LeadID))
	add(seen("o", s.OfficeID, s.Kind))
	add(seen("d", s.DepartmentID, s.Kind))
	for _, n := range regionParts {
		if n <= len(s.Region) {
			add(label("r", s.Region[:n]))
		}
	}
	for t := range strings.FieldsSeq(s.Tracks) {
		add(label("track", t))
	}
	add(label("due", s.NextDue > 0))
	if y, m, _ := s.OpenedOn.Civil(); s.OpenedOn > 0 && y >= firstYear && y <= lastYear {
		add(yearLabel(y))
		add(monthLabel(y, int(m)))
	} else {
		add(yearLabel(0))
	}
	for o := range strings.SplitSeq(strings.Trim(f.Path, "/"), "/") {
		add(seen("u", o, s.Kind))
	}
	for _, p := range f.Assigned {
		add(label("p", p))
		add(seen("p", p, s.Kind))
	}
	if chunks {
		for n := range chunkBits {
			add(chunkLabel(n, s.MatterID))
		}
	}
	for _, text := range f.Fields() {
		tokens(fold(text).text, true, add)
	}
	return strings.Join(list, " ")
}

// Index keeps what matters are found by; those of which it is kept already are
// not written again.
func (tx *Tx) Index(ids ...int64) error {
	found, err := tx.found(ids)
	if err != nil || len(found) == 0 {
		return err
	}
	kept, err := all[searchRow](&tx.View, "matter_id", "matter_id IN (?)", bun.List(ids))
	if err != nil {
		return err
	}
	digests := map[int64]int64{}
	for _, k := range kept {
		digests[k.MatterID] = k.Digest
	}
	for i := range found {
		f := &found[i]
		text := f.tokens(tx.s.postgres)
		row := searchRow{MatterID: f.Standing.MatterID, Digest: digest(text), Tokens: text}
		if was, ok := digests[row.MatterID]; ok && was == row.Digest {
			continue
		}
		if err := tx.index(&row); err != nil {
			return fmt.Errorf("index matter %d: %w", row.MatterID, err)
		}
	}
	return nil
}

func digest(text string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // never fails
	return int64(h.Sum64())
}

type searchRow struct {
	bun.BaseModel `bun:"search"`
	MatterID      int64  `bun:"matter_id,pk"`
	Digest        int64  `bun:"digest"`
	Tokens        string `bun:"-"`
}

func (tx *Tx) index(r *searchRow) error {
	if tx.s.postgres {
		return tx.exec(`INSERT INTO search (matter_id, digest, tokens) VALUES (?, ?, array_to_tsvector(string_to_array(?, ' ')))
			ON CONFLICT (matter_id) DO UPDATE SET digest = excluded.digest, tokens = excluded.tokens`, r.MatterID, r.Digest, r.Tokens)
	}
	if err := tx.exec("INSERT OR REPLACE INTO search (matter_id, digest) VALUES (?, ?)", r.MatterID, r.Digest); err != nil {
		return err
	}
	return tx.exec("INSERT OR REPLACE INTO search_tokens (rowid, tokens) VALUES (?, ?)", r.MatterID, r.Tokens)
}

// found reads matters as search keeps them; those without a standing are left out.
func (v *View) found(ids []int64) ([]Found, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	standings, err := all[Standing](v, "matter_id", "matter_id IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	texts, err := v.texts(ids)
	if err != nil {
		return nil, err
	}
	assigned, err := all[Assignment](v, "matter_id, id", "matter_id IN (?) AND ended_at = 0", bun.List(ids))
	if err != nil {
		return nil, err
	}
	at := map[int64]*Found{}
	out := make([]Found, len(standings))
	for i, s := range standings {
		out[i] = Found{Text: texts[s.MatterID], Standing: s}
		at[s.MatterID] = &out[i]
	}
	for _, a := range assigned {
		if f := at[a.MatterID]; f != nil {
			f.Assigned = append(f.Assigned, a.PersonID)
		}
	}
	return out, nil
}

// RebuildSearch makes what search keeps anew, of all matters.
func (s *Store) RebuildSearch(ctx context.Context) error {
	err := s.Write(ctx, time.Time{}, func(tx *Tx) error {
		if tx.s.postgres {
			return tx.exec("TRUNCATE search")
		}
		if err := tx.exec("DELETE FROM search"); err != nil {
			return err
		}
		return tx.exec("INSERT INTO search_tokens (search_tokens) VALUES ('delete-all')")
	})
	if err != nil {
		return err
	}
	return s.fillSearch(ctx)
}

// fillSearch keeps what matters are found by, where it is not kept yet.
func (s *Store) fillSearch(ctx context.Context) error {
	for last := int64(0); ; {
		var ids []int64
		err := s.Write(ctx, time.Time{}, func(tx *Tx) error {
			ids = nil
			if err := tx.tx.NewRaw("SELECT id FROM matters WHERE id > ? ORDER BY id LIMIT ?", last, page).Scan(ctx, &ids); err != nil {
				return err
			}
			return tx.Index(ids...)
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		last = ids[len(ids)-1]
	}
}

// newSearch fills what an earlier program did not have.
func (s *Store) newSearch(ctx context.Context) error {
	var empty bool
	err := s.write.NewRaw("SELECT EXISTS (SELECT 1 FROM standings) AND NOT EXISTS (SELECT 1 FROM search)").Scan(ctx, &empty)
	if err != nil || !empty {
		return err
	}
	return s.fillSearch(ctx)
}

// —— what is asked ——

// quest is a question to the index: all of the tokens, one of those opened, and
// all of one of the sets that may be seen.
type quest struct {
	all, opened []string
	sight       [][]string
}

// text is the question as the engine reads it. Tokens are letters, digits and
// the sign of labels: there is nothing in them that the engines' languages know.
func (q *quest) text(postgres bool) string {
	sign, and, or := `"`, " AND ", " OR "
	if postgres {
		sign, and, or = "'", " & ", " | "
	}
	join := func(list []string) string { return strings.Join(quoted(list, sign), and) }
	var parts []string
	if len(q.all) > 0 {
		parts = append(parts, join(q.all))
	}
	if len(q.opened) > 0 {
		parts = append(parts, "("+strings.Join(quoted(q.opened, sign), or)+")")
	}
	if len(q.sight) > 0 {
		sets := make([]string, len(q.sight))
		for i, s := range q.sight {
			sets[i] = "(" + join(s) + ")"
		}
		parts = append(parts, "("+strings.Join(sets, or)+")")
	}
	return strings.Join(parts, and)
}

func quoted(list []string, sign string) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = sign + t + sign
	}
	return out
}

// manyAsked is how many tokens of words the index is asked for; those beyond are
// left to the check of each matter.
const manyAsked = 40

// quest is the filter as a question to the index. What the index does not know
// is asked of the rows.
func (f *MatterFilter) quest(words [][]rune) *quest {
	q := &quest{}
	for _, p := range words {
		tokens(p, false, func(t string) {
			if len(q.all) < manyAsked && !slices.Contains(q.all, t) {
				q.all = append(q.all, t)
			}
		})
	}
	also := func(set bool, kind string, value any) {
		if set {
			q.all = append(q.all, label(kind, value))
		}
	}
	if f.Live != nil {
		also(true, "live", *f.Live)
	}
	also(f.Field != "", "field", f.Field)
	also(f.State != "", "state", f.State)
	also(f.Phase != "", "phase", f.Phase)
	also(f.Track != "", "track", f.Track)
	also(f.Lead != 0, "lead", f.Lead)
	also(f.Assigned != 0, "p", f.Assigned)
	also(slices.Contains(regionParts, len(f.Region)), "r", f.Region)
	also(f.Due != 0, "due", true)
	q.opened = openedLabels(f.From, f.To)
	kinds := []string{f.Kind}
	if f.Kind == "" {
		kinds = []string{KindClue, KindCase}
	}
	all := slices.ContainsFunc(f.Sight.Reaches, func(r Reach) bool { return r.wide() && r.Under == "" })
	for _, kind := range kinds {
		if all {
			q.sight = append(q.sight, []string{label("all", kind)})
			continue
		}
		for _, r := range f.Sight.Reaches {
			if r.Matter == 0 { // one matter is sought by itself
				q.sight = append(q.sight, r.labels(kind))
			}
		}
	}
	return q
}

// The day a matter was opened is found by its month, or over a long time by its
// year; the rows tell the days.
func monthLabel(year, month int) string { return label("m", year*100+month) }
func yearLabel(year int) string         { return label("y", year) }

// The years by which matters are found; others are asked of the rows alone.
const (
	firstYear = 2000
	lastYear  = 2099
)

func openedLabels(from, to pil.Day) (list []string) {
	first, last := pil.Date(firstYear, 1, 1), pil.Date(lastYear, 12, 31)
	if from == 0 && to == 0 || from != 0 && from < first || from > last || to != 0 && to < max(from, first) || to > last {
		return nil
	}
	if from != 0 && to != 0 && to-from < 500 {
		for day := from; ; day = day.AddMonths(1) {
			y, m, _ := min(day, to).Civil()
			if t := monthLabel(y, int(m)); !slices.Contains(list, t) {
				list = append(list, t)
			}
			if day >= to {
				return list
			}
		}
	}
	y, end := firstYear, lastYear
	if from != 0 {
		y = from.Year()
	} else {
		list = append(list, yearLabel(0))
	}
	if to != 0 {
		end = to.Year()
	}
	for ; y <= end; y++ {
		list = append(list, yearLabel(y))
	}
	return list
}

func (r Reach) labels(kind string) (set []string) {
	if r.Office != 0 {
		set = append(set, seen("o", r.Office, kind))
	}
	if r.Under != "" {
		trimmed := strings.Trim(r.Under, "/")
		set = append(set, seen("u", trimmed[strings.LastIndexByte(trimmed, '/')+1:], kind))
	}
	if r.Department != 0 {
		set = append(set, seen("d", r.Department, kind))
	}
	if r.Person != 0 {
		set = append(set, seen("p", r.Person, kind))
	}
	return set
}

// seeker goes through the matters that the index finds, the newest first.
type seeker struct {
	v      *View
	q      *quest
	only   []int64 // single matters that may be seen beside what labels tell
	none   bool    // nothing but those
	words  [][]rune
	before int64
	far    bool    // over so many matters that the newest are to be asked for first
	ahead  []int64 // found already, to be given next
}

func (v *View) seek(f *MatterFilter) *seeker {
	s := &seeker{v: v, words: phrases(f.Words), before: f.AfterID}
	s.q = f.quest(s.words)
	for _, r := range f.Sight.Reaches {
		if r.Matter != 0 {
			s.only = append(s.only, r.Matter)
		}
		s.far = s.far || r.Under != "" || r.wide()
	}
	s.none = len(s.only) == len(f.Sight.Reaches)
	if s.before == 0 {
		s.before = 1 << 62
	}
	return s
}

// next are the next matters, at most n; none: there are no more.
func (s *seeker) next(n int) (ids []int64, err error) {
	if len(s.ahead) > 0 {
		n = min(n, len(s.ahead))
		ids, s.ahead = s.ahead[:n:n], s.ahead[n:]
		return ids, nil
	}
	if !s.none {
		if s.v.s.postgres && s.far {
			ids, err = s.chunked(n)
		} else {
			ids, err = s.ask(s.q, nil, n)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(s.only) > 0 {
		more, err := s.ask(&quest{all: s.q.all, opened: s.q.opened}, s.only, n)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
		slices.SortFunc(ids, func(a, b int64) int { return int(b - a) })
		if ids = slices.Compact(ids); len(ids) > n {
			ids = ids[:n]
		}
	}
	if len(ids) > 0 {
		s.before = ids[len(ids)-1]
	}
	return ids, nil
}

// ask asks the index once, for matters before where the seeker is; only, where not
// nil, names those that count.
func (s *seeker) ask(q *quest, only []int64, n int) (ids []int64, err error) {
	sel := s.v.db.NewSelect().TableExpr("search_tokens").ColumnExpr("rowid AS id")
	match, key := "search_tokens MATCH ?", "rowid"
	if s.v.s.postgres {
		sel = s.v.db.NewSelect().TableExpr("search").ColumnExpr("matter_id AS id")
		match, key = "tokens @@ ?::tsquery", "matter_id"
	}
	if text := q.text(s.v.s.postgres); text != "" {
		sel = sel.Where(match, text)
	}
	if only != nil {
		sel = sel.Where(key+" IN (?)", bun.List(only))
	}
	if s.v.s.postgres {
		key += " + 0" // keeps the planner from walking all ids backwards
	}
	if err := sel.Where(key+" < ?", s.before).OrderExpr(key+" DESC").Limit(int64(n)).Scan(s.v.ctx, &ids); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return ids, nil
}

// fewIn is how many more chunks of a size are asked before a larger one.
const fewIn = 6

// chunked asks for the newest chunk alone, then for those before it, and for larger
// ones where a chunk holds little of what is missing, until there is enough or no
// matter left.
func (s *seeker) chunked(n int) (ids []int64, err error) {
	was := s.before
	defer func() { s.before = was }()
	if s.before == 1<<62 {
		if err := s.v.db.NewRaw("SELECT COALESCE(max(matter_id), 0) + 1 FROM search").Scan(s.v.ctx, &s.before); err != nil {
			return nil, err
		}
	}
	for level := 0; len(ids) < n && s.before > 1; {
		q, all := *s.q, level == len(chunkBits)
		if !all {
			q.all = append(slices.Clone(q.all), chunkLabel(level, s.before-1))
		}
		more, err := s.ask(&q, nil, n-len(ids))
		if err != nil {
			return nil, err
		}
		if ids = append(ids, more...); all {
			break
		}
		s.before = (s.before - 1) >> chunkBits[level] << chunkBits[level]
		if fewIn*len(more) < n-len(ids) {
			level++
		}
	}
	return ids, nil
}

// list is a page of the matters a filter asks for as the index finds them,
// the newest first.
func (s *seeker) list(f *MatterFilter) (rows []MatterRow, err error) {
	if len(s.words) == 0 && len(f.Words) > 0 {
		return nil, pil.Invalid("请输入要查找的文字或者数字 (type letters or digits to search for)")
	}
	for n := f.Most + 10; len(rows) < f.Most; n = min(2*n, page) {
		ids, err := s.next(n)
		if err != nil || len(ids) == 0 {
			return rows, err
		}
		some, err := s.v.foundIn(f, s.words, ids)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows[:f.Most], nil
}

// foundIn asks the rows what the index does not know: who is recused, days, and
// whether characters stand together.
func (v *View) foundIn(f *MatterFilter, words [][]rune, ids []int64) ([]MatterRow, error) {
	var rows []MatterRow
	q := v.named(v.among(f, "s.*", ids))
	if err := q.OrderExpr("s.matter_id DESC").Scan(v.ctx, &rows); err != nil || len(rows) == 0 || len(words) == 0 {
		return rows, err
	}
	kept := make([]int64, len(rows))
	for i := range rows {
		kept[i] = rows[i].MatterID
	}
	texts, err := v.texts(kept)
	if err != nil {
		return nil, err
	}
	apart := slices.ContainsFunc(words, func(p []rune) bool {
		n := 0
		tokens(p, false, func(string) { n++ })
		return n > 1
	})
	for i := range rows {
		t := texts[rows[i].MatterID]
		rows[i].Text = &t
	}
	return slices.DeleteFunc(rows, func(r MatterRow) bool { return apart && !r.Text.holds(words) }), nil
}

// count counts matters, up to most, by the index and the rows. Whether characters
// stand together it does not look at: it may count too many, never too few.
func (s *seeker) count(f *MatterFilter, most int) (n int, err error) {
	for n < most {
		ids, err := s.next(most)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		var k int
		if err := s.v.among(f, "count(*)", ids).Scan(s.v.ctx, &k); err != nil {
			return 0, err
		}
		n += k
	}
	return min(n, most), nil
}
