package statute_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/law"
)

// A small law that every case below spoils in one place.
const (
	smallInstruments = `- {key: R, title: 规则, en: Rules, from: 2021-07-01, articles: 9, conf: V}
- {key: J, title: 解释, en: Interpretation, from: 2018-03-02, conf: V}
`
	smallNorms = `- id: J2018
  from: 2018-03-02
  zh: 解释
  en: interpretation
  opens: [p]
  cite: [J1]
- {id: R2021, from: 2021-07-01, zh: 规则, en: rules, opens: [p], cite: [R1]}
`
	smallPapers = `- {id: W1, zh: 决定书, en: decision, cite: [R1], conf: V}
- {id: W2, zh: 建议书, en: recommendation, cite: [R2], conf: V}
`
	smallLimits = `- id: D1
  zh: 甲
  en: a
  kind: act-by
  who: office
  start: {zh: 起, en: start}
  versions:
    - {from: 2018-03-02, to: 2021-06-30, days: 3, cite: [J1], conf: V}
    - {from: 2021-07-01, days: 5, cite: [R1], conf: V}
- id: D2
  zh: 乙
  en: b
  kind: act-by
  who: agency
  start: {zh: 甲期满, en: end of D1}
  after: D1
  versions:
    - {months: 1, cite: [R2], conf: I}
`
	smallProcedure = `procedure: p
zh: 程序
en: procedure
states:
  - {id: new, zh: 新, en: new, phase: clue}
  - {id: open, zh: 已立案, en: open, phase: filed}
  - {id: closed, zh: 终结, en: closed, phase: end, end: true}
steps:
  - id: file
    zh: 立案
    en: open the case
    by: office
    words: [立案]
    from: [new]
    to: open
    law:
      - {from: 2018-03-02, to: 2021-06-30, cite: [J1], conf: V}
      - from: 2021-07-01
        cite: [R1]
        conf: V
        papers: [W1]
        starts: [D1]
        needs:
          - {people: 2, cite: R1, zh: 两人, en: two people}
  - id: close
    zh: 终结
    en: close the case
    by: office
    from: [open]
    to: closed
    opposite: [file]
    law:
      - from: 2021-07-01
        cite: [R2]
        conf: V
        ends: [D1, D2]
        needs:
          - {done: [file], cite: R1, zh: 已立案, en: opened, level: warn}
          - {over: D1, cite: R1, zh: 已满, en: over}
`
	smallStep  = 9  // the line of procedures/p.yaml on which its first step stands
	smallSteps = 39 // its last line
)

func small() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"instruments.yaml": smallInstruments, "norms.yaml": smallNorms, "papers.yaml": smallPapers, "limits.yaml": smallLimits,
		"procedures/p.yaml": smallProcedure,
		"local/x.yaml":      "rule: {id: x, zh: 地方, en: local, region: \"32\", from: 2022-01-01, effect: extra-ground, cite: [J1], conf: S}\n",
		"words.yaml":        "background: [案发]\n",
		"calendar/solar.yaml": `title: 办法
verified: 测试
holidays:
  - {zh: 元旦, en: New Year's Day, first: 01-01, days: 1, from: 1949-12-23}
`,
		"calendar/2026.yaml": `year: 2026
title: 通知
announced: 2025-11-04
verified: 测试
holidays:
  - {zh: 劳动节, en: Labour Day, days: 2026-05-01..2026-05-05}
`,
	} {
		add(files, name, text)
	}
	return files
}

// add appends text to a file.
func add(files fstest.MapFS, name, text string) {
	if old := files[name]; old != nil {
		text = string(old.Data) + text
	}
	files[name] = &fstest.MapFile{Data: []byte(text)}
}

func refused(t *testing.T, err error, file string, line int, says string) {
	t.Helper()
	e, ok := errors.AsType[*pil.Error](err)
	if !ok || e.Code != pil.CodeInvalid {
		t.Fatalf("got %v, want an invalid Error", err)
	}
	if e.File != file || e.Line != line || !strings.Contains(e.Text, says) {
		t.Errorf("got %q, want it at %s:%d and to say %q", e.Error(), file, line, says)
	}
}

