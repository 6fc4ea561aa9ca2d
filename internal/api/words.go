package api

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// Term is a word with a fixed id and its names.
type Term struct {
	ID string `json:"id"`
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Named is an office, a department or a person.
type Named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func term(id string, t statute.Text) Term { return Term{id, t.Zh, t.En} }

func actor(id string) Term { return term(id, statute.ActorText(id)) }

// known is a member of a closed set; nil for none.
func known[T interface {
	~uint8
	String() string
	Zh() string
	En() string
}](v T) *Term {
	if v == 0 {
		return nil
	}
	return &Term{v.String(), v.Zh(), v.En()}
}

// fieldTerm is a case's field, which is written in Chinese; one not of the closed
// set has no id.
func fieldTerm(zh string) *Term {
	if zh == "" {
		return nil
	}
	for _, f := range clue.Fields() {
		if zh == f.Zh() || zh == f.String() {
			return known(f)
		}
	}
	return &Term{Zh: zh}
}

// cites are citations with what they cite.
func (s *server) cites(list []string) []Term {
	return each(list, func(c *string) Term { return term(*c, s.desk.Law().CiteText(*c)) })
}

// trackTerms are tracks separated by blanks.
func (s *server) trackTerms(ids string) []Term {
	return each(strings.Fields(ids), func(id *string) Term { return s.trackTerm(*id) })
}

func (s *server) trackTerm(id string) Term {
	if p := s.desk.Law().Procedure(id); p != nil {
		return term(id, p.Text)
	}
	return Term{ID: id}
}

func stateTerm(s *statute.State) Term { return term(s.ID, s.Text) }

// trackAsked refuses a track the law does not know.
func (s *server) trackAsked(id string) error {
	if id == "" || s.desk.Law().Procedure(id) != nil {
		return nil
	}
	var all []string
	for _, p := range s.desk.States() {
		all = append(all, p.ID)
	}
	return wrong{Parameter: "track", Zh: "没有这种程序，可用：" + strings.Join(all, "、"), En: "no such track; there are: " + strings.Join(all, ", ")}
}

// stateAsked refuses a state no procedure knows.
func (s *server) stateAsked(id string) error {
	if id == "" {
		return nil
	}
	for _, p := range s.desk.States() {
		if p.State(id) != nil {
			return nil
		}
	}
	return wrong{Parameter: "state", Zh: "没有这种状态；状态见案件的 state.id", En: "no such state; see state.id of a case"}
}

// dayAsked reads a day of a query.
func dayAsked(name, text string) (pil.Day, error) {
	if text == "" {
		return 0, nil
	}
	d, err := pil.ParseDay(text)
	if err != nil {
		return 0, wrong{Parameter: name, Zh: "应为日期 YYYY-MM-DD", En: "a day, YYYY-MM-DD"}
	}
	return d, nil
}

// regionAsked reads a region of a query.
func regionAsked(text string) (pil.Region, error) {
	if text == "" {
		return "", nil
	}
	r, err := pil.ParseRegion(text)
	if err != nil {
		return "", wrong{Parameter: "region", Zh: "应为2、4或6位行政区划代码", En: "a region code of 2, 4 or 6 digits"}
	}
	return r, nil
}

// The closed sets that may be sent, as the document describes them.
type (
	fieldID    string
	channelID  string
	reporterID string
)

// Schema lists the fields.
func (fieldID) Schema(huma.Registry) *huma.Schema { return setOf(clue.Fields()) }

// Schema lists the channels.
func (channelID) Schema(huma.Registry) *huma.Schema { return setOf(clue.Channels()) }

// Schema lists how a reporter may stand.
func (reporterID) Schema(huma.Registry) *huma.Schema { return setOf(clue.Reporters()) }

func setOf[T interface {
	String() string
	Zh() string
}](all []T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	var said []string
	for _, v := range all {
		s.Enum = append(s.Enum, v.String())
		said = append(said, fmt.Sprintf("%s %s", v.String(), v.Zh()))
	}
	s.Description = strings.Join(said, "; ")
	return s
}

// zh is the field as a case writes it.
func (f fieldID) zh() string {
	if is, err := clue.ParseField(string(f)); err == nil {
		return is.Zh()
	}
	return ""
}
