package account

import (
	"iter"
	"slices"
	"time"

	"shouhu/internal/pil"
)

// Actor is a person who asks, with all that was handed to that person. What has
// not begun, has ended or was revoked may stand among it and counts for nothing.
type Actor struct {
	Person      Person
	Delegations []Delegation
	Grants      []Grant
	Covers      []StandIn
	Token       bool // asks through an API token, not in person
}

// Subject is what an action is about. What was not decided yet, such as a
// requested recusal (R21), is not in it.
type Subject struct {
	Matter     MatterID
	Office     OfficeID   // the office that handles it
	Above      []OfficeID // the offices that lead that one
	Department DepartmentID
	Assigned   []PersonID // whose matter it is, or whom it belongs to
	Recused    []PersonID // R19–R23
	Major      bool       // 重大办案事项: the chief does not delegate it (R5)
	Identity   bool       // shows who reported
	Proposer   PersonID   // who proposed what is now reviewed or decided
	About      PersonID   // whose recusal or roles are decided: not by that person (R22)
	Deciders   RoleSet    // whom the norms of the day name; none: the chief
}

// Way is how a power came to a person.
type Way uint8

// The closed set of ways.
const (
	ByRole       Way = iota + 1
	ByDelegation     // of the chief, R5
	ByGrant          // of another office, R11
	ByCover          // for somebody on leave
)

var ways = []word{
	ByRole:       {"role", "本人职权", "own role"},
	ByDelegation: {"delegation", "检察长授权", "delegation"},
	ByGrant:      {"grant", "跨院调用", "cross-office grant"},
	ByCover:      {"cover", "代理", "leave cover"},
}

// Ways lists every way.
func Ways() []Way { return all[Way](ways) }

// ParseWay reads a way; an unknown word is an invalid Error.
func ParseWay(s string) (Way, error) { return parse[Way]("职权来源", ways, s) }

// String writes the way as the record does.
func (w Way) String() string { return written(ways, w).id }

// Zh is the way in Chinese.
func (w Way) Zh() string { return written(ways, w).zh }

// Power is one ground on which a person may take an action, and how far it
// goes. A query that lists shows what any of the powers reaches.
type Power struct {
	Role       Role
	Reach      Reach
	Office     OfficeID
	Department DepartmentID
	Of         PersonID // whose power it is: the person's own, or who handed it over
	Matter     MatterID // of a grant for one matter only
	Way        Way
	Ref        string // ID of the delegation, grant or cover
}

// Decision is an action allowed, and through what, so that the record can say it.
type Decision struct {
	Role Role
	Way  Way
	Ref  string   // ID of the delegation, grant or cover
	Of   PersonID // whose power it is
	// Self says that the chief, handling the matter, decided the chief's own
	// proposal, which is lawful and recorded (R109).
	Self bool
}

// Can answers whether the actor may take the action on the subject at a moment.
// Who may not learn that the subject exists gets a not_found Error, who may not
// take the action a forbidden one, who does not serve on that day an
// unauthenticated one. A recused person may never (R19–R22), the chief included;
// nor may anybody through a power that is a recused person's.
func Can(a Actor, act Action, s Subject, at time.Time) (Decision, error) {
	row := act.entry()
	if row.action == 0 {
		return Decision{}, pil.Invalid("没有这样的操作 (unknown action)")
	}
	if !a.Person.Active(at) {
		return Decision{}, &pil.Error{Code: pil.CodeUnauthenticated, Text: "该人员不在职 (not in service)"}
	}
	worst := nothing
	var d Decision
	a.each(act, at, func(p Power) bool {
		if !p.Reaches(&s) {
			return true
		}
		h := a.hindrance(row, p, &s)
		if h == nothing {
			d = Decision{Role: p.Role, Way: p.Way, Ref: p.Ref, Of: p.Of, Self: row.is(decides) && a.Person.ID == s.Proposer}
			return false
		}
		worst = max(worst, h)
		return true
	})
	if d.Role != 0 {
		return d, nil
	}
	return Decision{}, a.refuse(row, worst, &s, at)
}

// Powers gives every power by which the actor may take the action at a moment,
// the person's own roles first. Nothing for a person not in service.
func Powers(a Actor, act Action, at time.Time) iter.Seq[Power] {
	return func(yield func(Power) bool) {
		if act.entry().action != 0 && a.Person.Active(at) {
			a.each(act, at, yield)
		}
	}
}