func TestLoadRefuses(t *testing.T) {
	if _, err := statute.Load(small()); err != nil {
		t.Fatal(err)
	}
	const (
		instruments, norms, papers, limits = "instruments.yaml", "norms.yaml", "papers.yaml", "limits.yaml"
		procedure, local                   = "procedures/p.yaml", "local/x.yaml"
	)
	for _, c := range []struct {
		name, file, old, new string
		line                 int
		says                 string
	}{
		{"broken YAML", limits, "  kind: act-by", "\tkind: act-by", 3, "not valid YAML"},
		{"unknown key", limits, "who: office", "whom: office", 5, "unknown key"},
		{"unknown key of a version", limits, "days: 3,", "day: 3,", 8, "unknown key"},
		{"unknown key of a step", procedure, "to: open", "too: open", 15, "unknown key"},
		{"unknown key of a need", procedure, "people: 2,", "persons: 2,", 24, "unknown key"},
		{"key twice", procedure, "    en: open the case", "    zh: open the case", 11, "given twice"},
		{"no such day", limits, "2021-06-30", "2021-06-31", 8, "no such day"},
		{"broken calendar", "calendar/2026.yaml", "2026-05-01..2026-05-05", "2026-05-05..2026-05-01", 6, "run forward"},
		{"empty file", "options.yaml", "", "", 1, "empty"},

		{"instrument twice", instruments, "{key: J,", "{key: R,", 2, "given twice"},
		{"instrument without key", instruments, "key: J, ", "", 2, "without key"},
		{"instrument of unknown mark", instruments, "from: 2018-03-02, conf: V", "conf: X", 2, "unknown mark"},
		{"instrument without mark", instruments, ", conf: V}\n- ", "}\n- ", 1, "unknown mark"},

		{"norm set twice", norms, "{id: R2021,", "{id: J2018,", 7, "given twice"},
		{"norm set citing nothing", norms, "[J1]", "[Q1]", 1, "no such instrument"},
		{"norm set for no procedure", norms, "opens: [p]\n", "opens: [q]\n", 1, "no such procedure"},
		{"norm set without a date", norms, "from: 2021-07-01, ", "", 7, "without a date"},

		{"paper twice", papers, "{id: W2,", "{id: W1,", 2, "given twice"},
		{"paper citing nothing", papers, "[R2]", "[Q2]", 2, "no such instrument"},

		{"limit twice", limits, "id: D2", "id: D1", 10, "given twice"},
		{"limit without id", limits, "- id: D2\n  zh", "- zh", 10, "without id"},
		{"limit of unknown kind", limits, "kind: act-by", "kind: actby", 1, "unknown kind"},
		{"limit citing nothing", limits, "[R2]", "[Q2]", 18, "no such instrument"},
		{"limit of unknown mark", limits, "conf: I", "conf: W", 18, "unknown mark"},
		{"limit of two lengths", limits, "months: 1", "months: 1, days: 3", 18, "exactly one length"},
		{"limit of no length", limits, "months: 1, ", "", 18, "exactly one length"},
		{"limit of a stated length and another", limits, "months: 1", "stated: true, months: 1", 18, "exactly one length"},
		{"limit of negative length", limits, "months: 1", "months: -1", 18, "negative length"},
		{"limit of too many days", limits, "days: 3", "days: 36601", 8, "out of range"},
		{"limit of too many months", limits, "months: 1", "months: 1201", 18, "out of range"},
		{"limit of too many years", limits, "months: 1", "years: 101", 18, "out of range"},
		{"months before a day", limits, "act-by\n  who: agency", "before\n  who: agency", 18, "days only"},
		{"working months", limits, "act-by\n  who: agency", "working-days\n  who: agency", 18, "days only"},
		{"a stated length of working days", limits, "act-by\n  who: agency\n  start: {zh: 甲期满, en: end of D1}\n  after: D1\n  versions:\n    - {months: 1", "working-days\n  who: agency\n  start: {zh: 甲期满, en: end of D1}\n  after: D1\n  versions:\n    - {stated: true", 18, "days only"},
		{"limit of nobody", limits, "who: agency", "who: ghost", 10, "who \"ghost\""},
		{"limit shown never", limits, "who: agency", "who: agency\n  shown: never", 10, "shown \"never\""},
		{"limit that runs sometimes", limits, "who: agency", "who: agency\n  when: urgently", 10, "when \"urgently\""},
		{"limit extended by nobody", limits, "who: agency", "who: agency\n  extend: [{by: boss, cite: R1}]", 10, "extend.by \"boss\""},
		{"limit extended too long", limits, "who: agency", "who: agency\n  extend: [{months: 1201, by: chief, cite: R1}]", 10, "out of range"},
		{"article beyond the last", papers, "[R2]", "[R10]", 2, "no such article"},
		{"article beyond the last, with its paragraph", limits, "cite: [R2]", "cite: [R10(1)]", 18, "no such article"},
		{"article that is no number", procedure, "cite: [R2]", "cite: [R2、R3]", 33, "no such article"},
		{"overlapping versions", limits, "to: 2021-06-30", "to: 2021-07-01", 9, "overlap"},
		{"open version before another", limits, "to: 2021-06-30, ", "", 9, "overlap"},
		{"version that ends before it starts", limits, "to: 2021-06-30", "to: 2018-03-01", 8, "ends before it starts"},
		{"after no limit", limits, "after: D1", "after: D9", 10, "no such limit"},
		{"after itself", limits, "after: D1", "after: D2", 10, "circle"},
		{"in a circle", limits, "  start: {zh: 起, en: start}", "  after: D2", 1, "circle"},

		{"procedure without states", procedure, smallProcedure[strings.Index(smallProcedure, "states:"):strings.Index(smallProcedure, "steps:")], "", 1, "without states"},
		{"state twice", procedure, "{id: open,", "{id: new,", 6, "given twice"},
		{"step twice", procedure, "id: close\n", "id: file\n", 25, "given twice"},
		{"step from no state", procedure, "from: [new]", "from: [nowhere]", 9, "no such state"},
		{"step from nowhere", procedure, "    from: [new]\n", "", 9, "without from"},
		{"step to no state", procedure, "to: closed", "to: gone", 25, "no such state"},
		{"opposite of no step", procedure, "opposite: [file]", "opposite: [fill]", 25, "no such step"},
		{"rule citing nothing", procedure, "cite: [J1]", "cite: [Q1]", 17, "no such instrument"},
		{"rule without an article", procedure, "cite: [J1], ", "", 17, "no article cited"},
		{"rule of unknown basis", procedure, "cite: [J1], ", "basis: habit, ", 17, "practice"},
		{"rule of unknown mark", procedure, "cite: [J1], conf: V", "cite: [J1], conf: v", 17, "unknown mark"},
		{"overlapping rules", procedure, "to: 2021-06-30", "to: 2021-07-01", 18, "overlap"},
		{"no such paper", procedure, "papers: [W1]", "papers: [W9]", 18, "no such paper"},
		{"starts no limit", procedure, "starts: [D1]", "starts: [D9]", 18, "no such limit"},
		{"ends no limit", procedure, "ends: [D1, D2]", "ends: [D1, D3]", 33, "no such limit"},
		{"pauses no limit", procedure, "ends: [D1, D2]", "pauses: [D3]", 33, "no such limit"},
		{"extends no limit", procedure, "ends: [D1, D2]", "extends: [D3]", 33, "no such limit"},
		{"restarts no limit", procedure, "ends: [D1, D2]", "restarts: [D3]", 33, "no such limit"},
		{"resumes no limit", procedure, "ends: [D1, D2]", "resumes: [D3]", 33, "no such limit"},
		{"need of two conditions", procedure, "{people: 2,", "{people: 2, done: [close],", 18, "exactly one condition"},
		{"need of no condition", procedure, "{people: 2, ", "{", 18, "exactly one condition"},
		{"need of unknown level", procedure, "level: warn", "level: info", 33, "exactly one condition"},
		{"need in one language", procedure, ", en: two people", "", 18, "zh 和 en"},
		{"need citing nothing", procedure, "people: 2, cite: R1", "people: 2, cite: Q1", 18, "no such instrument"},
		{"need of a step that is none", procedure, "done: [file]", "done: [fill]", 33, "no such step"},
		{"need of a limit that is none", procedure, "over: D1", "over: D9", 33, "no such limit"},
		{"need of a start that is none", procedure, "over: D1", "over: D1, of: D9", 33, "no such limit"},

		{"local rule without id", local, "id: x, ", "", 1, "without rule.id"},
		{"local rule citing nothing", local, "[J1]", "[Q1]", 1, "no such instrument"},
		{"local rule for no procedure", local, "conf: S}\n", "conf: S}\nprocedures:\n  - procedure: q\n", 3, "no such procedure"},
		{"local rule of unknown effect", local, "extra-ground", "extra-grounds", 1, "unknown effect"},
		{"local rule of no region", local, `"32"`, `"99"`, 1, "GB/T 2260"},
		{"local rule of unknown mark", local, "conf: S", "conf: s", 1, "unknown mark"},
		{"local rule that ends before it starts", local, "from: 2022-01-01", "from: 2022-01-01, to: 2021-12-31", 1, "ends before it starts"},
		{"local ground of unknown mark", local, "conf: S}\n", "conf: S}\nprocedures:\n  - procedure: p\n    grounds: {close: [{id: g, zh: 由, en: ground, conf: Z}]}\n", 3, "unknown mark"},
		{"local grounds for no step", local, "conf: S}\n", "conf: S}\nprocedures:\n  - procedure: p\n    grounds: {fill: []}\n", 3, "no such step"},
		{"local limit known already", local, "conf: S}\n", "conf: S}\nlimits:\n  - {id: D1, kind: act-by, versions: [{days: 1, cite: [R1], conf: V}]}\n", 3, "given twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := small()
			text := ""
			if f := files[c.file]; f != nil {
				text = string(f.Data)
			}
			if !strings.Contains(text, c.old) {
				t.Fatalf("%s holds no %q", c.file, c.old)
			}
			files[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, c.old, c.new, 1))}
			l, err := statute.Load(files)
			refused(t, err, c.file, c.line, c.says)
			if l != nil && err == nil {
				t.Error("a law came with the error")
			}
		})
	}
}

