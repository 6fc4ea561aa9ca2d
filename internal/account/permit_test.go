package account

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
)

// matter is a case of the district office, assigned to li.
func matter() Subject {
	return Subject{Matter: "case-1", Office: "district", Above: []OfficeID{"city", "province"}, Department: "eighth", Assigned: []PersonID{"li"}}
}

func with(change func(*Subject)) Subject {
	s := matter()
	change(&s)
	return s
}

var month = Term{From: today - 10, Until: today + 20}

func TestCan(t *testing.T) {
	li, wang := who("li", Prosecutor), who("wang", Head)
	chief, deputy := who("zhao", Chief), who("sun", DeputyChief)
	handler := who("li", Chief, Prosecutor)
	member := who("qian", Committee, Prosecutor)
	other := li
	other.Office = "other"
	cityChief := who("zhou", Chief)
	cityChief.Office = "city"
	proposed := func(by PersonID) Subject { return with(func(s *Subject) { s.Proposer = by }) }
	named := func(r ...Role) Subject { return with(func(s *Subject) { s.Deciders = RolesOf(r...) }) }
	recuse := func(p PersonID) Subject { return with(func(s *Subject) { s.Recused = []PersonID{p} }) }
	exposing := with(func(s *Subject) { s.Identity = true })
	delegated := Actor{Person: deputy, Delegations: []Delegation{{ID: "d1", From: "zhao", To: "sun", Office: "district", Actions: []Action{DecideStep, SignPaper}, Term: month}}}
	covering := Actor{Person: who("he", Prosecutor), Covers: []StandIn{{Cover{ID: "c1", Absent: "li", Does: "he", Term: month}, li}}}
	coveringHead := Actor{Person: who("he", Prosecutor), Covers: []StandIn{{Cover{ID: "c2", Absent: "wang", Does: "he", Term: month}, wang}}}
	lent := Actor{Person: other, Grants: []Grant{{ID: "g1", Person: "li", Office: "district", Role: Prosecutor, Matter: "case-1", Decision: "〔2026〕7号", Term: month}}}
	me := func(p Person) Actor { return Actor{Person: p} }

	for what, c := range map[string]struct {
		actor   Actor
		action  Action
		subject Subject
		code    pil.Code
		through Decision
	}{
		"the handler records":                   {me(li), RecordEvent, matter(), "", Decision{Prosecutor, ByRole, "", "li", false}},
		"another prosecutor does not":           {me(who("he", Prosecutor)), RecordEvent, matter(), pil.CodeForbidden, Decision{}},
		"another office's does not know":        {me(other), RecordEvent, matter(), pil.CodeNotFound, Decision{}},
		"the higher chief looks":                {me(cityChief), ShowCase, matter(), "", Decision{Chief, ByRole, "", "zhou", false}},
		"the higher chief does not record":      {me(cityChief), RecordEvent, matter(), pil.CodeForbidden, Decision{}},
		"the higher chief directs":              {me(cityChief), DirectCase, matter(), "", Decision{Chief, ByRole, "", "zhou", false}},
		"the higher chief does not decide":      {me(cityChief), DecideStep, matter(), pil.CodeForbidden, Decision{}},
		"no office directs itself":              {me(chief), DirectCase, matter(), pil.CodeForbidden, Decision{}},
		"the chief decides":                     {me(chief), DecideStep, proposed("li"), "", Decision{Chief, ByRole, "", "zhao", false}},
		"the head does not where not named":     {me(wang), DecideStep, proposed("li"), pil.CodeForbidden, Decision{}},
		"a named prosecutor decides":            {me(li), DecideStep, named(Chief, Prosecutor), "", Decision{Prosecutor, ByRole, "", "li", false}},
		"an unnamed committee does not":         {me(member), DecideFiling, matter(), pil.CodeForbidden, Decision{}},
		"the head reviews":                      {me(wang), ReviewStep, proposed("li"), "", Decision{Head, ByRole, "", "wang", false}},
		"not the own proposal":                  {me(wang), ReviewStep, proposed("wang"), pil.CodeForbidden, Decision{}},
		"the deputy reviews the head's":         {me(deputy), ReviewStep, proposed("wang"), "", Decision{DeputyChief, ByRole, "", "sun", false}},
		"R109: the chief as handler":            {me(handler), DecideStep, proposed("li"), "", Decision{Chief, ByRole, "", "li", true}},
		"R109: not without handling":            {me(chief), DecideStep, proposed("zhao"), pil.CodeForbidden, Decision{}},
		"R109: corrections are another's":       {me(handler), ApproveCorrection, proposed("li"), pil.CodeForbidden, Decision{}},
		"R22: a recused chief":                  {me(chief), DecideStep, recuse("zhao"), pil.CodeForbidden, Decision{}},
		"R22: does not even look":               {me(chief), ShowCase, recuse("zhao"), pil.CodeForbidden, Decision{}},
		"R22: the committee instead":            {me(member), DecideStep, with(func(s *Subject) { s.Recused = []PersonID{"zhao"}; s.Deciders = RolesOf(Chief).WithoutChief() }), "", Decision{Committee, ByRole, "", "qian", false}},
		"R22: a chief's recusal":                {me(chief), DecideRecusal, with(func(s *Subject) { s.About = "zhao"; s.Deciders = RolesOf(RecusalDecider(chief.Roles)) }), pil.CodeForbidden, Decision{}},
		"R22: nor as member of the committee":   {me(who("zhao", Chief, Committee)), DecideRecusal, with(func(s *Subject) { s.About = "zhao"; s.Deciders = RolesOf(Committee) }), pil.CodeForbidden, Decision{}},
		"R22: others' by the chief":             {me(chief), DecideRecusal, with(func(s *Subject) { s.About = "li"; s.Deciders = RolesOf(RecusalDecider(li.Roles)) }), "", Decision{Chief, ByRole, "", "zhao", false}},
		"a delegate decides":                    {delegated, DecideStep, proposed("li"), "", Decision{Chief, ByDelegation, "d1", "zhao", false}},
		"what was delegated, no more":           {delegated, DecideFiling, matter(), pil.CodeForbidden, Decision{}},
		"R5: no major matter":                   {delegated, DecideStep, with(func(s *Subject) { s.Major = true }), pil.CodeForbidden, Decision{}},
		"not what the delegate proposed":        {delegated, DecideStep, with(func(s *Subject) { s.Proposer = "sun"; s.Assigned = []PersonID{"sun"} }), pil.CodeForbidden, Decision{}},
		"nor where the chief handles it":        {delegated, DecideStep, with(func(s *Subject) { s.Proposer = "sun"; s.Assigned = []PersonID{"zhao"} }), pil.CodeForbidden, Decision{}},
		"a recused delegate":                    {delegated, DecideStep, recuse("sun"), pil.CodeForbidden, Decision{}},
		"a recused stand-in":                    {covering, RecordEvent, recuse("he"), pil.CodeForbidden, Decision{}},
		"nothing of a recused chief's":          {delegated, DecideStep, recuse("zhao"), pil.CodeForbidden, Decision{}},
		"a stand-in records":                    {covering, RecordEvent, matter(), "", Decision{Prosecutor, ByCover, "c1", "li", false}},
		"nothing of a recused person's":         {covering, RecordEvent, recuse("li"), pil.CodeForbidden, Decision{}},
		"a stand-in reviews":                    {coveringHead, ReviewStep, proposed("li"), "", Decision{Head, ByCover, "c2", "wang", false}},
		"not the stand-in's own proposal":       {coveringHead, ReviewStep, proposed("he"), pil.CodeForbidden, Decision{}},
		"nor the absent head's":                 {coveringHead, ReviewStep, proposed("wang"), pil.CodeForbidden, Decision{}},
		"a stand-in learns no identity":         {covering, ShowIdentity, exposing, pil.CodeForbidden, Decision{}},
		"nor through an exhibit":                {covering, ViewExhibit, exposing, pil.CodeForbidden, Decision{}},
		"R11: a lent prosecutor":                {lent, RecordEvent, matter(), "", Decision{Prosecutor, ByGrant, "g1", "li", false}},
		"R11: on that matter only":              {lent, RecordEvent, with(func(s *Subject) { s.Matter = "case-2" }), pil.CodeNotFound, Decision{}},
		"R11: no credentials there":             {lent, ChangeCredentials, matter(), pil.CodeForbidden, Decision{}},
		"R11: what is the chief's there":        {lent, DecideStep, matter(), pil.CodeForbidden, Decision{}},
		"the handler opens the identity":        {me(li), ShowIdentity, exposing, "", Decision{Prosecutor, ByRole, "", "li", false}},
		"the handler sees the exhibit":          {me(li), ViewExhibit, exposing, "", Decision{Prosecutor, ByRole, "", "li", false}},
		"the chief does not":                    {me(chief), ViewExhibit, exposing, pil.CodeForbidden, Decision{}},
		"but may agree to it":                   {me(chief), ApproveIdentity, with(func(s *Subject) { s.Identity = true; s.Proposer = "li" }), "", Decision{Chief, ByRole, "", "zhao", false}},
		"nobody agrees to the own opening":      {me(who("wang", Head, ClueOfficer)), ApproveIdentity, with(func(s *Subject) { s.Identity = true; s.Proposer = "wang" }), pil.CodeForbidden, Decision{}},
		"a token does what its person may":      {Actor{Person: li, Token: true}, RecordEvent, matter(), "", Decision{Prosecutor, ByRole, "", "li", false}},
		"a token opens no identity":             {Actor{Person: li, Token: true}, ShowIdentity, exposing, pil.CodeForbidden, Decision{}},
		"nor sees it in an exhibit":             {Actor{Person: li, Token: true}, ViewExhibit, exposing, pil.CodeForbidden, Decision{}},
		"a token makes no token":                {Actor{Person: li, Token: true}, MakeToken, matter(), pil.CodeForbidden, Decision{}},
		"everybody has own tasks":               {me(who("admin", Administrator)), ListTasks, with(func(s *Subject) { s.Assigned = []PersonID{"admin"} }), "", Decision{Administrator, ByRole, "", "admin", false}},
		"the administrator proposes roles":      {me(who("admin", Administrator)), ProposeRole, matter(), "", Decision{Administrator, ByRole, "", "admin", false}},
		"and does not decide them":              {me(who("admin", Administrator)), DecideRole, proposed("admin"), pil.CodeForbidden, Decision{}},
		"the chief does not decide his own":     {me(handler), DecideRole, with(func(s *Subject) { s.About = "li" }), pil.CodeForbidden, Decision{}},
		"no action":                             {me(li), 0, matter(), pil.CodeInvalid, Decision{}},
		"no such action":                        {me(li), 250, matter(), pil.CodeInvalid, Decision{}},
		"no roles":                              {me(who("li")), ShowCase, matter(), pil.CodeForbidden, Decision{}},
		"nobody":                                {Actor{}, ShowCase, Subject{}, pil.CodeUnauthenticated, Decision{}},
		"no department is not the same as none": {me(func() Person { p := wang; p.Department = ""; return p }()), ShowCase, with(func(s *Subject) { s.Department = "" }), pil.CodeForbidden, Decision{}},
	} {
		t.Run(what, func(t *testing.T) {
			got, err := Can(c.actor, c.action, c.subject, noon)
			wants(t, err, c.code, what)
			if diff := cmp.Diff(c.through, got); diff != "" {
				t.Errorf("through (-want +got):\n%s", diff)
			}
		})
	}
}

