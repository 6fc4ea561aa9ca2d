package statute

import (
	"shouhu/internal/calendar"
	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
)

// Conf says how sure we are of a line of data.
type Conf string

// The closed set of Conf marks.
const (
	Verified  Conf = "V"  // the instrument's own text was read
	Excerpt   Conf = "V*" // the article was seen in an excerpt
	Secondary Conf = "S"  // news, commentary, a summary
	Memory    Conf = "M"  // to be checked before it drives behaviour
	Reading   Conf = "I"  // our reading; the text is silent
)

// Confs lists every mark, surest first.
var Confs = []Conf{Verified, Excerpt, Secondary, Memory, Reading}

// Basis says what a step rests on.
type Basis string

// The closed set of bases.
const (
	ByLaw       Basis = "law"
	ByPractice  Basis = "practice"
	ByInference Basis = "inference"
)

// Bases lists every basis.
var Bases = []Basis{ByLaw, ByPractice, ByInference}

// Text is a name or a sentence in the two languages people read.
type Text struct {
	Zh string `yaml:"zh" json:"zh"`
	En string `yaml:"en" json:"en"`
}

// Period is a stretch of days on which something holds; 0 leaves a side open.
type Period struct {
	From pil.Day `yaml:"from" json:"from,omitempty"`
	To   pil.Day `yaml:"to" json:"to,omitempty"`
}

// Holds reports whether the period covers the day d.
func (p Period) Holds(d pil.Day) bool { return p.From <= d && (p.To == 0 || d <= p.To) }

// Instrument is a law, interpretation, rule or local decision that is cited.
type Instrument struct {
	Key     string `yaml:"key" json:"key"`
	Title   string `yaml:"title" json:"title"`
	Short   string `yaml:"short" json:"short,omitempty"` // what people call it; empty: by its title
	En      string `yaml:"en" json:"en"`
	Number  string `yaml:"number" json:"number,omitempty"`
	Issuer  string `yaml:"issuer" json:"issuer,omitempty"`
	Period  `yaml:",inline"`
	Status  string   `yaml:"status" json:"status,omitempty"` // "draft" for one that is not in force
	Conf    Conf     `yaml:"conf" json:"conf"`
	Source  string   `yaml:"source" json:"source,omitempty"`
	Note    string   `yaml:"note" json:"note,omitempty"`
	Regions []string `yaml:"regions" json:"regions,omitempty"` // in force only there; empty: everywhere
	// Articles is the number of its last article, 0 where that was not seen.
	Articles int `yaml:"articles" json:"articles,omitempty"`
	// Renumbered holds, for days before a date, the article numbers that the
	// articles of today had then.
	Renumbered     []Renumbering `yaml:"renumbered" json:"renumbered,omitempty"`
	yamltext.Place `yaml:"-" json:"-"`

	cited bool // something in the law cites it
}

// Renumbering maps today's article numbers to those printed before a date.
type Renumbering struct {
	Before   pil.Day        `yaml:"before" json:"before"`
	Articles map[string]int `yaml:"articles" json:"articles"`
	Conf     Conf           `yaml:"conf" json:"conf"`
}

// NormSet is what began on a date. Opens lists the tracks for which it is a
// new set of procedural norms.
type NormSet struct {
	ID             string `yaml:"id" json:"id"`
	Period         `yaml:",inline"`
	Text           `yaml:",inline"`
	Opens          []string        `yaml:"opens" json:"opens,omitempty"`
	Regions        []string        `yaml:"regions" json:"regions,omitempty"` // in force only there; empty: everywhere
	InForce        *bool           `yaml:"in_force" json:"in_force,omitempty"`
	Papers         map[string]Text `yaml:"papers" json:"papers,omitempty"`
	Cite           []string        `yaml:"cite" json:"cite,omitempty"`
	Conf           Conf            `yaml:"conf" json:"conf,omitempty"`
	yamltext.Place `yaml:"-" json:"-"`
}

// Paper is one of the legal papers W01–W37.
type Paper struct {
	ID             string `yaml:"id" json:"id"`
	Text           `yaml:",inline"`
	Cite           []string `yaml:"cite" json:"cite"`
	To             string   `yaml:"to" json:"to,omitempty"`
	Public         string   `yaml:"public" json:"public,omitempty"`
	Signed         string   `yaml:"signed" json:"signed,omitempty"` // who approves or signs it
	Conf           Conf     `yaml:"conf" json:"conf"`
	yamltext.Place `yaml:"-" json:"-"`
}

// Procedure is one track: its states in the order a picture shows them and its
// steps in the order of the law.
type Procedure struct {
	ID             string `yaml:"procedure" json:"id"`
	Text           `yaml:",inline"`
	Press          []string `yaml:"press" json:"press,omitempty"`
	For            []string `yaml:"for" json:"-"` // a shared file: the tracks its steps join
	States         []*State `yaml:"states" json:"states"`
	Steps          []*Step  `yaml:"steps" json:"steps"`
	yamltext.Place `yaml:"-" json:"-"`

	state map[string]int // State.ID → index
	step  map[string]int // Step.ID → index
	moves [][]*Step      // by state: the steps that lead to another
}