// What refers to a shared file is refused where that is written.
func TestLoadRefusesShared(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
		says string
	}{
		"for no procedure":      {"procedure: shared\nfor: [q]\n", 1, "no such procedure"},
		"a step known already":  {"procedure: shared\nfor: [p]\nsteps:\n  - {id: file, zh: 又, en: again, by: office, from: [any], law: [{cite: [R1], conf: V}]}\n", 4, "given twice"},
		"from a state not here": {"procedure: shared\nfor: [p]\nsteps:\n  - {id: more, zh: 又, en: again, by: office, from: [there], law: [{cite: [R1], conf: V}]}\n", 4, "no such state"},
	} {
		t.Run(name, func(t *testing.T) {
			files := small()
			add(files, "procedures/shared.yaml", c.text)
			_, err := statute.Load(files)
			refused(t, err, "procedures/shared.yaml", c.line, c.says)
		})
	}
}

// Two files of one layer that hold one procedure would each hide a part of the
// other.
func TestLoadRefusesAProcedureInTwoFiles(t *testing.T) {
	files := small()
	add(files, "procedures/q.yaml", smallProcedure)
	_, err := statute.Load(files)
	refused(t, err, "procedures/q.yaml", 1, "given twice")
}

func TestLoadWithoutSolar(t *testing.T) {
	files := small()
	delete(files, "calendar/solar.yaml")
	if _, err := statute.Load(files); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("got %v", err)
	}
}