// each calls yield with every power of the actor for the action until it
// answers false.
func (a *Actor) each(act Action, at time.Time, yield func(Power) bool) {
	row, me := act.entry(), &a.Person
	if row.is(inPerson) && a.Token {
		return
	}
	for r := Role(1); r < roleEnd; r++ {
		if me.Roles.Has(r) && row.may[r] != NoReach &&
			!yield(Power{Role: r, Reach: row.may[r], Office: me.Office, Department: me.Department, Of: me.ID, Way: ByRole}) {
			return
		}
	}
	if row.is(inPerson) {
		return
	}
	for i := range a.Delegations {
		if d := &a.Delegations[i]; d.carries(me, act, at) &&
			!yield(Power{Role: Chief, Reach: row.may[Chief], Office: d.Office, Of: d.From, Way: ByDelegation, Ref: d.ID}) {
			return
		}
	}
	for i := range a.Grants {
		if g := &a.Grants[i]; g.carries(me, row, at) &&
			!yield(Power{Role: g.Role, Reach: Own, Office: g.Office, Of: me.ID, Matter: g.Matter, Way: ByGrant, Ref: g.ID}) {
			return
		}
	}
	for i := range a.Covers {
		c := &a.Covers[i]
		if !c.carries(me, at) {
			continue
		}
		for r := Role(1); r < roleEnd; r++ {
			if c.carried(me).Has(r) && row.may[r] != NoReach &&
				!yield(Power{Role: r, Reach: row.may[r], Office: c.For.Office, Department: c.For.Department, Of: c.For.ID, Way: ByCover, Ref: c.ID}) {
				return
			}
		}
	}
}

// Reaches reports whether the power goes as far as the subject.
func (p Power) Reaches(s *Subject) bool {
	here := p.Office == s.Office
	switch p.Reach {
	case Own:
		if p.Matter != "" {
			return here && p.Matter == s.Matter
		}
		return here && slices.Contains(s.Assigned, p.Of)
	case InDepartment:
		return here && p.Department != "" && p.Department == s.Department
	case InOffice:
		return here
	case Below:
		return slices.Contains(s.Above, p.Office)
	case Lower:
		return here || slices.Contains(s.Above, p.Office)
	}
	return false
}

// hindrance is why a power that goes far enough is still not enough; the
// gravest is the one told.
type hindrance uint8

const (
	nothing hindrance = iota
	notNamed
	major
	identity
	proposer
	recused
)

func (a *Actor) hindrance(row *entry, p Power, s *Subject) hindrance {
	me := a.Person.ID
	switch {
	case slices.Contains(s.Recused, me) || slices.Contains(s.Recused, p.Of):
		return recused
	case (row.is(reviews) || row.is(decides)) && (me == s.About || s.proposedBy(me) || p.Way == ByCover && s.proposedBy(p.Of)) && !handles(row, p, s):
		return proposer
	case s.Identity && row.action != ShowIdentity && row.action != ApproveIdentity && !a.entitled(s):
		return identity
	case s.Major && p.Way == ByDelegation:
		return major
	case row.is(byNorms) && !s.deciders().Has(p.Role):
		return notNamed
	}
	return nothing
}

// handles reports whether the chief decides as the one who handles the matter (R109).
func handles(row *entry, p Power, s *Subject) bool {
	return row.is(decides) && p.Role == Chief && p.Way == ByRole && s.About != p.Of && slices.Contains(s.Assigned, p.Of)
}

// entitled reports whether the actor's own roles may learn the reporter's
// identity in this matter. Nobody else's power does, and no token.
func (a *Actor) entitled(s *Subject) bool {
	if a.Token {
		return false
	}
	for r := Role(1); r < roleEnd; r++ {
		p := Power{Reach: table[ShowIdentity].may[r], Office: a.Person.Office, Department: a.Person.Department, Of: a.Person.ID}
		if a.Person.Roles.Has(r) && p.Reaches(s) {
			return true
		}
	}
	return false
}

func (s *Subject) proposedBy(p PersonID) bool { return p != "" && p == s.Proposer }

func (s *Subject) deciders() RoleSet {
	if s.Deciders == 0 {
		return RolesOf(Chief)
	}
	return s.Deciders
}

// refuse says no: that the subject is not there, or why not.
func (a *Actor) refuse(row *entry, h hindrance, s *Subject, at time.Time) error {
	known := h != nothing || s.Office == a.Person.Office
	if !known {
		a.each(row.shows, at, func(p Power) bool {
			known = p.Reaches(s)
			return !known
		})
	}
	if !known {
		return pil.NotFound("没有找到 (not found)")
	}
	switch h {
	case recused:
		return pil.Forbidden("已回避，不得参与「%s」（R19–R22） (recused)", row.zh)
	case proposer:
		return pil.Forbidden("提出人和本人不得「%s」，须由他人进行 (not by the person who proposed it, nor on oneself)", row.zh)
	case identity:
		return pil.Forbidden("涉及举报人身份，无权「%s」 (would show the reporter's identity)", row.zh)
	case major:
		return pil.Forbidden("重大办案事项由检察长决定，授权不适用于「%s」（R5） (a major matter is not delegated)", row.zh)
	case notNamed:
		return pil.Forbidden("「%s」须由%s进行 (decided by others)", row.zh, s.deciders().Zh())
	}
	return pil.Forbidden("您的职权不包括「%s」 (your roles do not allow: %s)", row.zh, row.en)
}