// State is where one line (track × respondent) of a case stands.
type State struct {
	ID             string `yaml:"id" json:"id"`
	Text           `yaml:",inline"`
	Phase          string `yaml:"phase" json:"phase"`
	Fact           bool   `yaml:"fact" json:"fact,omitempty"` // beside the procedure: replied, rectified …
	End            bool   `yaml:"end" json:"end,omitempty"`
	Side           bool   `yaml:"side" json:"side,omitempty"` // beside the main way: a way back, a branch, a remedy
	yamltext.Place `yaml:"-" json:"-"`
}

// Step is one act of the procedure.
type Step struct {
	ID             string `yaml:"id" json:"id"`
	Text           `yaml:",inline"`
	By             string   `yaml:"by" json:"by"`
	For            []string `yaml:"for" json:"-"` // in a shared file: only these tracks
	Words          []string `yaml:"words" json:"words,omitempty"`
	From           []string `yaml:"from" json:"from"`
	To             string   `yaml:"to" json:"to,omitempty"`
	Stays          []string `yaml:"stays" json:"stays,omitempty"` // in these states it may be taken too, and the state stays
	Lines          string   `yaml:"lines" json:"lines,omitempty"`
	Otherwise      string   `yaml:"otherwise" json:"otherwise,omitempty"` // "background": no act of the case where the line is not there yet
	Opposite       []string `yaml:"opposite" json:"opposite,omitempty"`
	Fields         []string `yaml:"fields" json:"fields,omitempty"`
	Grounds        []Ground `yaml:"grounds" json:"grounds,omitempty"`
	Law            []*Rule  `yaml:"law" json:"law"`
	Region         string   `yaml:"region" json:"region,omitempty"` // set by a local rule
	yamltext.Place `yaml:"-" json:"-"`

	from  []bool // by state index
	stays []bool // by state index
	to    int    // state index, -1: stays
	index int
}

// Ground is one of the grounds a text lists for a decision.
type Ground struct {
	ID      string `yaml:"id" json:"id"`
	Text    `yaml:",inline"`
	Words   []string `yaml:"words" json:"words,omitempty"`
	Region  string   `yaml:"region" json:"region,omitempty"` // only there
	Period  `yaml:",inline"`
	Cite    []string `yaml:"cite" json:"cite,omitempty"`
	Instead []string `yaml:"instead" json:"instead,omitempty"` // grounds that may carry it where this one does not hold
	Conf    Conf     `yaml:"conf" json:"conf,omitempty"`
}

// Rule is what the norms of a period say of a step: who decides, which papers,
// which limits, what must be there first, under which articles.
type Rule struct {
	Period         `yaml:",inline"`
	Cite           []string `yaml:"cite" json:"cite,omitempty"`
	Basis          Basis    `yaml:"basis" json:"basis,omitempty"`
	Conf           Conf     `yaml:"conf" json:"conf"`
	Propose        string   `yaml:"propose" json:"propose,omitempty"`
	Review         string   `yaml:"review" json:"review,omitempty"`
	Decide         []string `yaml:"decide" json:"decide,omitempty"`
	Higher         string   `yaml:"higher" json:"higher,omitempty"`
	Papers         []string `yaml:"papers" json:"papers,omitempty"`
	Starts         []string `yaml:"starts" json:"starts,omitempty"`
	Restarts       []string `yaml:"restarts" json:"restarts,omitempty"` // takes the place of the start so far
	Ends           []string `yaml:"ends" json:"ends,omitempty"`
	Pauses         []string `yaml:"pauses" json:"pauses,omitempty"`
	Resumes        []string `yaml:"resumes" json:"resumes,omitempty"`
	Extends        []string `yaml:"extends" json:"extends,omitempty"`
	Needs          []Need   `yaml:"needs" json:"needs,omitempty"`
	Note           string   `yaml:"note" json:"note,omitempty"`
	yamltext.Place `yaml:"-" json:"-"`

	starts, restarts, ends, pauses, resumes, extends []*Limit
	regions                                          []string // of an instrument that is in force in some places only
}

// Need is one declarative guard. Exactly one of Done, Over, People, Fact and
// Forbidden is set.
type Need struct {
	Done      []string `yaml:"done" json:"done,omitempty"`
	Over      string   `yaml:"over" json:"over,omitempty"`
	Of        string   `yaml:"of" json:"of,omitempty"`
	OrDone    bool     `yaml:"or_done" json:"or_done,omitempty"` // over: or what the limit waits for has come
	People    int      `yaml:"people" json:"people,omitempty"`
	Fact      string   `yaml:"fact" json:"fact,omitempty"`
	Forbidden bool     `yaml:"forbidden" json:"forbidden,omitempty"`
	Level     string   `yaml:"level" json:"level,omitempty"` // "warn": passes with reasons
	Cite      string   `yaml:"cite" json:"cite"`
	Text      `yaml:",inline"`

	over, of *Limit
	done     []int
}

// Kind is how a limit is counted.
type Kind string

