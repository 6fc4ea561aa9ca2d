package docket_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

// tell replays a timeline of "date event detail" lines.
func tell(t *testing.T, l *statute.Law, kind, region string, lines ...string) docket.ReportJSON {
	t.Helper()
	text := "id: T\ntitle: 测试\nkind: " + kind + "\nfield: 个人信息\nregion: " + region + "\nevents:\n"
	for _, line := range lines {
		part := append(strings.SplitN(line, " ", 3), "", "")
		text += fmt.Sprintf("  - {date: %q, event: %q, detail: %q}\n", strings.TrimPrefix(part[0], "-"), part[1], part[2])
	}
	tl, err := docket.ParseTimeline("t.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return docket.Replay(l, tl).JSON()
}

// TestCareful tells of what looks like a breach and is none, and of its twin
// that is one.
func TestCareful(t *testing.T) {
	l := loadLaw(t)
	for _, c := range []struct {
		name, kind, region string
		lines              []string
		want               []string // findings above info
	}{
		{"a complaint left unanswered is no silence on a recommendation", "行政", "江苏如皋",
			[]string{"2023-01-03 立案 市场监管局对群众举报投诉未予回复", "2023-02-01 检察建议", "2023-03-01 回复"}, nil},
		{"no reply on day 19 is no silence past the term", "行政", "江苏如皋",
			[]string{"2023-06-01 检察建议", "2023-06-20 未回复", "2023-07-20 回复"}, nil},
		{"no reply after the term is", "行政", "江苏如皋",
			[]string{"2023-06-01 检察建议", "2023-08-20 未回复"}, []string{"breach agency_silent agency"}},
		{"a pilot suit after the agency refused may come early", "行政", "湖北武汉",
			[]string{"2016-06-01 检察建议", "2016-06-10 回复 拒绝履职", "2016-06-25 起诉"}, []string{"warning replied_not_rectified agency"}},
		{"a pilot suit within the month without a reply is a warning", "行政", "湖北武汉",
			[]string{"2016-06-01 检察建议", "2016-06-25 起诉"}, []string{"warning step_unlawful procuratorate"}},
		{"the pilot measures did not hold outside the pilot", "行政", "四川成都",
			[]string{"2016-06-01 检察建议", "2016-06-20 起诉"}, nil},
		{"entrusting starts no clock", "行政", "江苏如皋",
			[]string{"2023-03-01 委托调查", "2023-04-03 回复委托调查"}, nil},
		{"the letter received does", "行政", "江苏如皋",
			[]string{"2023-03-01 收到委托书", "2023-04-06 回复委托调查"}, []string{"breach own_deadline_missed procuratorate"}},
		{"a public announcement is not telling participants", "行政", "江苏如皋",
			[]string{"2023-09-20 听证会公告", "2023-09-22 听证"}, nil},
		{"telling them the day before is too late", "行政", "江苏如皋",
			[]string{"2023-09-21 听证通知", "2023-09-22 听证"}, []string{"breach own_deadline_missed procuratorate"}},
		{"before the Rules recording ran from issue, service does not begin it anew", "行政", "江苏如皋",
			[]string{"2020-06-01 检察建议", "2020-06-15 送达检察建议", "2020-06-17 检察建议备案"}, []string{"breach own_deadline_missed procuratorate"}},
		{"a suspension not told as ended is implied to have been", "行政", "江苏如皋",
			[]string{"2023-06-01 检察建议", "2023-06-20 中止审查", "2023-09-20 审查终结"}, nil},
		{"an appraisal begun after the end does not open the term", "行政", "江苏如皋",
			[]string{"2023-01-05 检察建议", "2023-03-03 回复", "2023-12-01 委托鉴定", "2024-06-01 起诉"},
			[]string{"warning own_deadline_missed procuratorate", "warning replied_not_rectified agency"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := tell(t, l, c.kind, c.region, c.lines...)
			var got []string
			for _, f := range r.Findings {
				if f.Level != docket.Info {
					got = append(got, fmt.Sprintf("%s %s %s", f.Level, f.Code, f.Against))
				}
				if f.Code == docket.OutOfOrder {
					t.Errorf("out of order: %s", f.Message)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPaid adds up damages to the fen and keeps what goes to the treasury apart.
func TestPaid(t *testing.T) {
	l := loadLaw(t)
	for detail, want := range map[string]string{
		"当场缴纳2664元、2535.5元":                    "5,199.50",
		"1、缴纳赔偿金6400元；2、另缴罚金3000元、没收违法所得6400元": "6,400.00",
		"共计5199.50元，其中周某2664元、许某2535.50元":      "5,199.50",
		"缴纳5万元":           "50,000.00",
		"缴纳1.5万元":         "15,000.00",
		"缴纳1,234,567.89元": "1,234,567.89",
		"全部缴清":            "",
		"缴纳99999999999999元、99999999999999999999元": "",
	} {
		if got := tell(t, l, "民事", "江苏如皋", "2023-01-05 赔偿 "+detail).Paid; got != want {
			t.Errorf("%s: %q, want %q", detail, got, want)
		}
	}
}

// TestFarDates: a day at the end of the calendar is not counted and says so.
func TestFarDates(t *testing.T) {
	l := loadLaw(t)
	for _, date := range []string{"9999-12-31", "9999", "9990-01-01", "2020..9999", "0001-01-01..9999-12-31"} {
		for kind, label := range map[string]string{"行政": "送达检察建议", "民事": "公告", "刑事附带民事": "起诉", "支持起诉": "撤回支持起诉"} {
			r := tell(t, l, kind, "江苏如皋", date+" "+label)
			for _, d := range r.Deadlines {
				if d.DueFrom == nil && d.Met != "unknown" {
					t.Errorf("%s %s: %s is %s without an end", date, label, d.ID, d.Met)
				}
			}
		}
	}
}

// TestManyUndated: a long file of undated acts is ordered by looking each place
// up, not by living through the past again for every place.
func TestManyUndated(t *testing.T) {
	l := loadLaw(t)
	lines := slices.Repeat([]string{"- 起诉"}, 2000)
	if got := len(tell(t, l, "行政", "江苏如皋", lines...).Events); got != 2000 {
		t.Errorf("%d events", got)
	}
}

// TestPermitAfterSuspension: an open suspension does not end the agency's term,
// a fact does not lead out of it, and a new respondent shares the case's past.
func TestPermitAfterSuspension(t *testing.T) {
	l := loadLaw(t)
	c := fold(t, l, history("administrative", "2026-03-02 file", "2026-03-10 recommend 城管局", "2026-03-16 suspend 城管局", "2026-03-20 reply 城管局"))
	_, err := c.Permit(docket.Intent{Track: "administrative", Respondent: "城管局", Step: "sue", On: d("2026-04-20"), Decider: "chief", Reason: "x"})
	if pil.CodeOf(err) != pil.CodeForbidden {
		t.Errorf("suit while suspended: %v", err)
	}
	if _, err := c.Permit(docket.Intent{Track: "administrative", Respondent: "住建局", Step: "recommend", On: d("2026-04-20"), Decider: "chief", Reason: "x", Facts: []string{"addressee-known"}}); err != nil {
		t.Errorf("recommendation to a second agency: %v", err)
	}
}
