package docket

import (
	"regexp"
	"slices"
	"strings"

	"shouhu/internal/statute"
)

var addresseePattern = regexp.MustCompile(`(向|对象为|对)([^，,。;；:：（(）)]{1,60}?)(?:分别|依法|公开|当场|现场)?(?:发出|制发|送达|提出|发送|宣告|下发|发行政|发检察|发诉前|发[0-9一二三四五六七八九十两]+份|$)`)

// servedPattern finds the agency a recommendation was served on (当日送达市住建局).
var servedPattern = regexp.MustCompile(`(送达|送交|交付)([^，,:：达]{2,40})$`)

// addressees reads from a detail to whom a recommendation went: one line each.
// A clause that tells of another paper is not about the recommendation.
func addressees(detail string, words *statute.Words) []string {
	for _, clause := range strings.FieldsFunc(detail, func(c rune) bool { return strings.ContainsRune(";；。(（)）", c) }) {
		if hasAny(clause, words.Readings["other-papers"]) {
			continue
		}
		m := addresseePattern.FindStringSubmatch(clause)
		if m == nil {
			m = servedPattern.FindStringSubmatch(clause)
		}
		if m == nil || m[1] == "对" && !strings.Contains(clause, "建议") {
			continue
		}
		if out := agencies(m[2], words.Agency); len(out) > 0 {
			return out
		}
	}
	return nil
}

var joiners = strings.NewReplacer("以及", "和", "及", "和", "与", "和")

// agencies splits a list of agencies. A joining word may be part of a name
// (人力资源和社会保障局, 忠和镇): it separates only where both sides are agencies.
func agencies(list string, endings []string) []string {
	var out []string
	for part := range strings.SplitSeq(joiners.Replace(list), "、") {
		for _, name := range splitAgencies(trimAgency(part), endings) {
			name = trimAgency(name)
			if isAgency(name, endings) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func trimAgency(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(name), "分别"), "向")
	return strings.TrimSuffix(strings.TrimSuffix(name, "分别"), "等")
}

func isAgency(name string, endings []string) bool {
	return slices.ContainsFunc(endings, func(e string) bool {
		return strings.HasSuffix(name, e) && len(name) > len(e) || name == e && len(e) > len("局")
	})
}

// splitAgencies cuts a name at the joining words that stand between two agencies.
func splitAgencies(name string, endings []string) []string {
	parts := strings.Split(name, "和")
	out := parts[:1:1]
	for _, next := range parts[1:] {
		last := &out[len(out)-1]
		if isAgency(*last, endings) && isAgency(next, endings) && (fullAgency(*last) || !fullAgency(next) || isAgency(strings.TrimSuffix(next, "局"), endings)) {
			out = append(out, next)
			continue
		}
		*last += "和" + next
	}
	return out
}

// fullAgency reports whether a name ends as the full name of an agency does, not
// as its short form (自然资源).
func fullAgency(name string) bool {
	return slices.ContainsFunc([]string{"局", "委", "厅", "部", "政府", "办", "室", "处", "会", "中心", "镇", "乡", "队", "站", "所"}, func(e string) bool { return strings.HasSuffix(name, e) })
}

var namePattern = regexp.MustCompile(`[\p{Han}]某(?:[甲乙丙丁某])?`)

// names reads the masked names a detail prints (周某、许某).
func names(detail string) []string {
	if !strings.Contains(detail, "某") {
		return nil
	}
	var out []string
	for _, n := range namePattern.FindAllString(detail, -1) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
