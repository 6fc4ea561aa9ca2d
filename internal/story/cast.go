package story

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
)

// place is an office of the story; those with people play a part.
type place struct {
	code, name, parent string
	level              account.Level
	region             pil.Region
	staffed            string // prefix of the logins; empty: nobody
}

// The offices that lead come first; those that name no other stand right below the
// first of all. Their names are those of the published cases;
// their people are made up.
var places = []place{
	{"spp", "最高人民检察院", "", account.Supreme, "", "gao"},
	{"hubei", "湖北省人民检察院", "", account.Provincial, "42", ""},
	{"jiangsu", "江苏省人民检察院", "", account.Provincial, "32", ""},
	{"shanghai", "上海市人民检察院", "", account.Provincial, "31", ""},
	{"henan", "河南省人民检察院", "", account.Provincial, "41", ""},
	{"shandong", "山东省人民检察院", "", account.Provincial, "37", ""},
	{"wuhan", "武汉市人民检察院", "hubei", account.City, "4201", ""},
	{"nantong", "南通市人民检察院", "jiangsu", account.City, "3206", ""},
	{"shanghai-1", "上海市人民检察院第一分院", "shanghai", account.City, "31", ""},
	{"zhumadian", "驻马店市人民检察院", "henan", account.City, "4117", "zmd"},
	{"linyi", "临沂市人民检察院", "shandong", account.City, "3713", ""},
	{"hongshan", "武汉市洪山区人民检察院", "wuhan", account.Grassroots, "420111", "hs"},
	{"rugao", "如皋市人民检察院", "nantong", account.Grassroots, "320682", "rg"},
	{"xuhui", "上海市徐汇区人民检察院", "shanghai-1", account.Grassroots, "310104", "xh"},
	{"queshan", "确山县人民检察院", "zhumadian", account.Grassroots, "411725", "qs"},
	{"tancheng", "郯城县人民检察院", "linyi", account.Grassroots, "371322", "tc"},
	{"demo", "演示县人民检察院", "zhumadian", account.Grassroots, "411726", "ys"},
}

// founded is the day the story's offices begin.
var founded = time.Date(2015, 1, 5, 1, 0, 0, 0, time.UTC)

// Seat founds the offices of the story and seats their people.
func Seat(ctx context.Context, d *desk.Desk) (*World, error) {
	d = d.At(founded)
	top := places[0]
	identity, err := seal.NewPrivateKey(rand.Reader, seal.International)
	if err != nil {
		return nil, err
	}
	f, err := d.Found(ctx, desk.Founding{
		Identity:      identity,
		Offices:       []desk.NewOffice{{Code: top.code, Name: top.name, Level: top.level, Kind: account.Local}},
		Departments:   []string{"第八检察厅"},
		Administrator: desk.FirstPerson{Login: "gao-admin", Name: "演示高检管理员", Password: Password},
		Chief:         desk.FirstPerson{Login: "gao-chief", Name: "演示高检检察长", Password: Password},
	})
	if err != nil {
		return nil, err
	}
	admin := desk.Who{Person: f.Administrator}
	var list []desk.NewOffice
	for _, p := range places[1:] {
		list = append(list, desk.NewOffice{Code: p.code, Name: p.name, Level: p.level, Kind: account.Local, Region: p.region, Parent: p.parent})
	}
	ids, err := d.AddOffices(ctx, admin, list)
	if err != nil {
		return nil, err
	}
	casts := map[string]*Cast{}
	for _, p := range places[1:] {
		if p.staffed == "" {
			continue
		}
		if casts[p.code], err = seat(ctx, d, p, ids[p.code]); err != nil {
			return nil, fmt.Errorf("%s: %w", p.code, err)
		}
	}
	if err := giveKeys(ctx, d, casts, string(f.Start)); err != nil {
		return nil, fmt.Errorf("identity key: %w", err)
	}
	return &World{Identity: identity, Casts: casts, Cases: map[string]int64{}, Clues: map[string]int64{}}, nil
}

// giveKeys has the clue desk of the running matters take the identity key, and give
// it to those of all offices who may learn who reported; the second prosecutor there
// still waits for it.
func giveKeys(ctx context.Context, d *desk.Desk, casts map[string]*Cast, start string) error {
	first := casts[demoOffice].ClueDesk
	if err := d.SetPassphrase(ctx, first, desk.Passphrase{Fresh: Passphrase}); err != nil {
		return err
	}
	if err := d.TakeIdentityKey(ctx, first, start); err != nil {
		return err
	}
	for _, p := range places {
		c := casts[p.code]
		if c == nil {
			continue
		}
		for _, who := range []desk.Who{c.ClueDesk, c.Prosecutor} {
			if who == first {
				continue
			}
			if err := d.SetPassphrase(ctx, who, desk.Passphrase{Fresh: Passphrase}); err != nil {
				return err
			}
			if err := d.GiveIdentityKey(ctx, first, who.Person, Passphrase); err != nil {
				return err
			}
		}
	}
	return d.SetPassphrase(ctx, casts[demoOffice].Second, desk.Passphrase{Fresh: Passphrase})
}