// What no Check would have let pass carries nothing if it is there all the same.
func TestUnlawfulCarriesNothing(t *testing.T) {
	li, sun := who("li", Prosecutor), who("sun", DeputyChief)
	he := who("he", Technician)
	abroad := sun
	abroad.Office = "other"
	aide := sun
	aide.Procurator = false
	heAide := he
	heAide.Procurator = false
	left := li
	left.Until = today - 1
	cover := Cover{ID: "c", Absent: "li", Does: "he", Term: month}
	give := func(p Person, office OfficeID, from PersonID, a ...Action) Actor {
		return Actor{Person: p, Delegations: []Delegation{{ID: "d", From: from, To: "sun", Office: office, Actions: a, Term: month}}}
	}
	lend := func(to PersonID, as Role) Actor {
		p := who("li", Prosecutor)
		p.Office = "other"
		return Actor{Person: p, Grants: []Grant{{ID: "g", Person: to, Office: "district", Role: as, Matter: "case-1", Decision: "7", Term: month}}}
	}
	decision := with(func(s *Subject) { s.Deciders = RolesOf(Chief, Head) })
	for what, c := range map[string]struct {
		actor   Actor
		action  Action
		subject Subject
		lawful  bool
	}{
		"a delegation":                    {give(sun, "district", "zhao", DecideStep), DecideStep, decision, true},
		"to auxiliary staff":              {give(aide, "district", "zhao", DecideStep), DecideStep, decision, false},
		"to another office's procurator":  {give(abroad, "district", "zhao", DecideStep), DecideStep, decision, false},
		"to oneself":                      {give(sun, "district", "sun", DecideStep), DecideStep, decision, false},
		"of what is done in person":       {give(sun, "district", "zhao", ReferStep), ReferStep, matter(), false},
		"of what the chief may not do":    {give(sun, "district", "zhao", RecordEvent), RecordEvent, matter(), false},
		"a grant":                         {lend("li", Prosecutor), RecordEvent, matter(), true},
		"a grant to somebody else":        {lend("wu", Prosecutor), RecordEvent, matter(), false},
		"a grant as department head":      {lend("li", Head), RecordEvent, matter(), false},
		"a cover":                         {Actor{Person: he, Covers: []StandIn{{cover, li}}}, RecordEvent, matter(), true},
		"a cover by auxiliary staff":      {Actor{Person: heAide, Covers: []StandIn{{cover, li}}}, RecordEvent, matter(), false},
		"a cover for one who left":        {Actor{Person: he, Covers: []StandIn{{cover, left}}}, RecordEvent, matter(), false},
		"a cover with another's papers":   {Actor{Person: he, Covers: []StandIn{{cover, who("wu", Head)}}}, RecordEvent, matter(), false},
		"a cover for the chief's signing": {Actor{Person: he, Covers: []StandIn{{Cover{Absent: "zhao", Does: "he", Term: month}, who("zhao", Chief)}}}, SignPaper, matter(), false},
	} {
		if d, err := Can(c.actor, c.action, c.subject, noon); (err == nil) != c.lawful {
			t.Errorf("%s: %+v, %v", what, d, err)
		}
	}
}

