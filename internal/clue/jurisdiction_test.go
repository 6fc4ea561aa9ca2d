package clue

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

var (
	district = Office{Tier: County, Region: "420111"}
	city     = Office{Tier: City, Region: "4201"}
	province = Office{Tier: Province, Region: "42"}
	supreme  = Office{Tier: Nation}
	railway  = Office{Tier: County, Region: "4201", Special: true}
	here     = []pil.Region{"420111"}
	there    = []pil.Region{"320682"}
)

func agency(t Tier, r pil.Region) Agency { return Agency{Tier: t, Region: r} }

// questions ask what the articles answer; testdata/jurisdiction.txt is the answer.
var questions = []struct {
	what string
	q    Question
}{
	{"区院，区级机关", Question{Own: district, Kind: Administrative, Agency: agency(County, "420111"), Field: Ecology, On: today}},
	{"区院，外地县级机关", Question{Own: district, Kind: Administrative, Agency: agency(County, "320682")}},
	{"区院，本市市级机关", Question{Own: district, Kind: Administrative, Agency: agency(City, "4201")}},
	{"区院，外省市级机关", Question{Own: district, Kind: Administrative, Agency: agency(City, "3206")}},
	{"市院，区级机关", Question{Own: city, Kind: Administrative, Agency: agency(County, "420111")}},
	{"市院，外地县级机关", Question{Own: city, Kind: Administrative, Agency: agency(County, "320682")}},
	{"区院，乡镇政府", Question{Own: district, Kind: Administrative, Agency: Agency{Tier: Township, Region: "420111", Government: true}}},
	{"区院，垂直管理机关", Question{Own: district, Kind: Administrative, Agency: Agency{Tier: County, Region: "420111", Vertical: true}}},
	{"省院，国家机关", Question{Own: province, Kind: Administrative, Agency: agency(Nation, "")}},
	{"最高检，省级机关", Question{Own: supreme, Kind: Administrative, Agency: agency(Province, "42")}},
	{"区院，机关所在只知到市", Question{Own: district, Kind: Administrative, Agency: agency(County, "4201")}},
	{"区院，机关层级不明", Question{Own: district, Kind: Administrative}},
	{"区院，重大复杂", Question{Own: district, Kind: Administrative, Agency: agency(County, "420111"), Major: true}},
	{"市院，重大复杂", Question{Own: city, Kind: Administrative, Agency: agency(County, "420111"), Major: true}},
	{"区院，个人信息，行政", Question{Own: district, Kind: Administrative, Agency: agency(County, "420111"), Field: PersonalInformation, On: today}},
	{"区院，民事，行为地在外地、结果地在本地", Question{Own: district, Kind: Civil, Conduct: there, Harm: here, Field: PersonalInformation, On: today}},
	{"区院，民事，都在外地", Question{Own: district, Kind: Civil, Conduct: there, Domicile: []pil.Region{"310104"}}},
	{"区院，民事，他院移送来，都在外地", Question{Own: district, Kind: Civil, Conduct: there, Transferred: true}},
	{"区院，民事，损害涉及两区", Question{Own: district, Kind: Civil, Harm: []pil.Region{"420111", "420106"}}},
	{"市院，民事，在本市", Question{Own: city, Kind: Civil, Harm: here}},
	{"区院，民事，只有线索地点", Question{Own: district, Kind: Civil, Place: "420111"}},
	{"区院，民事，地点不明", Question{Own: district, Kind: Civil}},
	{"区院，反垄断", Question{Own: district, Kind: Civil, Harm: here, Field: Antitrust, On: today}},
	{"市院，反垄断", Question{Own: city, Kind: Civil, Harm: here, Field: Antitrust, On: today}},
	{"区院，国有财产，民事", Question{Own: district, Kind: Civil, Harm: here, Field: StateProperty, On: today}},
	{"区院，领域尚未法定", Question{Own: district, Kind: Civil, Harm: here, Field: PersonalInformation, On: pil.Date(2021, 8, 1)}},
	{"区院，其他领域", Question{Own: district, Kind: Civil, Harm: here, Field: OtherField, On: today}},
	{"区院，刑附民，本院办理刑事案件", Question{Own: district, Kind: Incidental, Criminal: district}},
	{"区院，刑附民，他院办理刑事案件", Question{Own: district, Kind: Incidental, Criminal: Office{Tier: County, Region: "320682"}}},
	{"区院，刑附民，刑事案件不明", Question{Own: district, Kind: Incidental}},
	{"铁路院，民事", Question{Own: railway, Kind: Civil, Harm: here}},
	{"区院，法院集中管辖", Question{Own: district, Kind: Administrative, Agency: agency(County, "420111"), Elsewhere: true}},
	{"区院，又涉嫌犯罪", Question{Own: district, Kind: Civil, Harm: here, Suspicion: Crime}},
	{"区院，只涉嫌违纪", Question{Own: district, Suspicion: Discipline}},
	{"本院层级不明", Question{Kind: Civil, Harm: here}},
}