// chair is one of the people of an office beside its administrator and chief.
type chair struct {
	login, title string
	role         account.Role
	procurator   bool
	of           func(*Cast) *desk.Who // nil: plays no part of its own
}

var chairs = []chair{
	{"head", "部门负责人", account.Head, true, func(c *Cast) *desk.Who { return &c.Head }},
	{"jcg", "检察官", account.Prosecutor, true, func(c *Cast) *desk.Who { return &c.Prosecutor }},
	{"zhuli", "助理", account.Assistant, false, func(c *Cast) *desk.Who { return &c.Assistant }},
	{"xiansuo", "线索员", account.ClueOfficer, false, func(c *Cast) *desk.Who { return &c.ClueDesk }},
}

// more are the people only the office of the running matters has.
var more = []chair{
	{"jcg2", "检察官乙", account.Prosecutor, true, func(c *Cast) *desk.Who { return &c.Second }},
	{"fujcz", "副检察长", account.DeputyChief, true, nil},
	{"anguan", "案管", account.CaseManager, false, func(c *Cast) *desk.Who { return &c.CaseManager }},
	{"jishu", "技术员", account.Technician, false, nil},
	{"caiwu", "财务", account.Finance, false, nil},
	{"shenji", "审计", account.Auditor, false, nil},
	{"jianwei", "检委会委员", account.Committee, true, nil},
}

func (p place) chairs() []chair {
	if p.code == demoOffice {
		return append(slices.Clone(chairs), more...)
	}
	return chairs
}

// demoOffice is where the running matters are.
const demoOffice = "demo"

// named is what somebody of an office is called in the story.
func (p place) named(title string) string { return "演示" + shortName(p.name) + title }

// Logins are all who can sign in, the office of the running matters first.
func Logins() []Login {
	var out []Login
	for i := len(places) - 1; i > 0; i-- {
		p := places[i]
		if p.staffed == "" {
			continue
		}
		for _, c := range p.chairs() {
			out = append(out, Login{p.name, p.named(c.title), p.staffed + "-" + c.login, c.role.Zh()})
		}
		out = append(out, Login{p.name, p.named("检察长"), p.staffed + "-jcz", account.Chief.Zh()},
			Login{p.name, p.named("管理员"), p.staffed + "-admin", account.Administrator.Zh()})
	}
	return out
}

// seat gives an office its people: the administrator adds them with their roles,
// the chief decides the roles.
func seat(ctx context.Context, d *desk.Desk, p place, office int64) (*Cast, error) {
	c := &Cast{Office: office, Name: p.name, Region: p.region}
	first, err := d.StaffOffice(ctx, office,
		desk.FirstPerson{Login: p.staffed + "-admin", Name: p.named("管理员"), Password: Password},
		desk.FirstPerson{Login: p.staffed + "-jcz", Name: p.named("检察长"), Password: Password})
	if err != nil {
		return nil, err
	}
	c.Admin, c.Chief = desk.Who{Person: first.Administrator}, desk.Who{Person: first.Chief}
	if err := d.ChangeOffice(ctx, c.Admin, desk.OfficeChange{Add: []string{"第四检察部"}}); err != nil {
		return nil, err
	}
	people, err := d.ShowPeople(ctx, c.Admin)
	if err != nil {
		return nil, err
	}
	c.Department = people.Departments[0].ID
	for _, x := range p.chairs() {
		got, err := d.AddPerson(ctx, c.Admin, desk.NewPerson{Login: p.staffed + "-" + x.login, Name: p.named(x.title), Department: c.Department,
			Procurator: x.procurator, Roles: account.RolesOf(x.role), Password: Password})
		if err != nil {
			return nil, err
		}
		if err := d.DecideRole(ctx, c.Chief, desk.RoleDecision{Approval: got.Approval, Agree: true}); err != nil {
			return nil, err
		}
		if x.of != nil {
			*x.of(c) = desk.Who{Person: got.Person}
		}
	}
	return c, nil
}

// shortName is what stands before 人民检察院, without city and district, for
// people's names.
func shortName(office string) string {
	s := strings.TrimSuffix(office, "人民检察院")
	for _, city := range []string{"武汉市", "上海市"} {
		s = strings.TrimPrefix(s, city)
	}
	return strings.TrimPrefix(strings.TrimRight(s, "市区县"), "演示")
}
