package analysis

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/privacy"
)

// Report is the answer of shouhu analyze. Its names are a promise:
// docs/formats/analyze.md. Lists are never null; what is not mapped is null or
// an empty list.
type Report struct {
	Inputs          []Input          `json:"inputs"`
	Roles           RoleNames        `json:"roles"`
	Rows            int64            `json:"rows"`
	Duplicates      Duplicates       `json:"duplicates"`
	DistinctPersons int64            `json:"distinct_persons"`
	Period          Stamps           `json:"period"`
	Orgs            []OrgRow         `json:"orgs"`
	Sites           []SiteRow        `json:"sites"`
	Devices         []DeviceRow      `json:"devices"`
	RepeatPersons   []Repeat         `json:"repeat_persons"`
	PersonalData    []PersonalColumn `json:"personal_data"`
	Threshold       Threshold        `json:"threshold"`
	Derived         Derived          `json:"derived"`
	ResultSHA256    string           `json:"result_sha256"`
}

// Input is one file as it was given.
type Input struct {
	Path     string `json:"path"`
	SHA256   string `json:"sha256"` // of its bytes as given, lower-case hexadecimal
	Rows     int64  `json:"rows"`   // accepted
	Rejected int64  `json:"rejected"`
}

// RoleNames are the columns' names by role; null where a role is not mapped.
type RoleNames [roles]*string

// MarshalJSON writes an object with every role, in the order of the roles.
func (n RoleNames) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for role, name := range n {
		if role > 0 {
			b.WriteByte(',')
		}
		value, err := marshal(name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", roleNames[role], value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *RoleNames) UnmarshalJSON(text []byte) error {
	var named map[string]*string
	if err := json.Unmarshal(text, &named); err != nil {
		return err
	}
	for role, name := range roleNames {
		n[role] = named[name]
	}
	return nil
}

// Duplicates are the rows that equal an earlier one, by a stated rule.
type Duplicates struct {
	Rows int64  `json:"rows"`
	Rule string `json:"rule"`
}

// Stamps are a period as the report writes it; both null where no row has a time.
type Stamps struct {
	From *Stamp `json:"from"`
	To   *Stamp `json:"to"`
}

// Stamp is a time in seconds since 1970 (UTC), written as the clock at +08:00
// shows it: 2021-03-05T08:05:00.
type Stamp int64

const stampLayout = "2006-01-02T15:04:05"

// String writes 2021-03-05T08:05:00.
func (s Stamp) String() string { return time.Unix(int64(s), 0).In(pil.Zone).Format(stampLayout) }

// MarshalText writes 2021-03-05T08:05:00.
func (s Stamp) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads 2021-03-05T08:05:00.
func (s *Stamp) UnmarshalText(text []byte) error {
	t, err := time.ParseInLocation(stampLayout, string(text), pil.Zone)
	*s = Stamp(t.Unix())
	return err
}

func stamps(p Period) Stamps {
	if !p.Known {
		return Stamps{}
	}
	from, to := Stamp(p.From), Stamp(p.To)
	return Stamps{&from, &to}
}

// OrgRow is one company. Sites and Devices are null where they are not mapped.
type OrgRow struct {
	Org             string `json:"org"`
	Rows            int64  `json:"rows"`
	DistinctPersons int64  `json:"distinct_persons"`
	Sites           *int64 `json:"sites"`
	Devices         *int64 `json:"devices"`
	Stamps
}

// SiteRow is one site of an org; Org is null where no org is mapped.
type SiteRow struct {
	Org             *string `json:"org"`
	Site            string  `json:"site"`
	Rows            int64   `json:"rows"`
	DistinctPersons int64   `json:"distinct_persons"`
	Devices         *int64  `json:"devices"`
	Stamps
}

// DeviceRow is one device of a site; Org and Site are null where not mapped.
type DeviceRow struct {
	Org             *string `json:"org"`
	Site            *string `json:"site"`
	Device          string  `json:"device"`
	Rows            int64   `json:"rows"`
	DistinctPersons int64   `json:"distinct_persons"`
	Stamps
}

// PersonalColumn is a column that holds personal data.
type PersonalColumn struct {
	Column    string       `json:"column"`
	Kind      privacy.Kind `json:"kind"`
	Tier      privacy.Tier `json:"tier"`
	Sensitive bool         `json:"sensitive"`
	Share     Share        `json:"share"` // of the accepted rows, those whose cell is not empty
}

// Share is a part of a whole in ten-thousandths.
type Share int64

// share is rounded half up, but what is not all is never 1, and what is not
// nothing never 0.
func share(part, whole int64) Share {
	switch {
	case whole == 0 || part == 0:
		return 0
	case part == whole:
		return 10_000
	}
	// part < whole ≤ 2^63/20,000 rows, which no table has
	return Share(min(max((20_000*part+whole)/(2*whole), 1), 9_999))
}

// String writes four decimals.
func (s Share) String() string { return fmt.Sprintf("%d.%04d", s/10_000, s%10_000) }

// MarshalJSON writes a number of four decimals.
func (s Share) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Share) UnmarshalJSON(text []byte) error {
	var r privacy.Ratio
	err := r.UnmarshalJSON(text)
	*s = Share(r)
	return err
}

// Threshold is 情节 of the rows after duplicates, each at its highest tier.
type Threshold struct {
	privacy.Severity
	A int64 `json:"a"` // 条 of each tier
	B int64 `json:"b"`
	C int64 `json:"c"`
}

// Facts are all a Report is made of.
type Facts struct {
	Inputs    []Input
	Header    []string
	Roles     Roles
	Counts    *Counts
	Columns   []PersonalColumn
	Derived   Derived
	Overruled bool // the caller has set the tier of a column
}

