package statute

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
)

// link resolves every name to what it names and refuses names nothing answers
// to, ids given twice, overlapping periods and limits that start from each
// other in a circle.
func (l *Law) link() error {
	for _, i := range l.Instruments {
		if i.Key == "" || l.instrument[i.Key] != nil {
			return i.Errorf("规范 %s 缺少 key 或出现两次 (instrument without key, or given twice)", pil.Quote(i.Key))
		}
		if err := conf(i.Conf, i.Place); err != nil {
			return err
		}
		if !slices.IsSortedFunc(i.Renumbered, func(a, b Renumbering) int { return cmp.Compare(a.Before, b.Before) }) {
			return i.Errorf("规范 %s 的 renumbered 应按日期由早到晚 (oldest first)", i.Key)
		}
		l.instrument[i.Key] = i
	}
	for _, p := range l.Papers {
		if p.ID == "" || l.paper[p.ID] != nil {
			return p.Errorf("文书 %s 缺少 id 或出现两次 (paper without id, or given twice)", pil.Quote(p.ID))
		}
		l.paper[p.ID] = p
		if err := l.cites(p.Cite, p.Place); err != nil {
			return err
		}
	}
	if err := l.linkLimits(); err != nil {
		return err
	}
	for _, p := range l.Procedures {
		if err := l.linkProcedure(p); err != nil {
			return err
		}
	}
	if err := l.linkSets(); err != nil {
		return err
	}
	for _, r := range l.Local {
		if err := l.cites(r.Cite, r.Place); err != nil {
			return err
		}
	}
	l.says = newSays(l)
	l.lexicon = newLexicon(l)
	return nil
}

func conf(c Conf, at yamltext.Place) error {
	if !slices.Contains(Confs, c) {
		return at.Errorf("conf %s 应为 V、V*、S、M 或 I (unknown mark)", pil.Quote(string(c)))
	}
	return nil
}

func (l *Law) cites(cites []string, at yamltext.Place) error {
	for _, c := range cites {
		key, article := l.splitCite(c)
		in := l.instrument[key]
		if in == nil {
			return at.Errorf("引用 %s:没有这部规范 (no such instrument)", pil.Quote(c))
		}
		if !in.Has(article) {
			return at.Errorf("引用 %s：%s 只有 %d 条 (no such article)", pil.Quote(c), key, in.Articles)
		}
		in.cited = true
	}
	return nil
}

// Has reports whether the instrument may hold an article, written 74 or 74(1).
// Where its last article was not seen, or none is named, it may.
func (i *Instrument) Has(article string) bool {
	if i.Articles == 0 || article == "" {
		return true
	}
	number, _, _ := strings.Cut(article, "(")
	n, err := strconv.Atoi(number)
	return err == nil && n >= 1 && n <= i.Articles
}

func (l *Law) linkSets() error {
	seen := map[string]bool{}
	for _, n := range l.Sets {
		if n.ID == "" || seen[n.ID] {
			return n.Errorf("规范体系 %s 缺少 id 或出现两次 (norm set without id, or given twice)", pil.Quote(n.ID))
		}
		seen[n.ID] = true
		for _, t := range n.Opens {
			if l.procedure[t] == nil {
				return n.Errorf("没有程序 %s (no such procedure)", pil.Quote(t))
			}
		}
		for id := range n.Papers {
			if l.paper[id] == nil {
				return n.Errorf("没有文书 %s (no such paper)", pil.Quote(id))
			}
		}
		if n.From == 0 && (n.InForce == nil || *n.InForce) {
			return n.Errorf("规范体系 %s 缺少起始日 (norm set without a date)", n.ID)
		}
		if err := l.cites(n.Cite, n.Place); err != nil {
			return err
		}
	}
	sort.SliceStable(l.Sets, func(i, j int) bool {
		return l.Sets[i].From != 0 && (l.Sets[j].From == 0 || l.Sets[i].From < l.Sets[j].From)
	})
	return nil
}

