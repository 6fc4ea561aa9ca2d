package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shouhu/internal/clue"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
)

// Clue is one clue. Who reported is never in it.
type Clue struct {
	Matter
	Channel    *Term       `json:"channel,omitempty"`
	Source     *Term       `json:"source,omitempty" doc:"办案规则第二十四条的来源 · source under R24"`
	ReceivedOn pil.Day     `json:"received_on,omitzero" format:"date"`
	Happened   string      `json:"happened,omitempty" doc:"2021-10-03，或者起..止 · a day, or from..to"`
	What       string      `json:"what"`
	Suspect    string      `json:"suspect,omitempty"`
	Harm       string      `json:"harm,omitempty"`
	Order      string      `json:"order,omitempty" doc:"来件编号 · the sender's own number"`
	Reporter   *Term       `json:"reporter,omitempty" doc:"署名情况 · how the reporter stands"`
	Identity   bool        `json:"identity" doc:"存有密封的身份 · there is a sealed identity"`
	MergedInto *MatterRef  `json:"merged_into,omitempty"`
	Merged     []MatterRef `json:"merged" doc:"并入本件的线索 · clues merged into this one"`
}

type clueOut struct{ Body Clue }

func (s *server) showClue(ctx context.Context, c *caller, in *byID) (*clueOut, error) {
	f, err := s.desk.ShowClue(ctx, c.Who, in.ID)
	if err != nil {
		return nil, err
	}
	v := Clue{Matter: s.matter(&f.CaseFile), Channel: known(f.Channel), Source: known(f.Source), ReceivedOn: f.Clue.ReceivedOn, Happened: f.Clue.Happened,
		What: f.Clue.What, Suspect: f.Clue.Party, Harm: f.Clue.Harm, Order: f.Clue.OutsideNo, Reporter: known(f.Reporter), Identity: f.HasIdentity}
	ref := func(m *desk.Matter) MatterRef { return MatterRef{m.ID, m.Kind, m.Number, m.Title} }
	if f.Into != nil {
		into := ref(f.Into)
		v.MergedInto = &into
	}
	v.Merged = each(f.Merged, func(m *desk.MergedClue) MatterRef { return ref(&m.Matter) })
	return &clueOut{v}, nil
}

// NewClue is a clue to be registered: the members of the clue form.
type NewClue struct {
	Channel     channelID  `json:"channel"`
	What        string     `json:"what" minLength:"1" maxLength:"10000" doc:"内容 · what happened"`
	Received    string     `json:"received" format:"date" doc:"收到之日 · the day it was received"`
	Title       string     `json:"title,omitempty" maxLength:"200" doc:"没有的取内容的开头 · otherwise the beginning of what happened"`
	Place       string     `json:"place,omitempty" maxLength:"200"`
	Region      string     `json:"region,omitempty" maxLength:"6" doc:"2、4或6位行政区划代码 · a region code" example:"420111"`
	Happened    string     `json:"happened,omitempty" maxLength:"60" doc:"2021-10-03、2021-10、2021，或者起..止 · a day, month, year or from..to"`
	Field       fieldID    `json:"field,omitempty"`
	Suspect     string     `json:"suspect,omitempty" maxLength:"200" doc:"涉嫌违法主体或者行政机关 · the suspected party or agency"`
	Harm        string     `json:"harm,omitempty" maxLength:"2000"`
	Attachments int        `json:"attachments,omitempty" minimum:"0" maximum:"999" doc:"来件附件数，不随本接口上传 · how many; they are not sent here"`
	Reporter    reporterID `json:"reporter,omitempty"`
	Identity    *Identity  `json:"identity,omitempty" doc:"举报人身份，收到即密封，任何接口不再给出 · who reported: sealed at once, given out by no operation"`
	Order       string     `json:"order,omitempty" maxLength:"200" doc:"来件编号：同号同内容不重复登记 · the sender's own number: the same number and text is registered once"`
	Department  int64      `json:"department,omitempty" minimum:"0" doc:"承办部门；没有的为本人部门 · department that is to handle it"`
	Lead        int64      `json:"lead,omitempty" minimum:"0" doc:"承办检察官 · the prosecutor who is to"`
}

// Identity is who reported.
type Identity struct {
	Name    string `json:"name,omitempty" maxLength:"200"`
	Phone   string `json:"phone,omitempty" maxLength:"200"`
	Address string `json:"address,omitempty" maxLength:"200"`
	Other   string `json:"other,omitempty" maxLength:"200"`
}

type clueIn struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"没有 order 时即作来件编号 · stands for order where the body has none"`
	Body NewClue
}

// RegisteredClue is the clue that was registered, now or before.
type RegisteredClue struct {
	ID     int64  `json:"id"`
	Number string `json:"number"`
	Again  bool   `json:"again" doc:"此前已登记，这次没有写入 · it was there already, nothing was written"`
}

type registeredOut struct {
	Status   int
	Location string `header:"Location"`
	Body     RegisteredClue
}

// registerClue answers 201 for a new clue and 200 for one that was sent before.
func (s *server) registerClue(ctx context.Context, c *caller, in *clueIn) (*registeredOut, error) {
	b := &in.Body
	id := Identity{}
	if b.Identity != nil {
		id = *b.Identity
	}
	typed := map[clue.Input]string{clue.InChannel: string(b.Channel), clue.InWhat: b.What, clue.InPlace: b.Place, clue.InRegion: b.Region, clue.InHappened: b.Happened,
		clue.InReceived: b.Received, clue.InField: string(b.Field), clue.InSuspect: b.Suspect, clue.InHarm: b.Harm, clue.InAttachments: strconv.Itoa(b.Attachments),
		clue.InReporter: string(b.Reporter), clue.InName: id.Name, clue.InPhone: id.Phone, clue.InAddress: id.Address, clue.InOther: id.Other}
	form, who, unread := clue.ReadForm(func(in clue.Input) string { return typed[in] })
	if len(unread) > 0 {
		var f desk.Faults
		for _, p := range unread {
			f = append(f, desk.Fault{Field: p.Input.String(), Zh: p.Zh, En: p.En})
		}
		return nil, f
	}
	got, err := s.desk.RegisterOnce(ctx, c.Who, desk.NewClue{Form: form, Identity: who, Title: b.Title,
		Order: cmp.Or(strings.TrimSpace(b.Order), strings.Trim(in.Key, `" `)), Department: b.Department, Lead: b.Lead})
	if err != nil {
		return nil, err
	}
	out := &registeredOut{http.StatusCreated, fmt.Sprintf("%s/clues/%d", prefix, got.Matter), RegisteredClue{got.Matter, got.Number, got.Again}}
	if got.Again {
		out.Status = http.StatusOK
	}
	return out, nil
}