func TestPropose(t *testing.T) {
	var b strings.Builder
	for _, c := range questions {
		p := Propose(c.q)
		fmt.Fprintf(&b, "%s → %s", c.what, p.Verdict.Zh())
		if p.To != (Office{}) {
			fmt.Fprintf(&b, "：%s", strings.TrimSpace(p.To.Tier.Zh()+" "+string(p.To.Region)))
		}
		if p.HandOver != 0 {
			fmt.Fprintf(&b, "；另移送：%s", p.HandOver.Zh())
		}
		b.WriteByte('\n')
		for _, r := range p.Reasons {
			fmt.Fprintf(&b, "    %s %s %s | %s\n", r.Cite, r.Conf, r.Zh, r.En)
		}
		for _, r := range p.Warnings {
			fmt.Fprintf(&b, "  ! %s %s %s | %s\n", r.Cite, r.Conf, r.Zh, r.En)
		}
	}
	golden.Check(t, "jurisdiction.txt", b.String())
}

var anyRegion = rapid.SampledFrom([]pil.Region{"", "42", "4201", "420111", "420106", "4205", "420502", "32", "3206", "320682"})

func anyOffice(t *rapid.T, name string) Office {
	return Office{rapid.SampledFrom(Tiers()[1:]).Draw(t, name+" tier"), anyRegion.Draw(t, name+" region"), rapid.Bool().Draw(t, name+" special")}
}

// Whatever is asked: an answer with grounds; never a second transfer (R26);
// what goes across goes to our tier, what goes up to a higher one, what goes
// down to a lower one of our own territory.
func TestProposeHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.SliceOfN(anyRegion, 0, 3)
		q := Question{
			Own: anyOffice(t, "own"), Kind: Kind(rapid.IntRange(0, 3).Draw(t, "kind")), Field: Field(rapid.IntRange(0, 20).Draw(t, "field")),
			Place:   anyRegion.Draw(t, "place"),
			Agency:  Agency{Tier: Tier(rapid.IntRange(0, 5).Draw(t, "agency")), Region: anyRegion.Draw(t, "agency region")},
			Conduct: places.Draw(t, "conduct"), Harm: places.Draw(t, "harm"), Domicile: places.Draw(t, "domicile"),
			Criminal: anyOffice(t, "criminal"), Major: rapid.Bool().Draw(t, "major"), Transferred: rapid.Bool().Draw(t, "transferred"),
		}
		p := Propose(q)
		if len(p.Reasons) == 0 {
			t.Fatalf("%v without a ground", p.Verdict)
		}
		for _, r := range slices.Concat(p.Reasons, p.Warnings) {
			if r.Zh == "" || r.En == "" || r.Cite == "" || r.Conf == "" {
				t.Fatalf("%+v says too little", r)
			}
		}
		switch p.Verdict {
		case Ours, Undecided:
			if p.To != (Office{}) {
				t.Fatalf("%v goes to %v", p.Verdict, p.To)
			}
		case SameTier:
			if q.Transferred || p.To.Tier != q.Own.Tier {
				t.Fatalf("transferred to %v", p.To)
			}
		case Higher:
			if p.To.Tier <= q.Own.Tier && !q.Transferred {
				t.Fatalf("reported to %v", p.To)
			}
		case Lower:
			if mine, _ := q.Own.Tier.cut(q.Own.Region); p.To.Tier >= q.Own.Tier || !p.To.Region.Within(mine) {
				t.Fatalf("handed down to %v", p.To)
			}
		default:
			t.Fatal("no verdict")
		}
	})
}
