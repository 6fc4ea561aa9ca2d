package store

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"shouhu/internal/audit"
	"shouhu/internal/docket"
	"shouhu/internal/pil"
)

// The rows, one struct a table. Ids are the engine's; 0 stands for none.
type (
	// Setting is one value of the installation.
	Setting struct {
		bun.BaseModel `bun:"settings"`
		Name          string `bun:"name,pk"`
		Value         string `bun:"value"`
	}

	// Office is a procuratorate. Path is the ids from the top to itself: /1/7/.
	Office struct {
		bun.BaseModel `bun:"offices"`
		ID            int64      `bun:"id,pk,autoincrement"`
		Name          string     `bun:"name"`
		Level         string     `bun:"level"`
		Kind          string     `bun:"kind"`
		Region        pil.Region `bun:"region"`
		ParentID      int64      `bun:"parent_id"`
		Path          string     `bun:"path"`
		Salted
	}

	// Department is a part of an office.
	Department struct {
		bun.BaseModel `bun:"departments"`
		ID            int64  `bun:"id,pk,autoincrement"`
		OfficeID      int64  `bun:"office_id"`
		Name          string `bun:"name"`
		Salted
	}

	// Person is one of the staff. Roles are separated by blanks.
	Person struct {
		bun.BaseModel `bun:"people"`
		ID            int64   `bun:"id,pk,autoincrement"`
		Login         string  `bun:"login"`
		Name          string  `bun:"name"`
		OfficeID      int64   `bun:"office_id"`
		DepartmentID  int64   `bun:"department_id"`
		Roles         string  `bun:"roles"`
		Procurator    bool    `bun:"procurator"`
		FromDay       pil.Day `bun:"from_day"`
		UntilDay      pil.Day `bun:"until_day"`
		Salted
	}

	// Credential is what a person signs in with.
	Credential struct {
		bun.BaseModel `bun:"credentials"`
		PersonID      int64    `bun:"person_id,pk"`
		Password      string   `bun:"password" record:"hash" json:"-"`
		TOTP          string   `bun:"totp" record:"hash" json:"-"`
		Recovery      []string `bun:"recovery" record:"hash" json:"-"`
		MustReset     bool     `bun:"must_reset"`
		Salted
	}

	// Passkey is a security key of a person.
	Passkey struct {
		bun.BaseModel `bun:"passkeys"`
		ID            int64  `bun:"id,pk,autoincrement"`
		PersonID      int64  `bun:"person_id"`
		KeyID         string `bun:"key_id"`
		Name          string `bun:"name"`
		Body          string `bun:"body" record:"hash"`
		MadeAt        Moment `bun:"made_at"`
		Salted
	}

	// SignIn is what signing in wears out: a throttle, the last code, a key's counter.
	SignIn struct {
		bun.BaseModel `bun:"sign_ins"`
		PersonID      int64  `bun:"person_id,pk"`
		What          string `bun:"what,pk"`
		Failed        int    `bun:"failed"`
		NextAt        Moment `bun:"next_at"`
		Last          int64  `bun:"last"`
	}

	// Session is a person's being signed in.
	Session struct {
		bun.BaseModel `bun:"sessions"`
		ID            string `bun:"id,pk"`
		PersonID      int64  `bun:"person_id"`
		Factor        string `bun:"factor"`
		BegunAt       Moment `bun:"begun_at"`
		SeenAt        Moment `bun:"seen_at"`
		Ceremony      string `bun:"ceremony"`
	}

	// Token is an API token of a person.
	Token struct {
		bun.BaseModel `bun:"tokens"`
		ID            string `bun:"id,pk"`
		Hint          string `bun:"hint"`
		PersonID      int64  `bun:"person_id"`
		MadeAt        Moment `bun:"made_at"`
		UntilAt       Moment `bun:"until_at"`
		UsedAt        Moment `bun:"used_at" record:"-"`
		EndedAt       Moment `bun:"ended_at"`
		Salted
	}

	// Handover is a delegation, a cross-office grant or a leave cover.
	Handover struct {
		bun.BaseModel `bun:"handovers"`
		ID            int64   `bun:"id,pk,autoincrement"`
		Kind          string  `bun:"kind"`
		FromID        int64   `bun:"from_id"`
		ToID          int64   `bun:"to_id"`
		OfficeID      int64   `bun:"office_id"`
		Actions       string  `bun:"actions"`
		Role          string  `bun:"role"`
		MatterID      int64   `bun:"matter_id"`
		Decision      string  `bun:"decision"`
		FromDay       pil.Day `bun:"from_day"`
		UntilDay      pil.Day `bun:"until_day"`
		EndedAt       Moment  `bun:"ended_at"`
		MadeBy        int64   `bun:"made_by"`
		MadeAt        Moment  `bun:"made_at"`
		Salted
	}

	// Matter is a clue or a case: what people are assigned to, and what is locked.
	Matter struct {
		bun.BaseModel `bun:"matters"`
		ID            int64      `bun:"id,pk,autoincrement"`
		Kind          string     `bun:"kind"`
		OfficeID      int64      `bun:"office_id"`
		DepartmentID  int64      `bun:"department_id"`
		Number        string     `bun:"number"`
		National      string     `bun:"national"`
		Title         string     `bun:"title"`
		Field         string     `bun:"field"`
		Region        pil.Region `bun:"region"`
		Place         string     `bun:"place"`
		Summary       string     `bun:"summary"`
		Major         bool       `bun:"major"`
		Demo          bool       `bun:"demo"`
		MadeBy        int64      `bun:"made_by"`
		MadeAt        Moment     `bun:"made_at"`
		Version       int        `bun:"version"`
		Salted
	}

	// Event is one entry of a matter's history.
	Event struct {
		bun.BaseModel `bun:"events"`
		MatterID      int64   `bun:"matter_id,pk"`
		Seq           int     `bun:"seq,pk"`
		RecordedAt    Moment  `bun:"recorded_at"`
		On            pil.Day `bun:"on_day"`
		Track         string  `bun:"track"`
		Respondent    string  `bun:"respondent"`
		Step          string  `bun:"step"`
		By            string  `bun:"decided_by"`
		Urgent        bool    `bun:"urgent"`
		Days          int     `bun:"days"`
		Months        int     `bun:"months"`
		Supersedes    int     `bun:"supersedes"`
		Void          bool    `bun:"void"`
		Reason        string  `bun:"reason"`
		Approved      string  `bun:"approved"`
		LawID         int64   `bun:"law_id"`
		PersonID      int64   `bun:"person_id"`
		ApprovalID    int64   `bun:"approval_id"`
		Note          string  `bun:"note"`
		Facts         Facts   `bun:"facts"`
		Salted
	}

	// Facts is what an officer said of an act beside its day.
	Facts struct {
		Ground   string            `json:"ground,omitempty"`
		People   []int64           `json:"people,omitempty"`   // staff who took part
		Affirmed []string          `json:"affirmed,omitempty"` // facts the law asks for
		More     map[string]string `json:"more,omitempty"`     // paper number, manner of service, sum …
	}

	// Assignment says that a person works on a matter, and as what.
	Assignment struct {
		bun.BaseModel `bun:"assignments"`
		ID            int64  `bun:"id,pk,autoincrement"`
		MatterID      int64  `bun:"matter_id"`
		PersonID      int64  `bun:"person_id"`
		Role          string `bun:"role"`
		Lead          bool   `bun:"lead"`
		FromAt        Moment `bun:"from_at"`
		EndedAt       Moment `bun:"ended_at"`
		MadeBy        int64  `bun:"made_by"`
		Salted
	}

	// Recusal is a request that a person take no part in a matter, and its answer.
	Recusal struct {
		bun.BaseModel `bun:"recusals"`
		ID            int64   `bun:"id,pk,autoincrement"`
		MatterID      int64   `bun:"matter_id"`
		PersonID      int64   `bun:"person_id"`
		Ground        string  `bun:"ground"`
		State         string  `bun:"state"`
		RequestedBy   int64   `bun:"requested_by"`
		RequestedAt   Moment  `bun:"requested_at"`
		DecidedBy     int64   `bun:"decided_by"`
		DecidedRole   string  `bun:"decided_role"`
		DecidedOn     pil.Day `bun:"decided_on"`
		Opinion       string  `bun:"opinion"`
		Salted
	}

	// Link ties two matters together.
	Link struct {
		bun.BaseModel `bun:"links"`
		ID            int64  `bun:"id,pk,autoincrement"`
		Kind          string `bun:"kind"`
		FromID        int64  `bun:"from_id"`
		ToID          int64  `bun:"to_id"`
		Note          string `bun:"note"`
		MadeBy        int64  `bun:"made_by"`
		MadeAt        Moment `bun:"made_at"`
		Salted
	}

	// Clue is what a matter of that kind holds beside the matter.
	Clue struct {
		bun.BaseModel `bun:"clues"`
		MatterID      int64           `bun:"matter_id,pk"`
		Channel       string          `bun:"channel"`
		ReceivedOn    pil.Day         `bun:"received_on"`
		Happened      string          `bun:"happened"`
		What          string          `bun:"what"`
		Party         string          `bun:"party"`
		Harm          string          `bun:"harm"`
		Named         bool            `bun:"named"`
		OutsideNo     string          `bun:"outside_no"`
		MergedInto    int64           `bun:"merged_into"`
		First         bool            `bun:"first"`
		Assessment    json.RawMessage `bun:"assessment"`
		Reporter      string          `bun:"reporter"`
		Salted
	}

	// Identity is who reported, sealed.
	Identity struct {
		bun.BaseModel `bun:"identities"`
		MatterID      int64  `bun:"matter_id,pk"`
		Sealed        string `bun:"sealed" record:"hash" json:"-"`
		Salted
	}

	// Transfer is a clue's way to another office or organ.
	Transfer struct {
		bun.BaseModel `bun:"transfers"`
		ID            int64   `bun:"id,pk,autoincrement"`
		MatterID      int64   `bun:"matter_id"`
		Act           string  `bun:"act"`
		FromOffice    int64   `bun:"from_office"`
		ToOffice      int64   `bun:"to_office"`
		Outside       string  `bun:"outside"`
		Reason        string  `bun:"reason"`
		SentOn        pil.Day `bun:"sent_on"`
		SentBy        int64   `bun:"sent_by"`
		State         string  `bun:"state"`
		AnsweredBy    int64   `bun:"answered_by"`
		AnsweredAt    Moment  `bun:"answered_at"`
		Answer        string  `bun:"answer"`
		NewMatter     int64   `bun:"new_matter"`
		Identity      bool    `bun:"identity"` // who reported goes along, sealed
		Salted
	}

	// Agency is an entry of an office's register of agencies.
	Agency struct {
		bun.BaseModel `bun:"agencies"`
		ID            int64      `bun:"id,pk,autoincrement"`
		OfficeID      int64      `bun:"office_id"`
		Name          string     `bun:"name"`
		Region        pil.Region `bun:"region"`
		Duties        []Duty     `bun:"duties"`
		Contact       string     `bun:"contact"`
		Phone         string     `bun:"phone"`
		Address       string     `bun:"address"`
		Salted
	}

	// Duty is one duty of an agency and where it stands.
	Duty struct {
		Duty  string `json:"duty"`
		Basis string `json:"basis"`
	}

	// Party is somebody a matter is about. Personal is a natural person's data.
	Party struct {
		bun.BaseModel `bun:"parties"`
		ID            int64  `bun:"id,pk,autoincrement"`
		MatterID      int64  `bun:"matter_id"`
		Kind          string `bun:"kind"`
		Part          string `bun:"part"`
		Name          string `bun:"name"`
		Personal      string `bun:"personal"`
		AgencyID      int64  `bun:"agency_id"`
		Note          string `bun:"note"`
		Salted
	}

	// Demand is one thing a recommendation asks for.
	Demand struct {
		bun.BaseModel `bun:"demands"`
		ID            int64  `bun:"id,pk,autoincrement"`
		MatterID      int64  `bun:"matter_id"`
		EventSeq      int    `bun:"event_seq"`
		Respondent    string `bun:"respondent"`
		N             int    `bun:"n"`
		Text          string `bun:"text"`
		Basis         string `bun:"basis"`
		Salted
	}

	// DemandMove is what became of a demand on a day.
	DemandMove struct {
		bun.BaseModel `bun:"demand_moves"`
		ID            int64   `bun:"id,pk,autoincrement"`
		DemandID      int64   `bun:"demand_id"`
		MatterID      int64   `bun:"matter_id"`
		Move          string  `bun:"move"`
		On            pil.Day `bun:"on_day"`
		EventSeq      int     `bun:"event_seq"`
		Note          string  `bun:"note"`
		People        string  `bun:"people"`
		PersonID      int64   `bun:"person_id"`
		RecordedAt    Moment  `bun:"recorded_at"`
		Salted
	}

	// Visit is a look-back: planned, then done.
	Visit struct {
		bun.BaseModel `bun:"visits"`
		ID            int64   `bun:"id,pk,autoincrement"`
		MatterID      int64   `bun:"matter_id"`
		PlannedOn     pil.Day `bun:"planned_on"`
		Checklist     []Check `bun:"checklist"`
		PlanNote      string  `bun:"plan_note"`
		MadeBy        int64   `bun:"made_by"`
		MadeAt        Moment  `bun:"made_at"`
		DoneOn        pil.Day `bun:"done_on"`
		Outcome       string  `bun:"outcome"`
		Findings      string  `bun:"findings"`
		People        string  `bun:"people"`
		DoneBy        int64   `bun:"done_by"`
		NewClue       int64   `bun:"new_clue"`
		Salted
	}

	// Check is one line of a look-back's checklist.
	Check struct {
		What   string `json:"what"`
		Holds  string `json:"holds,omitempty"` // yes, no, or not looked at
		Remark string `json:"remark,omitempty"`
	}

	// File is an attached file; its bytes lie under their hash.
	File struct {
		bun.BaseModel `bun:"files"`
		ID            int64   `bun:"id,pk,autoincrement"`
		MatterID      int64   `bun:"matter_id"`
		Kind          string  `bun:"kind"`
		Name          string  `bun:"name"`
		Media         string  `bun:"media"`
		Size          int64   `bun:"size"`
		SHA256        string  `bun:"sha256"`
		Caption       string  `bun:"caption"`
		TakenOn       pil.Day `bun:"taken_on"`
		EventSeq      int     `bun:"event_seq"`
		DemandID      int64   `bun:"demand_id"`
		VisitID       int64   `bun:"visit_id"`
		Side          string  `bun:"side"`
		PersonID      int64   `bun:"person_id"`
		ReceivedAt    Moment  `bun:"received_at"`
		SM3           string  `bun:"sm3" record:"later"`
		KeyID         int64   `bun:"key_id" record:"later"`  // 0: its bytes lie open
		MadeOf        int64   `bun:"made_of" record:"later"` // the file it was made from; 0: it came in
		MadeAs        string  `bun:"made_as" record:"later"`
		Salted
	}

	// Note is a remark on a matter.
	Note struct {
		bun.BaseModel `bun:"notes"`
		ID            int64  `bun:"id,pk,autoincrement"`
		MatterID      int64  `bun:"matter_id"`
		PersonID      int64  `bun:"person_id"`
		MadeAt        Moment `bun:"made_at"`
		Text          string `bun:"text"`
		Salted
	}

	// Task is something a person is to do.
	Task struct {
		bun.BaseModel `bun:"tasks"`
		ID            int64   `bun:"id,pk,autoincrement"`
		MatterID      int64   `bun:"matter_id"`
		OfficeID      int64   `bun:"office_id"`
		ForID         int64   `bun:"for_id"`
		MadeBy        int64   `bun:"made_by"`
		MadeAt        Moment  `bun:"made_at"`
		Text          string  `bun:"text"`
		DueOn         pil.Day `bun:"due_on"`
		DoneAt        Moment  `bun:"done_at"`
		DoneBy        int64   `bun:"done_by"`
		Salted
	}

	// Approval is something proposed, on its way to who decides.
	Approval struct {
		bun.BaseModel `bun:"approvals"`
		ID            int64           `bun:"id,pk,autoincrement"`
		MatterID      int64           `bun:"matter_id"`
		OfficeID      int64           `bun:"office_id"`
		DepartmentID  int64           `bun:"department_id"`
		Kind          string          `bun:"kind"`
		Subject       string          `bun:"subject"`
		Title         string          `bun:"title"`
		Body          json.RawMessage `bun:"body"`
		Proposer      int64           `bun:"proposer"`
		MadeAt        Moment          `bun:"made_at"`
		Review        bool            `bun:"review"`
		Deciders      string          `bun:"deciders"`
		State         string          `bun:"state"`
		ClosedAt      Moment          `bun:"closed_at"`
		Salted
	}

	// ApprovalMove is what somebody did with an approval.
	ApprovalMove struct {
		bun.BaseModel `bun:"approval_moves"`
		ApprovalID    int64  `bun:"approval_id,pk"`
		N             int    `bun:"n,pk"`
		At            Moment `bun:"at"`
		PersonID      int64  `bun:"person_id"`
		Role          string `bun:"role"`
		Way           string `bun:"way"`
		Ref           int64  `bun:"ref"`
		Self          bool   `bun:"self"`
		Move          string `bun:"move"`
		Opinion       string `bun:"opinion"`
		Salted
	}

	// Filing is a record-filing with the next level (备案).
	Filing struct {
		bun.BaseModel `bun:"filings"`
		ID            int64   `bun:"id,pk,autoincrement"`
		MatterID      int64   `bun:"matter_id"`
		EventSeq      int     `bun:"event_seq"`
		FromOffice    int64   `bun:"from_office"`
		ToOffice      int64   `bun:"to_office"`
		Title         string  `bun:"title"`
		SentOn        pil.Day `bun:"sent_on"`
		SentBy        int64   `bun:"sent_by"`
		ReceivedOn    pil.Day `bun:"received_on"`
		ReceivedBy    int64   `bun:"received_by"`
		Note          string  `bun:"note"`
		Salted
	}

	// SavedView is a filter a person keeps.
	SavedView struct {
		bun.BaseModel `bun:"views"`
		ID            int64  `bun:"id,pk,autoincrement"`
		PersonID      int64  `bun:"person_id"`
		Page          string `bun:"page"`
		Name          string `bun:"name"`
		Query         string `bun:"query"`
	}

	// Standing is where a matter stands, for lists; folded from its events.
	Standing struct {
		bun.BaseModel `bun:"standings"`
		MatterID      int64      `bun:"matter_id,pk"`
		Kind          string     `bun:"kind"`
		OfficeID      int64      `bun:"office_id"`
		DepartmentID  int64      `bun:"department_id"`
		LeadID        int64      `bun:"lead_id"`
		Field         string     `bun:"field"`
		Region        pil.Region `bun:"region"`
		Tracks        string     `bun:"tracks"`
		Respondents   string     `bun:"respondents"`
		State         string     `bun:"state"`
		Phase         string     `bun:"phase"`
		Live          bool       `bun:"live"`
		OpenedOn      pil.Day    `bun:"opened_on"`
		MovedOn       pil.Day    `bun:"moved_on"`
		NextDue       pil.Day    `bun:"next_due"`
		NextLimit     string     `bun:"next_limit"`
		Version       int        `bun:"version"`
	}

	// Line is one track against one respondent, folded.
	Line struct {
		bun.BaseModel `bun:"lines"`
		MatterID      int64  `bun:"matter_id,pk"`
		Track         string `bun:"track,pk"`
		Respondent    string `bun:"respondent,pk"`
		State         string `bun:"state"`
		Phase         string `bun:"phase"`
		Ground        string `bun:"ground"`
		Ended         bool   `bun:"ended"`
	}

	// Deadline is one limit of a matter, folded.
	Deadline struct {
		bun.BaseModel `bun:"deadlines"`
		MatterID      int64   `bun:"matter_id,pk"`
		N             int     `bun:"n,pk"`
		OfficeID      int64   `bun:"office_id"`
		DepartmentID  int64   `bun:"department_id"`
		LeadID        int64   `bun:"lead_id"`
		Track         string  `bun:"track"`
		Respondent    string  `bun:"respondent"`
		LimitID       string  `bun:"limit_id"`
		Kind          string  `bun:"kind"`
		Who           string  `bun:"who"`
		StartOn       pil.Day `bun:"start_on"`
		DueOn         pil.Day `bun:"due_on"`
		EndedOn       pil.Day `bun:"ended_on"`
		Provisional   bool    `bun:"provisional"`
	}
)

