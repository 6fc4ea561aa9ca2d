package calendar

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"time"

	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
)

// folder holds the law files of this package: NNNN.yaml for each year,
// solar.yaml and regional.yaml.
const folder = "calendar"

// tables is everything the files say, checked.
type tables struct {
	years    map[int]yearTable
	solar    solarFile
	regional []regionalHoliday
}

// yearTable is a year and where in its file each of its days is named.
type yearTable struct {
	Year
	days map[pil.Day]yamltext.Place
}

// solarFile is 放假办法 art 2 in all its versions, as far as it names solar days.
type solarFile struct {
	At       yamltext.Place
	Title    string      `yaml:"title"`
	Verified string      `yaml:"verified"`
	Holidays []solarRule `yaml:"holidays"`
}

// solarRule is one holiday in one version of the text.
type solarRule struct {
	At    yamltext.Place
	Zh    string   `yaml:"zh"`
	En    string   `yaml:"en"`
	First monthDay `yaml:"first"`
	Days  int      `yaml:"days"`
	From  pil.Day  `yaml:"from"` // in force for holidays that begin from this day
	until pil.Day  // and before this one; 0: still in force
}

// monthDay is a day of every year.
type monthDay struct {
	month time.Month
	day   int
}

// regionalHoliday is one holiday of one region.
type regionalHoliday struct {
	At     yamltext.Place
	Region pil.Region      `yaml:"region"`
	Zh     string          `yaml:"zh"`
	En     string          `yaml:"en"`
	Basis  string          `yaml:"basis"`
	Conf   string          `yaml:"conf"`
	Dates  []regionalDates `yaml:"dates"`
}

// regionalDates is one year of a regional holiday.
type regionalDates struct {
	At       yamltext.Place
	Rest     []Range   `yaml:"rest"`
	Work     []pil.Day `yaml:"work"`
	Verified string    `yaml:"verified"`
}

// Load reads calendar/*.yaml below fsys. A missing folder or solar.yaml is a
// not-found Error; broken data is an invalid Error with file and line.
func Load(fsys fs.FS) (*Calendar, error) {
	t := &tables{years: map[int]yearTable{}}
	found, err := t.read(fsys)
	if err != nil {
		return nil, err
	}
	if !found || len(t.solar.Holidays) == 0 {
		return nil, pil.NotFound("缺少 %s/solar.yaml（放假办法第二条的节日） (no solar holidays)", folder)
	}
	return build(t, Options{}, false), nil
}

// Overlay returns a calendar in which each year of fsys replaces that whole
// year, and solar.yaml and regional.yaml, where present, replace theirs. Without
// a calendar folder it is c itself. Errors are those of Load.
func (c *Calendar) Overlay(fsys fs.FS) (*Calendar, error) {
	t := *c.tables
	t.years = maps.Clone(t.years)
	found, err := t.read(fsys)
	if err != nil {
		return nil, err
	}
	if !found {
		return c, nil
	}
	return build(&t, c.opts, c.announced), nil
}

// read adds the files below fsys to t and reports whether there is a folder.
func (t *tables) read(fsys fs.FS) (found bool, err error) {
	files, err := fs.ReadDir(fsys, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("list %s: %w", folder, err)
	}
	for _, f := range files {
		if f.IsDir() || path.Ext(f.Name()) != ".yaml" {
			continue
		}
		name := path.Join(folder, f.Name())
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return false, fmt.Errorf("read %s: %w", name, err)
		}
		if err := t.add(name, text); err != nil {
			return false, err
		}
	}
	return true, t.disjoint()
}

// add reads one file into t.
func (t *tables) add(name string, text []byte) (err error) {
	switch path.Base(name) {
	case "solar.yaml":
		t.solar, err = parseSolar(name, text)
	case "regional.yaml":
		t.regional, err = parseRegional(name, text)
	default:
		var y yearTable
		if y, err = parseYear(name, text); err == nil {
			t.years[y.Year.Year] = y
		}
	}
	return err
}

// disjoint refuses a December day that two files name.
func (t *tables) disjoint() error {
	for _, year := range slices.Sorted(maps.Keys(t.years)) {
		y, before := t.years[year], t.years[year-1]
		for _, d := range slices.Sorted(maps.Keys(y.days)) {
			if at, ok := before.days[d]; ok {
				return y.days[d].Errorf("%s 已见于 %s (day also in another year's file)", d, at)
			}
		}
	}
	return nil
}

// solarOn is the solar holiday d falls on by the text in force, or nil.
func (t *tables) solarOn(d pil.Day) *solarRule {
	_, month, day := d.Civil()
	for i := range t.solar.Holidays {
		r := &t.solar.Holidays[i]
		first := d - pil.Day(day-r.First.day)
		if month == r.First.month && day >= r.First.day && day < r.First.day+r.Days &&
			first >= r.From && (r.until == 0 || first < r.until) {
			return r
		}
	}
	return nil
}