// Make makes the Report. Whatever engine gave the Counts, equal facts make an
// equal ResultSHA256.
func Make(f Facts) (*Report, error) {
	c := f.Counts
	r := &Report{
		Inputs:          nonNil(f.Inputs),
		Rows:            c.Rows,
		Duplicates:      Duplicates{Rows: c.Duplicates, Rule: duplicateRule(f.Roles)},
		DistinctPersons: c.Persons,
		Period:          stamps(c.Period),
		RepeatPersons:   nonNil(c.Repeats),
		PersonalData:    nonNil(slices.Clone(f.Columns)),
		Derived:         f.Derived.complete(),
	}
	for role, i := range f.Roles {
		if i >= 0 {
			name := f.Header[i]
			r.Roles[role] = &name
		}
	}
	r.groups(c, f.Roles)
	slices.SortStableFunc(r.PersonalData, comparePersonal)
	var err error
	if r.Threshold, err = threshold(c, r.PersonalData, f.Overruled); err != nil {
		return nil, err
	}
	r.ResultSHA256, err = r.hash()
	return r, err
}

// groups fills the lists of orgs, sites and devices.
func (r *Report) groups(c *Counts, mapped Roles) {
	r.Orgs, r.Sites, r.Devices = []OrgRow{}, []SiteRow{}, []DeviceRow{}
	number := func(role Role, n int64) *int64 {
		if !mapped.Mapped(role) {
			return nil
		}
		return &n
	}
	// name is the part of a path that belongs to a role.
	name := func(path []string, role Role) *string {
		i := slices.Index(mapped.Path(), role)
		if i < 0 {
			return nil
		}
		return &path[i]
	}
	for _, g := range c.Orgs {
		r.Orgs = append(r.Orgs, OrgRow{*name(g.Path, Org), g.Rows, g.Persons, number(Site, g.Sites), number(Device, g.Devices), stamps(g.Period)})
	}
	for _, g := range c.Sites {
		r.Sites = append(r.Sites, SiteRow{name(g.Path, Org), *name(g.Path, Site), g.Rows, g.Persons, number(Device, g.Devices), stamps(g.Period)})
	}
	for _, g := range c.Devices {
		r.Devices = append(r.Devices, DeviceRow{name(g.Path, Org), name(g.Path, Site), *name(g.Path, Device), g.Rows, g.Persons, stamps(g.Period)})
	}
}

// duplicateRule says by which rule duplicates were found, naming roles and no
// columns.
func duplicateRule(mapped Roles) string {
	if !mapped.Mapped(Time) {
		return "未映射时间：与在先一行全部列相同者为重复 (no time mapped: equal to an earlier row in every column)"
	}
	var names []string
	for role := range mapped[:comparing] {
		if mapped[role] >= 0 {
			names = append(names, roleNames[role])
		}
	}
	list := strings.Join(names, ", ")
	return fmt.Sprintf("与在先一行的 %[1]s 各列全部相同者为重复 (equal to an earlier row in every mapped role column: %[1]s)", list)
}

// comparePersonal orders columns by what the hash sees of them, then by name.
func comparePersonal(a, b PersonalColumn) int {
	return cmp.Or(int(b.Tier)-int(a.Tier), strings.Compare(string(a.Kind), string(b.Kind)), int(b.Share-a.Share), strings.Compare(a.Column, b.Column))
}

// threshold measures the distinct rows against PIJ5 and says what is disputed.
func threshold(c *Counts, columns []PersonalColumn, overruled bool) (Threshold, error) {
	t := Threshold{C: c.Tiers[0], B: c.Tiers[1], A: c.Tiers[2]}
	var err error
	if t.Severity, err = privacy.Assess(privacy.Counts{A: t.A, B: t.B, C: t.C}); err != nil {
		return t, err
	}
	t.Reasons = append(t.Reasons, privacy.Reason{Rule: "PIJ5", Text: "一条＝去除重复后的一行，按该行最高类别计 (one record is one row after duplicates, at its highest tier)"})
	if overruled {
		t.Reasons = append(t.Reasons, privacy.Reason{Rule: "PIJ5", Text: "部分列的类别由调用者指定 (some tiers were set by the caller)"})
	}
	said := map[privacy.Kind]bool{}
	for _, p := range columns {
		if about := privacy.Of(p.Kind); about.Disputed != "" && !said[p.Kind] {
			said[p.Kind] = true
			t.Reasons = append(t.Reasons, privacy.Reason{Rule: about.Basis[len(about.Basis)-1], Text: fmt.Sprintf("%s：%s", about.Zh, about.Disputed)})
		}
	}
	return t, nil
}

// hash is the SHA-256 of the RFC 8785 form of the report without its inputs,
// roles, names of columns and the hash itself.
func (r *Report) hash() (string, error) {
	type column struct {
		PersonalColumn
		Column *string `json:"column,omitempty"` // hides the name
	}
	hashed := struct {
		*Report
		Inputs       *int     `json:"inputs,omitempty"` // hidden, as roles and the hash are
		Roles        *int     `json:"roles,omitempty"`
		ResultSHA256 *int     `json:"result_sha256,omitempty"`
		PersonalData []column `json:"personal_data"`
	}{Report: r, PersonalData: []column{}}
	for _, c := range r.PersonalData {
		hashed.PersonalData = append(hashed.PersonalData, column{PersonalColumn: c})
	}
	text, err := marshal(hashed)
	if err != nil {
		return "", err
	}
	if text, err = Canonical(text); err != nil {
		return "", err
	}
	return digest(text), nil
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// marshal writes JSON without escaping what HTML would mind.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