// The kinds of matters.
const (
	KindClue = "clue"
	KindCase = "case"
)

// Docket is the event as package docket folds it.
func (r *Event) Docket() docket.Event {
	return docket.Event{Seq: r.Seq, Recorded: r.RecordedAt.Time(), On: r.On, Track: r.Track, Respondent: r.Respondent, Step: r.Step, By: r.By,
		Urgent: r.Urgent, Days: r.Days, Months: r.Months, Supersedes: r.Supersedes, Void: r.Void, Reason: r.Reason, Approved: r.Approved}
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

func (r *Office) cover() (audit.Kind, string)     { return audit.KindOffice, "office/" + id(r.ID) }
func (r *Department) cover() (audit.Kind, string) { return audit.KindOffice, "department/" + id(r.ID) }
func (r *Person) cover() (audit.Kind, string)     { return audit.KindPerson, id(r.ID) }
func (r *Credential) cover() (audit.Kind, string) {
	return audit.KindPerson, "credential/" + id(r.PersonID)
}
func (r *Passkey) cover() (audit.Kind, string)    { return audit.KindPerson, "passkey/" + id(r.ID) }
func (r *Token) cover() (audit.Kind, string)      { return audit.KindPerson, "token/" + r.ID }
func (r *Handover) cover() (audit.Kind, string)   { return audit.KindGrant, id(r.ID) }
func (r *Assignment) cover() (audit.Kind, string) { return audit.KindGrant, "assignment/" + id(r.ID) }
func (r *Recusal) cover() (audit.Kind, string)    { return audit.KindGrant, "recusal/" + id(r.ID) }
func (r *Matter) cover() (audit.Kind, string)     { return audit.KindMatter, id(r.ID) }
func (r *Link) cover() (audit.Kind, string)       { return audit.KindMatter, "link/" + id(r.ID) }
func (r *Party) cover() (audit.Kind, string)      { return audit.KindMatter, "party/" + id(r.ID) }
func (r *Agency) cover() (audit.Kind, string)     { return audit.KindMatter, "agency/" + id(r.ID) }
func (r *Note) cover() (audit.Kind, string)       { return audit.KindMatter, "note/" + id(r.ID) }
func (r *Task) cover() (audit.Kind, string)       { return audit.KindMatter, "task/" + id(r.ID) }
func (r *Event) cover() (audit.Kind, string) {
	return audit.KindEvent, fmt.Sprintf("%d/%d", r.MatterID, r.Seq)
}
func (r *Demand) cover() (audit.Kind, string)     { return audit.KindEvent, "demand/" + id(r.ID) }
func (r *DemandMove) cover() (audit.Kind, string) { return audit.KindEvent, "demand-move/" + id(r.ID) }
func (r *Visit) cover() (audit.Kind, string)      { return audit.KindEvent, "visit/" + id(r.ID) }
func (r *Filing) cover() (audit.Kind, string)     { return audit.KindEvent, "filing/" + id(r.ID) }
func (r *Clue) cover() (audit.Kind, string)       { return audit.KindClue, id(r.MatterID) }
func (r *Identity) cover() (audit.Kind, string)   { return audit.KindClue, "identity/" + id(r.MatterID) }
func (r *IdentityKey) cover() (audit.Kind, string) {
	return audit.KindPerson, "identity-key/" + id(r.ID)
}
func (r *OfficerKey) cover() (audit.Kind, string) {
	return audit.KindPerson, "officer-key/" + id(r.PersonID)
}
func (r *IdentityWrap) cover() (audit.Kind, string) {
	return audit.KindPerson, fmt.Sprintf("identity-wrap/%d/%d", r.PersonID, r.KeyID)
}
func (r *Report) cover() (audit.Kind, string)   { return audit.KindClue, "report/" + id(r.MatterID) }
func (r *Talk) cover() (audit.Kind, string)     { return audit.KindClue, "talk/" + id(r.ID) }
func (r *Transfer) cover() (audit.Kind, string) { return audit.KindClue, "transfer/" + id(r.ID) }
func (r *File) cover() (audit.Kind, string)     { return audit.KindExhibit, id(r.ID) }
func (r *Exhibit) cover() (audit.Kind, string)  { return audit.KindExhibit, "exhibit/" + id(r.ID) }
func (r *ExhibitEntry) cover() (audit.Kind, string) {
	return audit.KindExhibit, fmt.Sprintf("entry/%d/%d", r.ExhibitID, r.Seq)
}
func (r *ExhibitFile) cover() (audit.Kind, string) {
	return audit.KindExhibit, fmt.Sprintf("exhibit-file/%d/%d", r.ExhibitID, r.FileID)
}
func (r *Custody) cover() (audit.Kind, string) {
	return audit.KindExhibit, fmt.Sprintf("custody/%d/%d", r.ExhibitID, r.N)
}
func (r *Approval) cover() (audit.Kind, string) { return audit.KindApproval, id(r.ID) }
func (r *ApprovalMove) cover() (audit.Kind, string) {
	return audit.KindApproval, fmt.Sprintf("%d/%d", r.ApprovalID, r.N)
}

// coveredTables are all tables whose rows the record commits to.
var coveredTables = []coveredTable{
	table[Office]("id"), table[Department]("id"), table[Person]("id"), table[Credential]("person_id"), table[Passkey]("id"),
	table[Token]("id"), table[Handover]("id"), table[Assignment]("id"), table[Recusal]("id"),
	table[Matter]("id"), table[Link]("id"), table[Party]("id"), table[Agency]("id"), table[Note]("id"), table[Task]("id"),
	table[Event]("matter_id", "seq"), table[Demand]("id"), table[DemandMove]("id"), table[Visit]("id"), table[Filing]("id"),
	table[Clue]("matter_id"), table[Identity]("matter_id"), table[Report]("matter_id"), table[Talk]("id"), table[Transfer]("id"), table[File]("id"),
	table[Exhibit]("id"), table[ExhibitEntry]("exhibit_id", "seq"), table[ExhibitFile]("exhibit_id", "file_id"), table[Custody]("exhibit_id", "n"),
	table[Approval]("id"), table[ApprovalMove]("approval_id", "n"),
	table[IdentityKey]("id"), table[OfficerKey]("person_id"), table[IdentityWrap]("person_id", "key_id"),
	table[FlowNode]("id"), table[FlowEdge]("id"), table[Analysis]("id"),
	table[Model]("id"), table[ModelRun]("id"), table[ModelFile]("id"), table[ModelHit]("run_id", "n"),
}