func (l *Law) linkLimits() error {
	for _, m := range l.Limits {
		if m.ID == "" || l.limit[m.ID] != nil {
			return m.Errorf("期限 %s 缺少 id 或出现两次 (limit without id, or given twice)", pil.Quote(m.ID))
		}
		l.limit[m.ID] = m
		if !slices.Contains(Kinds, m.Kind) {
			return m.Errorf("期限 %s 的种类 %s 不认识 (unknown kind)", m.ID, pil.Quote(string(m.Kind)))
		}
		if len(m.Vers) == 0 {
			return m.Errorf("期限 %s 没有 versions (limit without versions)", m.ID)
		}
		if err := l.linkClauses(m); err != nil {
			return err
		}
		for i, v := range m.Vers {
			units := 0
			for _, n := range []int{v.Days, v.Months, v.Years} {
				if n < 0 {
					return v.Errorf("期限 %s 的长度为负 (negative length)", m.ID)
				}
				units += min(n, 1)
			}
			if v.Stated {
				units++
			}
			if units > 1 || units == 0 && m.Kind != Before {
				return v.Errorf("期限 %s 的长度应恰有 days、months、years 或 stated 之一 (exactly one length)", m.ID)
			}
			if v.Days > 36600 || v.Months > 1200 || v.Years > 100 {
				return v.Errorf("期限 %s 的长度超出可计算的范围 (length out of range)", m.ID)
			}
			if (m.Kind == Before || m.Kind == WorkingDays) && units > 0 && v.Days == 0 {
				return v.Errorf("%s 类期限 %s 的长度只能是 days (this kind counts days only)", m.Kind, m.ID)
			}
			if err := periodAfter(v.Period, i, func(j int) Period { return m.Vers[j].Period }, v.Place); err != nil {
				return err
			}
			if err := conf(v.Conf, v.Place); err != nil {
				return err
			}
			if err := l.cites(v.Cite, v.Place); err != nil {
				return err
			}
		}
	}
	for _, m := range l.Limits {
		if m.After == "" {
			continue
		}
		if m.after = l.limit[m.After]; m.after == nil {
			return m.Errorf("期限 %s 起于 %s 期满，但没有这个期限 (no such limit)", m.ID, pil.Quote(m.After))
		}
		for step, hops := m.after, 0; step != nil; step, hops = l.limit[step.After], hops+1 {
			if step == m || hops > len(l.Limits) {
				return m.Errorf("期限 %s 沿 after 回到了自己 (limits start from each other in a circle)", m.ID)
			}
		}
	}
	return nil
}

// linkClauses checks whose the limit is, when it runs and is shown, and what it
// says of lateness, extension, excluded days and suspension.
func (l *Law) linkClauses(m *Limit) error {
	for _, set := range []struct {
		key, value string
		of         []string
	}{
		{"who", m.Who, []string{"office", "agency", "court", "party", "higher-office"}},
		{"shown", m.Shown, []string{"", "always", "answered"}},
		{"when", m.When, []string{"", "urgent"}},
	} {
		if !slices.Contains(set.of, set.value) {
			return m.Errorf("期限 %s 的 %s %s 不认识，应为%s之一 (unknown value)", m.ID, set.key, pil.Quote(set.value), strings.Join(set.of, "、"))
		}
	}
	cites := slices.Clone(m.Cure)
	for _, e := range m.Extend {
		if _, ok := actors[e.By]; !ok {
			return m.Errorf("期限 %s 的 extend.by %s 不认识 (unknown actor)", m.ID, pil.Quote(e.By))
		}
		if e.Months < 0 || e.Months > 1200 {
			return m.Errorf("期限 %s 延长的月数超出可计算的范围 (length out of range)", m.ID)
		}
		cites = append(cites, e.Cite)
	}
	if m.Exclude != nil {
		cites = append(cites, m.Exclude.Cite)
	}
	if s := m.Suspend; s != nil {
		cites = append(cites, s.Cite)
		if s.Effect != "add" && s.Effect != "none" {
			return m.Errorf("期限 %s:suspend.effect %s 应为 add 或 none (unknown effect)", m.ID, pil.Quote(s.Effect))
		}
	}
	return l.cites(cites, m.Place)
}