// An error of the file system is handed on as it is, and is no empty law.
func TestLoadBrokenFiles(t *testing.T) {
	for _, name := range []string{"limits.yaml", "procedures", "local", "calendar"} {
		_, err := statute.Load(brokenAt{small(), name})
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s cannot be read: %v", name, err)
		}
	}
}

type brokenAt struct {
	fstest.MapFS
	name string
}

func (b brokenAt) refuse(name string) error {
	if name == b.name {
		return &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return nil
}

func (b brokenAt) Open(name string) (fs.File, error) {
	if err := b.refuse(name); err != nil {
		return nil, err
	}
	return b.MapFS.Open(name)
}

func (b brokenAt) ReadFile(name string) ([]byte, error) {
	if err := b.refuse(name); err != nil {
		return nil, err
	}
	return b.MapFS.ReadFile(name)
}

func (b brokenAt) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := b.refuse(name); err != nil {
		return nil, err
	}
	return b.MapFS.ReadDir(name)
}

func one(name, text string) fstest.MapFS { return fstest.MapFS{name: {Data: []byte(text)}} }

func overlaid(t *testing.T, overlays ...fs.FS) *statute.Law {
	t.Helper()
	l, err := statute.LoadWith(small(), overlays...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func ids[T any](all []T, id func(T) string) (names []string) {
	for _, x := range all {
		names = append(names, id(x))
	}
	return names
}

func limitIDs(l *statute.Law) []string {
	return ids(l.Limits, func(m *statute.Limit) string { return m.ID })
}

func TestOverlayLimit(t *testing.T) {
	const other = "- {id: D1, zh: 新甲, en: new a, kind: act-by, who: office, start: {zh: 起, en: start}, versions: [{days: 9, cite: [R1], conf: V}]}\n"
	l := overlaid(t, one("limits.yaml", other+"- {id: D3, zh: 丙, en: c, kind: wait, who: office, start: {zh: 起, en: start}, versions: [{days: 1, cite: [R1], conf: V}]}\n"))
	if diff := cmp.Diff([]string{"D1", "D2", "D3"}, limitIDs(l)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// What named D1 means the new one.
	d1 := l.Limit("D1")
	file := l.Procedure("p").Step("file").On(on(t, "2024-01-01"))
	if d1.Zh != "新甲" || l.Limit("D2").AfterLimit() != d1 || !file.StartsLimit(d1) {
		t.Errorf("D1 is %s; D2 begins after %p, filing starts %v; want %p", d1.Zh, l.Limit("D2").AfterLimit(), file.StartsLimits(), d1)
	}
	if d, err := d1.Count(l.Calendar, statute.Question{Start: on(t, "2024-06-03")}); err != nil || d.Due.String() != "2024-06-12" {
		t.Errorf("ends on %s, %v", d.Due, err)
	}
	// The last overlay has the last word.
	l = overlaid(t, one("limits.yaml", other), one("limits.yaml", strings.Replace(other, "新甲", "更新", 1)))
	if got := l.Limit("D1").Zh; got != "更新" {
		t.Errorf("D1 is %s", got)
	}
}

func TestOverlayRefused(t *testing.T) {
	const d1 = "- {id: D1, zh: 甲, en: a, kind: act-by, who: office, after: D2, start: {zh: 起, en: start}, versions: [{days: 9, cite: [R1], conf: V}]}\n"
	for _, c := range []struct {
		name, file, text string
		line             int
		says             string
	}{
		{"limits in a circle", "limits.yaml", "# 本院\n" + d1, 2, "circle"},
		{"limit twice in one overlay", "limits.yaml", strings.Repeat(strings.Replace(d1, "after: D2, ", "", 1), 2), 2, "given twice"},
		{"instrument that is none", "papers.yaml", "- {id: W3, zh: 书, en: paper, cite: [Q1], conf: V}\n", 1, "no such instrument"},
		{"step to no state", "procedures/own.yaml", "procedure: p\nsteps:\n  - {id: file, zh: 立案, en: open, by: office, from: [new], to: gone, law: [{cite: [R1], conf: V}]}\n", 3, "no such state"},
		{"broken calendar", "calendar/2027.yaml", "year: 2028\n", 1, "year"},
		{"option that turns on nothing", "options.yaml", "options: [service-level]\n", 1, "service-level"},
		{"a procedure of its own made a shared one", "procedures/own.yaml", "procedure: p\nfor: [p]\n", 1, "what a file is for"},
		{"a word to take out that is not there", "words.yaml", "# 本院\nbackground: [-背景]\n", 2, "no such word"},
		{"an empty word to take out", "words.yaml", "readings: {urgent: ['-']}\n", 1, "empty word"},
		{"a file nobody reads", "limit.yaml", "[]\n", 0, "unknown file"},
		{"a file of another ending", "limits.yml", "[]\n", 0, "unknown file"},
		{"a file of another ending below", "local/sh.yml", "[]\n", 0, "unknown file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := statute.LoadWith(small(), one(c.file, c.text))
			refused(t, err, c.file, c.line, c.says)
		})
	}
}

func TestOverlayCalendarYear(t *testing.T) {
	l := overlaid(t, one("calendar/2026.yaml", "year: 2026\ntitle: 本院\nannounced: 2026-01-01\nverified: 测试\nholidays:\n  - {zh: 院庆, en: Founding Day, days: 2026-06-01}\n"))
	if may, june := l.Calendar.Rest(on(t, "2026-05-04")), l.Calendar.Rest(on(t, "2026-06-01")); may || !june {
		t.Errorf("rest on 2026-05-04: %t, on 2026-06-01: %t; the overlay replaces the whole year", may, june)
	}
}

func TestOverlayProcedure(t *testing.T) {
	l := overlaid(t, one("procedures/own.yaml", `procedure: p
states:
  - {id: paused, zh: 暂停, en: paused, phase: filed}
steps:
  - {id: close, zh: 结案, en: close, by: office, from: [open, paused], to: closed, law: [{cite: [R2], conf: V, ends: [D1, D2]}]}
  - {id: pause, zh: 暂停, en: pause, by: office, from: [open], to: paused, law: [{basis: practice, conf: I}]}
`))
	p := l.Procedure("p")
	if p.Zh != "程序" {
		t.Errorf("the procedure is called %s", p.Zh)
	}
	states := ids(p.States, func(s *statute.State) string { return s.ID })
	steps := ids(p.Steps, func(s *statute.Step) string { return s.ID + " " + s.Zh })
	if diff := cmp.Diff([]string{"new", "open", "closed", "paused"}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"file 立案", "close 结案", "pause 暂停"}, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if moves := ids(p.Moves(3), func(s *statute.Step) string { return s.ID }); !slices.Equal(moves, []string{"close"}) {
		t.Errorf("from the new state lead %v", moves)
	}
}

func TestOverlayLocalRule(t *testing.T) {
	const rule = `rule: {id: sh, zh: 上海, en: Shanghai, region: "31", from: 2022-01-01, to: 2024-12-31, effect: extra-ground, cite: [SH3], conf: V*}
instruments:
  - {key: SH, title: 上海决定, en: Shanghai Decision, conf: V*}
limits:
  - {id: SH1, zh: 磋商, en: consult, kind: act-by, who: office, start: {zh: 起, en: start}, versions: [{days: 10, cite: [SH3], conf: V*}]}
procedures:
  - procedure: p
    grounds:
      close: [{id: SH-paid, zh: 已付, en: paid, words: [付清]}]
    states: [{id: confirmed, zh: 已确认, en: confirmed, phase: end, end: true}]
    steps:
      - {id: confirm, zh: 确认, en: confirm, by: court, words: [确认], from: [open], to: confirmed, law: [{from: 2020-07-01, cite: [SH3], conf: V*, starts: [SH1]}]}
      - {id: report, zh: 报告, en: report, by: court, from: [open], law: [{from: 2023-01-01, cite: [SH3], conf: V*}]}
`
	l := overlaid(t, one("local/sh.yaml", rule))
	p := l.Procedure("p")
	grounds := p.Step("close").Grounds
	if len(grounds) != 1 || grounds[0].Region != "31" || grounds[0].Conf != statute.Excerpt || grounds[0].From != on(t, "2022-01-01") || grounds[0].To != on(t, "2024-12-31") {
		t.Errorf("the ground is %+v", grounds)
	}
	confirm := p.Step("confirm")
	if confirm.Region != "31" || p.State("confirmed") == nil || l.Limit("SH1").Region != "31" {
		t.Errorf("step %+v", confirm)
	}
	for day, there := range map[string]bool{"2021-12-31": false, "2022-01-01": true, "2024-12-31": true, "2025-01-01": false} {
		if got := confirm.On(on(t, day)) != nil; got != there {
			t.Errorf("on %s the local step is there: %t", day, got)
		}
	}
	if report := p.Step("report"); report.On(on(t, "2022-12-31")) != nil || report.On(on(t, "2023-01-01")) == nil {
		t.Error("a step that begins later than its rule should keep its day")
	}
	if diff := cmp.Diff([]string{"x", "sh"}, ids(l.Local, func(r *statute.LocalRule) string { return r.ID })); diff != "" {
		t.Errorf("local rules (-want +got):\n%s", diff)
	}
	// A rule of the same id takes the place of the one below, whatever its file is
	// called; another one in a file of the same name stands beside it.
	l = overlaid(t, one("local/sh.yaml", rule), one("local/own.yaml", "rule: {id: sh, zh: 新, en: new, effect: period, conf: S}\n"))
	if l.Limit("SH1") != nil || len(l.Procedure("p").Steps) != 2 || len(l.Local) != 2 || l.Local[1].Zh != "新" {
		t.Error("something of the replaced rule is left")
	}
	l = overlaid(t, one("local/sh.yaml", rule), one("local/sh.yaml", "rule: {id: sh2, zh: 新, en: new, effect: period, conf: S}\n"))
	if l.Limit("SH1") == nil || len(l.Local) != 3 {
		t.Error("a new rule hides another one")
	}
	twice := fstest.MapFS{"local/a.yaml": {Data: []byte(rule)}, "local/b.yaml": {Data: []byte(rule)}}
	_, err := statute.LoadWith(small(), twice)
	refused(t, err, "local/b.yaml", 1, "local rule given twice")
	_, err = statute.LoadWith(small(), one("local/a.yaml", rule), twice)
	refused(t, err, "local/b.yaml", 1, "local rule given twice")
}

// A rule that holds somewhere or for a time only may not hang its limits on the
// steps of the whole country, turned on or not; one that holds always may hang
// all five kinds.
func TestAttach(t *testing.T) {
	rule := func(head string) fstest.MapFS {
		return one("local/own.yaml", "rule: {id: own, zh: 本院, en: own, effect: period, "+head+`conf: S}
limits:
  - {id: L1, zh: 本院, en: own, kind: act-by, who: office, start: {zh: 起, en: start}, versions: [{days: 9, cite: [R1], conf: S}]}
procedures:
  - procedure: p
    attach:
      file: {starts: [L1], pauses: [L1], resumes: [L1], extends: [L1]}
      close: {ends: [L1]}
`)
	}
	for _, head := range []string{`region: "33", `, "from: 2024-01-01, ", "to: 2024-12-31, ", "from: 2024-01-01, optional: true, "} {
		_, err := statute.LoadWith(small(), rule(head))
		refused(t, err, "local/own.yaml", 5, "attach")
	}
	l := overlaid(t, rule(""))
	m, file := l.Limit("L1"), l.Procedure("p").Step("file")
	for _, day := range []string{"2018-03-02", "2024-01-01"} {
		r := file.On(on(t, day))
		if !r.StartsLimit(m) || !slices.Contains(r.PausesLimits(), m) || !slices.Contains(r.ResumesLimits(), m) || !slices.Contains(r.ExtendsLimits(), m) {
			t.Errorf("on %s: %s", day, r.Line())
		}
	}
	if !slices.Contains(l.Procedure("p").Step("close").On(on(t, "2024-01-01")).EndsLimits(), m) {
		t.Error("closing ends nothing")
	}
}

// An overlay adds words to the lists below, and takes out those it marks.
func TestOverlayWords(t *testing.T) {
	base := small()
	base["words.yaml"] = &fstest.MapFile{Data: []byte("background: [案发, 背景]\nagency: [局]\nreadings: {urgent: [十五日], press: [报道]}\n")}
	l, err := statute.LoadWith(base, one("words.yaml", "background: [起火, -背景]\nreadings: {urgent: [-十五日, 紧急], own: [本院]}\n"), one("words.yaml", "background: [背景]\nagency: 委\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := statute.Words{
		Background: []string{"案发", "起火", "背景"}, Agency: []string{"局", "委"},
		Readings: map[string][]string{"urgent": {"紧急"}, "press": {"报道"}, "own": {"本院"}},
	}
	got := l.Words
	got.Place = want.Place
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What an office laid over the law is at fault where both of two places could
// be named, and messages bear the name of its folder.
func TestOverlayPlaces(t *testing.T) {
	step := func(words string) string {
		return "procedure: p\nsteps:\n  - {id: again, zh: 再, en: again, by: office, words: [" + words + "], from: [open], law: [{cite: [R1], conf: V}]}\n"
	}
	for _, c := range []struct {
		name, file, text, at string
		line                 int
		says                 string
	}{
		{"a step's word in the background", "words.yaml", "# 本院\nbackground: [立案]\n", "own/words.yaml", 2, "both a step and background"},
		{"a word of the background in a step", "procedures/p.yaml", step("案发"), "own/procedures/p.yaml", 3, "both a step and background"},
		{"one word, two steps", "procedures/p.yaml", step("立案"), "own/procedures/p.yaml", 3, "one word, two steps"},
		{"a step that takes another one's word", "procedures/p.yaml", strings.NewReplacer("again", "file", "再", "立").Replace(step("旧词")), "own/procedures/p.yaml", 3, "one word, two steps"},
		{"a local rule without id", "local/a.yaml", "rule: {zh: 新, en: new}\n", "own/local/a.yaml", 1, "without rule.id"},
		{"a file nobody reads", "word.yaml", "background: []\n", "own/word.yaml", 0, "instruments.yaml、norms.yaml"},
		{"a folder nobody reads", "procedure/p.yaml", "", "own/procedure", 0, "unknown folder"},
		{"a folder in the place of a file", "limits.yaml/a", "", "own/limits.yaml", 0, "unknown folder"},
		{"a file in the place of a folder", "local", "", "own/local", 0, "unknown file"},
		{"a folder below a folder", "procedures/more/p.yaml", "", "own/procedures/more", 0, "unknown folder"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := small()
			add(base, "procedures/p.yaml", "  - {id: old, zh: 旧, en: old, by: office, words: [旧词], from: [open], law: [{cite: [R1], conf: V}]}\n")
			_, err := statute.LoadWith(base, statute.Named{FS: one(c.file, c.text), Name: "own"})
			refused(t, err, c.at, c.line, c.says)
		})
	}
}

// An overlay kept in a folder of its own may hold what is no law.
func TestOverlayBesideOtherFiles(t *testing.T) {
	o := one("README.md", "x")
	for _, name := range []string{".git/config", ".hidden.yaml", "local/notes.txt", "Makefile", "calendar/.keep"} {
		add(o, name, "x")
	}
	overlaid(t, o)
}

// A folder of law may be reached by links.
func TestLoadLinks(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "law"), small()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "linked"), 0o750); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"instruments.yaml", "procedures", "calendar"} {
		if err := os.Symlink(filepath.Join(dir, "law", name), filepath.Join(dir, "linked", name)); err != nil {
			t.Skip(err)
		}
	}
	if _, err := statute.LoadWith(small(), os.DirFS(filepath.Join(dir, "linked"))); err != nil {
		t.Error(err)
	}
}

