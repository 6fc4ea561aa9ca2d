package calendar

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"shouhu/internal/pil"
)

// good is a year file every case below spoils in one place.
const good = `year: 2030
title: 通知
number: 号
announced: 2029-11-01
verified: 测试
holidays:
  - zh: 元旦
    en: New Year
    days: 2029-12-30..2030-01-01
    work: [2030-01-05]
changes:
  - title: 改动
    announced: 2030-01-02
    verified: 测试
    holidays:
      - zh: 春节
        en: Spring Festival
        days: 2030-02-04
        work: [2030-02-09, 2030-01-01]
`

const goodSolar = `title: 办法
verified: 测试
holidays:
  - {zh: 劳动节, en: Labour Day, first: 05-01, days: 1, from: 2008-01-01}
  - {zh: 劳动节, en: Labour Day, first: 05-01, days: 2, from: 2025-01-01}
`

const goodRegional = `holidays:
  - region: "45"
    zh: 三月三
    en: Sanyuesan
    basis: 办法
    conf: I
    dates:
      - rest: [2030-04-05..2030-04-06, 2030-04-08]
        work: [2030-04-13]
        verified: 测试
`

func TestChangeTakesHolidayBack(t *testing.T) {
	c, err := Load(fstest.MapFS{"calendar/2030.yaml": {Data: []byte(good)}, "calendar/solar.yaml": {Data: []byte(goodSolar)}})
	if err != nil {
		t.Fatal(err)
	}
	d := day(t, "2030-01-01")
	if info := c.On(d); info.Rest || info.Kind != Working || info.Notice != "改动" {
		t.Errorf("as amended: %+v", info)
	}
	if info := c.AsAnnounced().On(d); !info.Rest || info.Kind != Holiday || info.Notice != "通知" {
		t.Errorf("as announced: %+v", info)
	}
}

func TestBadFiles(t *testing.T) {
	for _, f := range []struct {
		name, file, old, new string
		line                 int
	}{
		{"unknown key", "2030.yaml", "number: 号", "nummer: 号", 3},
		{"unknown key in holiday", "2030.yaml", "    en: New Year", "    eng: New Year", 8},
		{"key twice", "2030.yaml", "number: 号", "title: 号", 3},
		{"missing key", "2030.yaml", "title: 通知\n", "", 1},
		{"missing name", "2030.yaml", "    en: New Year\n", "", 7},
		{"missing days", "2030.yaml", "        days: 2030-02-04\n", "", 16},
		{"empty name", "2030.yaml", "en: New Year", "en: ''", 7},
		{"wrong year for file", "2030.yaml", "year: 2030", "year: 2031", 1},
		{"year no number", "2030.yaml", "year: 2030", "year: 今年", 1},
		{"no such day", "2030.yaml", "days: 2030-02-04", "days: 2030-02-30", 18},
		{"a month is no day", "2030.yaml", "days: 2030-02-04", "days: 2030-02", 18},
		{"ends before it starts", "2030.yaml", "2029-12-30..2030-01-01", "2030-01-01..2029-12-30", 9},
		{"too long", "2030.yaml", "2029-12-30..2030-01-01", "2029-12-30..2030-03-01", 9},
		{"another year's day", "2030.yaml", "2029-12-30..2030-01-01", "2029-11-30", 7},
		{"next year's day", "2030.yaml", "work: [2030-01-05]", "work: [2031-01-05]", 7},
		{"holiday named twice", "2030.yaml", "    work: [2030-01-05]", "  - {zh: 又, en: again, days: 2030-01-01}", 10},
		{"holiday and worked", "2030.yaml", "work: [2030-01-05]", "work: [2029-12-30]", 7},
		{"worked on a working day", "2030.yaml", "work: [2030-01-05]", "work: [2030-01-04]", 7},
		{"worked on no day", "2030.yaml", "work: [2030-01-05]", "work: ['']", 7},
		{"change works a working day", "2030.yaml", "2030-02-09, 2030-01-01", "2030-02-08", 16},
		{"worked day twice", "2030.yaml", "2030-02-09, 2030-01-01", "2030-02-09, 2030-02-09", 16},
		{"change before notice", "2030.yaml", "announced: 2030-01-02", "announced: 2029-10-31", 12},
		{"change without days", "2030.yaml", good[strings.LastIndex(good, "    holidays"):], "", 12},
		{"no list", "2030.yaml", "work: [2030-01-05]", "work: 2030-01-05", 10},
		{"list for text", "2030.yaml", "title: 通知", "title: [通知]", 2},
		{"no mapping", "2030.yaml", good, "- 2030", 1},
		{"empty file", "2030.yaml", good, "", 1},
		{"broken syntax", "2030.yaml", "number: 号", "number: '号", 3},
		{"file of no year", "notes.yaml", "", good, 1},
		{"solar day", "solar.yaml", "first: 05-01, days: 2", "first: 5-1, days: 2", 5},
		{"solar days beyond the month", "solar.yaml", "days: 2", "days: 31", 5},
		{"solar versions out of order", "solar.yaml", "from: 2025-01-01", "from: 2007-01-01", 5},
		{"solar without name", "solar.yaml", "en: Labour Day, ", "", 4},
		{"solar unverified", "solar.yaml", "verified: 测试\n", "", 1},
		{"solar syntax", "solar.yaml", "title: 办法", "title: {办法", 2},
		{"region", "regional.yaml", `"45"`, `"99"`, 2},
		{"region certain", "regional.yaml", "conf: I", "conf: V", 2},
		{"region without basis", "regional.yaml", "    basis: 办法\n", "", 2},
		{"region day twice", "regional.yaml", "2030-04-08", "2030-04-06", 8},
		{"region works a working day", "regional.yaml", "2030-04-13", "2030-04-12", 8},
		{"region works a rest day", "regional.yaml", "2030-04-13", "2030-04-06", 8},
		{"region unverified", "regional.yaml", "        verified: 测试\n", "", 8},
		{"region unknown key", "regional.yaml", "    zh: 三月三", "    name: 三月三", 3},
	} {
		t.Run(f.name, func(t *testing.T) {
			texts := map[string]string{"2030.yaml": good, "solar.yaml": goodSolar, "regional.yaml": goodRegional}
			spoilt := f.new
			if f.old != "" {
				if spoilt = strings.Replace(texts[f.file], f.old, f.new, 1); spoilt == texts[f.file] {
					t.Fatal("nothing spoilt")
				}
			}
			texts[f.file] = spoilt
			fsys := fstest.MapFS{}
			for name, text := range texts {
				fsys["calendar/"+name] = &fstest.MapFile{Data: []byte(text)}
			}
			wantInvalid(t, fsys, "calendar/"+f.file, f.line)
		})
	}
}