// A list asks for powers and must not be shown one that is none.
func TestNoEmptyPowers(t *testing.T) {
	a := Actor{Person: who("sun", DeputyChief), Delegations: []Delegation{{ID: "d", From: "zhao", To: "sun", Office: "district", Actions: AllActions(), Term: month}}}
	for _, act := range AllActions() {
		for p := range Powers(a, act, noon) {
			if p.Reach == NoReach || p.Way == ByDelegation && !act.Delegable() {
				t.Errorf("%s: %+v", act, p)
			}
		}
	}
}

// The day, not the moment, begins and ends what is handed over; a revocation
// counts at once.
func TestTerms(t *testing.T) {
	term := Term{From: today, Until: today}
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, pil.Zone)
	for what, c := range map[string]struct {
		term Term
		at   time.Time
		want bool
	}{
		"the day before, 23:59":   {term, midnight.Add(-time.Minute), false},
		"the day, 00:00":          {term, midnight, true},
		"the day, 23:59":          {term, midnight.Add(24*time.Hour - time.Minute), true},
		"the day after, 00:00":    {term, midnight.Add(24 * time.Hour), false},
		"still evening in London": {term, midnight.UTC(), true},
		"before it was ended":     {term.End(noon), noon.Add(-time.Second), true},
		"when it was ended":       {term.End(noon), noon, false},
		"ended twice":             {term.End(noon).End(noon.Add(time.Hour)), noon, false},
		"ended earlier":           {term.End(noon).End(noon.Add(-time.Hour)), noon.Add(-time.Minute), false},
		"no term":                 {Term{}, midnight, false},
		"no first day":            {Term{Until: today}, midnight, false},
		"no end":                  {Term{From: today}, midnight, false},
	} {
		if got := c.term.Holds(c.at); got != c.want {
			t.Errorf("%s: holds %t", what, got)
		}
	}
}