// A rule in force for a time bounds what its steps say for longer.
func TestLocalRuleEndsItsSteps(t *testing.T) {
	l := overlaid(t, one("local/sh.yaml", `rule: {id: sh, zh: 上海, en: Shanghai, region: "31", from: 2022-01-01, to: 2024-12-31, effect: extra-state, conf: V*}
procedures:
  - procedure: p
    steps:
      - {id: confirm, zh: 确认, en: confirm, by: court, from: [open], law: [{from: 2020-07-01, to: 2025-12-31, cite: [J1], conf: V*}]}
`))
	if l.Procedure("p").Step("confirm").On(on(t, "2025-06-01")) != nil {
		t.Error("the step outlives the rule")
	}
}

// The service levels that come with the law are off until the office turns
// them on; the rest of the law stays as it is.
func TestServiceLevels(t *testing.T) {
	off := builtIn(t)
	turnedOn, err := statute.LoadWith(law.FS, one("options.yaml", "options: [service-levels]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"L01", "L02"} {
		if a, b := off.Limit(id), turnedOn.Limit(id); a == nil || b == nil || !a.Off || b.Off || !b.Optional {
			t.Errorf("%s: off %+v, on %+v", id, a, b)
		}
	}
	for _, m := range off.Limits {
		if m.Optional != strings.HasPrefix(m.ID, "L") {
			t.Errorf("%s: optional is %t", m.ID, m.Optional)
		}
	}
	if diff := cmp.Diff(limitIDs(off), limitIDs(turnedOn)); diff != "" {
		t.Errorf("limits (-off +on):\n%s", diff)
	}
	// Appraisal stops the first, the chief extends both; what may excuse lateness
	// is there, and is not what was repealed.
	l01, l02, day := turnedOn.Limit("L01"), turnedOn.Limit("L02"), on(t, "2024-06-03")
	for _, track := range []string{"administrative", "civil"} {
		rule := func(step string) *statute.Rule { return turnedOn.Procedure(track).Step(step).On(day) }
		if !slices.Contains(rule("appraise").PausesLimits(), l01) || !slices.Contains(rule("appraised").ResumesLimits(), l01) ||
			!slices.Contains(rule("extend-review").ExtendsLimits(), l01) || !slices.Contains(rule("extend-review").ExtendsLimits(), l02) {
			t.Errorf("%s: %s\n%s\n%s", track, rule("appraise").Line(), rule("appraised").Line(), rule("extend-review").Line())
		}
	}
	for _, m := range []*statute.Limit{l01, l02} {
		if len(m.Cure) == 0 || len(m.Extend) == 0 {
			t.Errorf("%s: lateness would be a breach: %+v", m.ID, m)
		}
		for _, c := range slices.Concat(m.Cure, []string{m.Extend[0].Cite}, m.Vers[0].Cite) {
			if in := turnedOn.Instrument(c); in == nil || in.To != 0 {
				t.Errorf("%s cites %s, which is repealed", m.ID, c)
			}
		}
	}
}

func TestOptionalRule(t *testing.T) {
	const rule = `rule: {id: sla, zh: 时限, en: targets, effect: period, conf: S, optional: true}
procedures:
  - procedure: p
    steps:
      - {id: remind, zh: 提醒, en: remind, by: office, words: [提醒], from: [any], law: [{basis: practice, conf: I}]}
`
	off := overlaid(t, one("local/sla.yaml", rule))
	if off.Procedure("p").Step("remind") != nil || len(off.Find(nil, "提醒")) != 0 || off.Local[1].ID != "sla" {
		t.Error("an optional rule that is off should be listed and do nothing")
	}
	turnedOn := overlaid(t, one("local/sla.yaml", rule), one("options.yaml", "options: sla\n"))
	if turnedOn.Procedure("p").Step("remind") == nil || len(turnedOn.Find(nil, "提醒")) != 1 {
		t.Error("an optional rule that is on should act")
	}
}

// Overlays leave the law below as it was.
func TestOverlayLeavesTheBase(t *testing.T) {
	before := overlaid(t)
	overlaid(t, one("local/sh.yaml", `rule: {id: sh, zh: 上海, en: Shanghai, region: "31", effect: extra-ground, conf: S}
procedures:
  - procedure: p
    grounds: {close: [{id: g, zh: 由, en: ground}]}
`))
	if again := overlaid(t); len(before.Procedure("p").Step("close").Grounds) != 0 || before.Hash != again.Hash {
		t.Error("the base changed")
	}
}

// An event is decided under a law; the hash tells which. It stands for the
// bytes of every file that was read, and for nothing else.
func TestHash(t *testing.T) {
	base := small()
	add(base, "calendar/regional.yaml", "holidays: []\n")
	hash := func(base fs.FS, overlays ...fs.FS) string {
		l, err := statute.LoadWith(base, overlays...)
		if err != nil {
			t.Fatal(err)
		}
		return l.Hash
	}
	want := hash(base)
	if len(want) != 64 || hash(maps.Clone(base)) != want {
		t.Errorf("the same files give %s and %s", want, hash(maps.Clone(base)))
	}
	for _, name := range slices.Sorted(maps.Keys(base)) {
		files := maps.Clone(base)
		add(files, name, "# 改动\n")
		if hash(files) == want {
			t.Errorf("a change of %s leaves the hash as it was", name)
		}
	}
	files := maps.Clone(base)
	for _, name := range []string{"README.md", "procedures/notes.txt", "calendar/notes.txt", ".other/a.yaml"} {
		add(files, name, "x\n")
	}
	if hash(files) != want {
		t.Error("files that are not read change the hash")
	}
	moved := maps.Clone(base)
	moved["procedures/q.yaml"] = moved["procedures/p.yaml"]
	delete(moved, "procedures/p.yaml")
	if hash(moved) == want {
		t.Error("a renamed file leaves the hash as it was")
	}
	a := one("limits.yaml", "- {id: D3, zh: 甲, en: a, kind: wait, who: office, start: {zh: 起, en: start}, versions: [{days: 1, cite: [R1], conf: V}]}\n")
	b := one("limits.yaml", "- {id: D3, zh: 乙, en: b, kind: wait, who: office, start: {zh: 起, en: start}, versions: [{days: 2, cite: [R1], conf: V}]}\n")
	if hash(base, a) == want || hash(base, a) == hash(base, b) {
		t.Error("an overlay leaves the hash as it was")
	}
	if hash(base, a, b) == hash(base, b, a) {
		t.Error("the order of two overlays leaves the hash as it was, though the later one wins")
	}
}