// periodAfter refuses a period that ends before it starts or shares a day with
// one listed before it.
func periodAfter(p Period, i int, at func(int) Period, place yamltext.Place) error {
	if p.To != 0 && p.To < p.From {
		return place.Errorf("止日 %s 早于起日 %s (period ends before it starts)", p.To, p.From)
	}
	for j := range i {
		q := at(j)
		if (q.To == 0 || p.From <= q.To) && (p.To == 0 || q.From <= p.To) {
			return place.Errorf("期间与同一条目的另一期间重叠 (periods overlap)")
		}
	}
	return nil
}

func (l *Law) linkProcedure(p *Procedure) error {
	if len(p.States) == 0 {
		return p.Errorf("程序 %s 没有状态 (procedure without states)", p.ID)
	}
	p.state, p.step = map[string]int{}, map[string]int{}
	for i, s := range p.States {
		if _, twice := p.state[s.ID]; twice || s.ID == "" {
			return s.Errorf("状态 %s 缺少 id 或出现两次 (state without id, or given twice)", pil.Quote(s.ID))
		}
		p.state[s.ID] = i
	}
	for i, s := range p.Steps {
		if _, twice := p.step[s.ID]; twice || s.ID == "" {
			return s.Errorf("程序 %s 的步骤 %s 缺少 id 或出现两次 (step without id, or given twice)", p.ID, pil.Quote(s.ID))
		}
		p.step[s.ID] = i
		s.index = i
	}
	p.moves = make([][]*Step, len(p.States))
	for _, s := range p.Steps {
		if err := l.linkStep(p, s); err != nil {
			return err
		}
		for i, ok := range s.from {
			if ok && s.to >= 0 && s.to != i {
				p.moves[i] = append(p.moves[i], s)
			}
		}
	}
	return nil
}

func (l *Law) linkStep(p *Procedure, s *Step) error {
	var err error
	if s.from, err = p.stateSet(s, s.From); err != nil {
		return err
	}
	if s.stays, err = p.stateSet(s, s.Stays); err != nil {
		return err
	}
	if len(s.From) == 0 {
		return s.Errorf("步骤 %s 没有 from (step without from)", s.ID)
	}
	s.to = -1
	if s.To != "" {
		i, ok := p.state[s.To]
		if !ok {
			return s.Errorf("程序 %s 步骤 %s:没有状态 %s (no such state)", p.ID, s.ID, pil.Quote(s.To))
		}
		s.to = i
	}
	for _, id := range s.Opposite {
		if _, ok := p.step[id]; !ok {
			return s.Errorf("步骤 %s:没有步骤 %s (no such step)", s.ID, pil.Quote(id))
		}
	}
	for _, g := range s.Grounds {
		if err := l.cites(g.Cite, s.Place); err != nil {
			return err
		}
	}
	if len(s.Law) == 0 {
		return s.Errorf("步骤 %s 没有 law (step without law)", s.ID)
	}
	for i, r := range s.Law {
		if err := periodAfter(r.Period, i, func(j int) Period { return s.Law[j].Period }, r.Place); err != nil {
			return err
		}
		if err := l.linkRule(p, r); err != nil {
			return err
		}
	}
	return nil
}

// stateSet marks the states named; "any" names all.
func (p *Procedure) stateSet(s *Step, ids []string) ([]bool, error) {
	set := make([]bool, len(p.States))
	for _, id := range ids {
		if id == "any" {
			for i := range set {
				set[i] = true
			}
			continue
		}
		i, ok := p.state[id]
		if !ok {
			return nil, s.Errorf("程序 %s 步骤 %s:没有状态 %s (no such state)", p.ID, s.ID, pil.Quote(id))
		}
		set[i] = true
	}
	return set, nil
}