// A December day may stand in its own year's file or in the next one's.
func TestDayInTwoFiles(t *testing.T) {
	wantInvalid(t, fstest.MapFS{
		"calendar/solar.yaml": {Data: []byte(goodSolar)},
		"calendar/2030.yaml":  {Data: []byte(good)},
		"calendar/2029.yaml": {Data: []byte(`{year: 2029, title: 通知, announced: 2028-11-01, verified: 测试,
holidays: [{zh: 年末, en: end, days: 2029-12-31}]}`)},
	}, "calendar/2030.yaml", 7)
}

func wantInvalid(t *testing.T, fsys fstest.MapFS, file string, line int) {
	t.Helper()
	_, err := Load(fsys)
	var e *pil.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an Error", err)
	}
	if e.Code != pil.CodeInvalid || e.File != file || e.Line != line {
		t.Errorf("got %s %v, want invalid at %s:%d", e.Code, e, file, line)
	}
}

func TestNoFolder(t *testing.T) {
	for _, fsys := range []fstest.MapFS{{}, {"calendar/2030.yaml": {Data: []byte(good)}}} {
		if _, err := Load(fsys); pil.CodeOf(err) != pil.CodeNotFound {
			t.Errorf("got %v, want not found", err)
		}
	}
}

// Whatever the text, the parser answers with a table or with an Error that names
// the file; what it accepts can be built and asked.
func FuzzParseYear(f *testing.F) {
	files, err := filepath.Glob("../../law/calendar/20*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.TrimSuffix(filepath.Base(name), ".yaml"), text)
	}
	f.Add("2030", []byte(good))
	f.Fuzz(func(t *testing.T, year string, text []byte) {
		y, err := parseYear(year+".yaml", text)
		if err != nil {
			var e *pil.Error
			if !errors.As(err, &e) || e.Code != pil.CodeInvalid || e.File == "" {
				t.Fatalf("not an invalid Error with its file: %v", err)
			}
			return
		}
		c := build(&tables{years: map[int]yearTable{y.Year.Year: y}}, Options{}, false)
		for d := range y.days {
			if info := c.On(d); info.Notice == "" || info.Rest != c.Rest(d) {
				t.Fatalf("%s is named but not marked: %+v", d, info)
			}
		}
	})
}