// The five kinds of limits.
const (
	ActBy       Kind = "act-by"        // do it by the end; the end rolls over rest days
	Wait        Kind = "wait"          // nobody may act before the end; rolls
	Before      Kind = "before"        // at least so long before a day; counts back, never rolls
	KeepAtLeast Kind = "keep-at-least" // keep until; never rolls
	WorkingDays Kind = "working-days"  // counts working days only
)

// Kinds lists the five kinds.
var Kinds = []Kind{ActBy, Wait, Before, KeepAtLeast, WorkingDays}

// Limit is one entry of the master list.
type Limit struct {
	ID             string `yaml:"id" json:"id"`
	Text           `yaml:",inline"`
	Kind           Kind            `yaml:"kind" json:"kind"`
	Who            string          `yaml:"who" json:"who"`
	Start          Text            `yaml:"start" json:"start"`
	After          string          `yaml:"after" json:"after,omitempty"`
	When           string          `yaml:"when" json:"when,omitempty"` // runs only where this fact was affirmed
	Shown          string          `yaml:"shown" json:"shown,omitempty"`
	Once           bool            `yaml:"once" json:"once,omitempty"`                 // while it runs, a start by another step is ignored
	FromReceipt    bool            `yaml:"from_receipt" json:"from_receipt,omitempty"` // runs from receipt; a published day of issue counts as that
	Cure           []string        `yaml:"cure" json:"cure,omitempty"`
	Extend         []Extension     `yaml:"extend" json:"extend,omitempty"`
	Exclude        *Exclusion      `yaml:"exclude" json:"exclude,omitempty"`
	Suspend        *Suspension     `yaml:"suspend" json:"suspend,omitempty"`
	Outside        *Text           `yaml:"outside" json:"outside,omitempty"`
	Vers           []*LimitVersion `yaml:"versions" json:"versions"`
	Region         string          `yaml:"region" json:"region,omitempty"`
	Note           string          `yaml:"note" json:"note,omitempty"`
	Optional       bool            `yaml:"-" json:"optional,omitempty"` // an office may turn it on: no term of the law
	Off            bool            `yaml:"-" json:"off,omitempty"`      // optional, and not turned on
	yamltext.Place `yaml:"-" json:"-"`

	after *Limit
}

// LimitVersion is the length a limit has in a period, by the day it is triggered.
type LimitVersion struct {
	Period         `yaml:",inline"`
	Days           int      `yaml:"days" json:"days,omitempty"`
	Months         int      `yaml:"months" json:"months,omitempty"`
	Years          int      `yaml:"years" json:"years,omitempty"`
	Stated         bool     `yaml:"stated" json:"stated,omitempty"` // the paper states the length
	Cite           []string `yaml:"cite" json:"cite"`
	Conf           Conf     `yaml:"conf" json:"conf"`
	Note           string   `yaml:"note" json:"note,omitempty"`
	yamltext.Place `yaml:"-" json:"-"`
}

// Extension is a lawful lengthening. Months 0: the text states no length.
type Extension struct {
	Months int    `yaml:"months" json:"months,omitempty"`
	By     string `yaml:"by" json:"by"`
	Cite   string `yaml:"cite" json:"cite"`
}

// Exclusion says which days do not count.
type Exclusion struct {
	Cite string `yaml:"cite" json:"cite"`
	Text `yaml:",inline"`
}

// Suspension says what suspending a case does to the days left.
type Suspension struct {
	Cite   string `yaml:"cite" json:"cite"`
	Effect string `yaml:"effect" json:"effect"` // "add" or "none"
	Conf   Conf   `yaml:"conf" json:"conf"`
}

// LocalRule describes an overlay: where and when it holds, and what it does.
type LocalRule struct {
	ID             string `yaml:"id" json:"id"`
	Text           `yaml:",inline"`
	Region         string `yaml:"region" json:"region,omitempty"`
	Period         `yaml:",inline"`
	Effect         string   `yaml:"effect" json:"effect"`
	Cite           []string `yaml:"cite" json:"cite,omitempty"`
	Conf           Conf     `yaml:"conf" json:"conf"`
	Optional       bool     `yaml:"optional" json:"optional,omitempty"` // off unless the office turns it on
	yamltext.Place `yaml:"-" json:"-"`
}

// Words of the press that name no step of a procedure.
type Words struct {
	Background     []string            `yaml:"background"`
	Agency         []string            `yaml:"agency"`   // endings of the names of agencies
	Readings       map[string][]string `yaml:"readings"` // what a detail may add
	yamltext.Place `yaml:"-"`
}

// Law is the whole of it, checked and ready to compute with. It does not
// change; Overlay gives a new one.
type Law struct {
	Instruments []*Instrument
	Sets        []*NormSet
	Papers      []*Paper
	Limits      []*Limit
	Procedures  []*Procedure
	Local       []*LocalRule
	Words       Words
	Calendar    *calendar.Calendar
	Hash        string // SHA-256 over the files, hex: what an event was decided under

	instrument map[string]*Instrument
	paper      map[string]*Paper
	limit      map[string]*Limit
	procedure  map[string]*Procedure
	lexicon    *lexicon
	says       []says
}