func TestHandedOverChecks(t *testing.T) {
	chief, sun := who("zhao", Chief), who("sun", DeputyChief)
	li, he := who("li", Prosecutor), who("he", Prosecutor)
	d := Delegation{ID: "d", From: "zhao", To: "sun", Office: "district", Actions: []Action{DecideStep}, Term: month}
	g := Grant{ID: "g", Person: "li", Office: "other", Role: Prosecutor, Decision: "〔2026〕7号", Term: month}
	c := StandIn{Cover{ID: "c", Absent: "li", Does: "he", Term: month}, li}
	edit := func(d Delegation, f func(*Delegation)) Delegation { f(&d); return d }
	lend := func(g Grant, f func(*Grant)) Grant { f(&g); return g }
	for what, x := range map[string]struct {
		err  error
		code pil.Code
	}{
		"delegation":                     {d.Check(chief, sun), ""},
		"delegation without end":         {edit(d, func(d *Delegation) { d.Until = 0 }).Check(chief, sun), pil.CodeInvalid},
		"delegation of nothing":          {edit(d, func(d *Delegation) { d.Actions = nil }).Check(chief, sun), pil.CodeInvalid},
		"delegation of delegating":       {edit(d, func(d *Delegation) { d.Actions = []Action{GiveDelegation} }).Check(chief, sun), pil.CodeInvalid},
		"delegation of another's":        {edit(d, func(d *Delegation) { d.Actions = []Action{RunBackup} }).Check(chief, sun), pil.CodeInvalid},
		"delegation by no chief":         {edit(d, func(d *Delegation) { d.From = "li" }).Check(li, sun), pil.CodeInvalid},
		"delegation to oneself":          {edit(d, func(d *Delegation) { d.To = "zhao" }).Check(chief, chief), pil.CodeInvalid},
		"delegation to auxiliary staff":  {d.Check(chief, Person{ID: "sun", Office: "district"}), pil.CodeInvalid},
		"delegation to another office":   {d.Check(chief, Person{ID: "sun", Office: "other", Procurator: true}), pil.CodeInvalid},
		"delegation to another person":   {d.Check(chief, he), pil.CodeInvalid},
		"grant":                          {g.Check(li), ""},
		"grant without decision":         {lend(g, func(g *Grant) { g.Decision = "" }).Check(li), pil.CodeInvalid},
		"grant without end":              {lend(g, func(g *Grant) { g.Until = 0 }).Check(li), pil.CodeInvalid},
		"grant as chief":                 {lend(g, func(g *Grant) { g.Role = Chief }).Check(li), pil.CodeInvalid},
		"grant to the own office":        {lend(g, func(g *Grant) { g.Office = "district" }).Check(li), pil.CodeInvalid},
		"grant to no procurator":         {g.Check(Person{ID: "li", Office: "district"}), pil.CodeInvalid},
		"cover":                          {c.Check(he), ""},
		"cover without end":              {StandIn{Cover{Absent: "li", Does: "he", Term: Term{From: today}}, li}.Check(he), pil.CodeInvalid},
		"cover of the chief":             {StandIn{Cover{Absent: "zhao", Does: "he", Term: month}, chief}.Check(he), pil.CodeInvalid},
		"cover by auxiliary staff":       {c.Check(Person{ID: "he", Office: "district"}), pil.CodeInvalid},
		"cover by the auditor":           {c.Check(Person{ID: "he", Office: "district", Procurator: true, Roles: RolesOf(Auditor)}), pil.CodeInvalid},
		"cover by oneself":               {StandIn{Cover{Absent: "li", Does: "li", Term: month}, li}.Check(li), pil.CodeInvalid},
		"cover by another office":        {c.Check(Person{ID: "he", Office: "other", Procurator: true}), pil.CodeInvalid},
		"recusal":                        {Recusal{Matter: "m", Person: "li", Ground: "近亲属", On: today, By: Chief}.Check(li.Roles), ""},
		"recusal of the chief by itself": {Recusal{Matter: "m", Person: "zhao", Ground: "近亲属", On: today, By: Chief}.Check(chief.Roles), pil.CodeInvalid},
		"recusal without ground":         {Recusal{Matter: "m", Person: "li", On: today, By: Chief}.Check(li.Roles), pil.CodeInvalid},
	} {
		wants(t, x.err, x.code, what)
	}
}