func (l *Law) linkRule(p *Procedure, r *Rule) error {
	if r.Basis == "" {
		r.Basis = ByLaw
	}
	if !slices.Contains(Bases, r.Basis) {
		return r.Errorf("basis %s 应为 law、practice 或 inference", pil.Quote(string(r.Basis)))
	}
	if r.Basis == ByLaw && len(r.Cite) == 0 {
		return r.Errorf("没有引用条文；没有条文的做法应写 basis: practice (no article cited)")
	}
	if err := conf(r.Conf, r.Place); err != nil {
		return err
	}
	if err := l.cites(r.Cite, r.Place); err != nil {
		return err
	}
	for _, c := range r.Cite {
		if key, _ := l.splitCite(c); len(l.instrument[key].Regions) > 0 {
			r.regions = l.instrument[key].Regions
		}
	}
	for _, w := range r.Papers {
		if l.paper[w] == nil {
			return r.Errorf("没有文书 %s (no such paper)", pil.Quote(w))
		}
	}
	for _, list := range []struct {
		ids []string
		out *[]*Limit
	}{{r.Starts, &r.starts}, {r.Restarts, &r.restarts}, {r.Ends, &r.ends}, {r.Pauses, &r.pauses}, {r.Resumes, &r.resumes}, {r.Extends, &r.extends}} {
		for _, id := range list.ids {
			m := l.limit[id]
			if m == nil {
				return r.Errorf("没有期限 %s (no such limit)", pil.Quote(id))
			}
			*list.out = append(*list.out, m)
		}
	}
	for i := range r.Needs {
		if err := l.linkNeed(p, r, &r.Needs[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *Law) linkNeed(p *Procedure, r *Rule, n *Need) error {
	kinds := 0
	for _, set := range []bool{len(n.Done) > 0, n.Over != "", n.People > 0, n.Fact != "", n.Forbidden} {
		if set {
			kinds++
		}
	}
	if kinds != 1 || n.Level != "" && n.Level != "warn" || n.Zh == "" || n.En == "" {
		return r.Errorf("条件应恰有 done、over、people、fact、forbidden 之一，并有 zh 和 en (a need holds exactly one condition)")
	}
	if n.Cite != "" {
		if err := l.cites([]string{n.Cite}, r.Place); err != nil {
			return err
		}
	}
	for _, id := range n.Done {
		i, ok := p.step[id]
		if !ok {
			return r.Errorf("条件 done:没有步骤 %s (no such step)", pil.Quote(id))
		}
		n.done = append(n.done, i)
	}
	for _, ref := range []struct {
		id  string
		out **Limit
	}{{n.Over, &n.over}, {n.Of, &n.of}} {
		if ref.id == "" {
			continue
		}
		if *ref.out = l.limit[ref.id]; *ref.out == nil {
			return r.Errorf("条件：没有期限 %s (no such limit)", pil.Quote(ref.id))
		}
	}
	return nil
}

// Instrument finds an instrument by its key, or nil.
func (l *Law) Instrument(key string) *Instrument { return l.instrument[key] }

// Paper finds a paper by its id, or nil.
func (l *Law) Paper(id string) *Paper { return l.paper[id] }

// Limit finds a limit by its id, or nil.
func (l *Law) Limit(id string) *Limit { return l.limit[id] }

// Procedure finds a procedure by its id, or nil.
func (l *Law) Procedure(id string) *Procedure { return l.procedure[id] }

// ProcedureOf is the procedure a step belongs to, or nil.
func (l *Law) ProcedureOf(s *Step) *Procedure {
	for _, p := range l.Procedures {
		if slices.Contains(p.Steps, s) {
			return p
		}
	}
	return nil
}

// State finds a state by its id, or nil.
func (p *Procedure) State(id string) *State {
	if i, ok := p.state[id]; ok {
		return p.States[i]
	}
	return nil
}

// Step finds a step by its id, or nil.
func (p *Procedure) Step(id string) *Step {
	if i, ok := p.step[id]; ok {
		return p.Steps[i]
	}
	return nil
}

// On is what the norms of the day d say of the step, or nil where they know no
// such step.
func (s *Step) On(d pil.Day) *Rule {
	for _, r := range s.Law {
		if r.Holds(d) {
			return r
		}
	}
	return nil
}

// In reports whether the rule may hold in a region; an unknown region may be any.
func (r *Rule) In(region pil.Region) bool { return within(region, r.regions) }

func within(region pil.Region, places []string) bool {
	return region == "" || len(places) == 0 || slices.ContainsFunc(places, func(p string) bool { return region.Within(pil.Region(p)) })
}

// PaperOn is the name a paper had under the norms of the day d: 终结案件决定书 was
// 终结审查决定书 in the pilot. A set that is not in force renames nothing.
func (l *Law) PaperOn(id string, d pil.Day) Text {
	p := l.paper[id]
	if p == nil {
		return Text{Zh: id, En: id}
	}
	name := p.Text
	for _, n := range l.Sets {
		if t, ok := n.Papers[id]; ok && n.From != 0 && n.Holds(d) {
			name = t
		}
	}
	return name
}

// SetOn is the set of procedural norms in force for a track on a day in the
// country at large, pilot regions included; nil before there was any.
func (l *Law) SetOn(track string, d pil.Day) *NormSet { return l.SetIn(track, d, "") }

// SetIn is the set of procedural norms in force for a track on a day in a
// region; an unknown region may be any.
func (l *Law) SetIn(track string, d pil.Day, region pil.Region) *NormSet {
	var found *NormSet
	for _, n := range l.Sets {
		if n.From != 0 && n.Holds(d) && slices.Contains(n.Opens, track) && within(region, n.Regions) {
			found = n
		}
	}
	return found
}

// Index is the step's place in its procedure.
func (s *Step) Index() int { return s.index }

// ToState is the index of the state the step leads to, -1 where it stays.
func (s *Step) ToState() int { return s.to }

// MayFrom reports whether the step may be taken in the state.
func (s *Step) MayFrom(state int) bool { return s.from[state] || s.stays[state] }

// StaysIn reports whether the step leaves the state as it is.
func (s *Step) StaysIn(state int) bool { return s.to < 0 || s.stays[state] }

// InField reports whether the step belongs to the field a text names; a step of
// no field belongs to all.
func (s *Step) InField(field string) bool {
	for _, f := range s.Fields {
		if strings.Contains(field, f) {
			return true
		}
	}
	return len(s.Fields) == 0
}

// Moves are the steps that may be taken in the state and lead to another.
func (p *Procedure) Moves(state int) []*Step { return p.moves[state] }

// DoneSteps are the steps of a done need, by index.
func (n *Need) DoneSteps() []int { return n.done }

// OverLimit is the limit that must be over, or nil.
func (n *Need) OverLimit() *Limit { return n.over }

// OfLimit is the limit whose start the length is counted from, or nil.
func (n *Need) OfLimit() *Limit { return n.of }

// AfterLimit is the limit at whose end this one begins, or nil.
func (m *Limit) AfterLimit() *Limit { return m.after }

// StartsLimits are the limits an act under the rule starts.
func (r *Rule) StartsLimits() []*Limit { return r.starts }

// RestartsLimits are the limits whose start the act takes over.
func (r *Rule) RestartsLimits() []*Limit { return r.restarts }

// EndsLimits are the limits the act ends.
func (r *Rule) EndsLimits() []*Limit { return r.ends }

// PausesLimits are the limits whose days stop counting.
func (r *Rule) PausesLimits() []*Limit { return r.pauses }

// ResumesLimits are the limits whose days count again.
func (r *Rule) ResumesLimits() []*Limit { return r.resumes }

// ExtendsLimits are the limits the act extends.
func (r *Rule) ExtendsLimits() []*Limit { return r.extends }

// StartsLimit reports whether an act under the rule starts the limit.
func (r *Rule) StartsLimit(m *Limit) bool {
	return slices.Contains(r.starts, m) || slices.Contains(r.restarts, m)
}
