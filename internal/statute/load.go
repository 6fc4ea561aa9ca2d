package statute

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"shouhu/internal/calendar"
	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
)

// Load reads the law below fsys, laid out as law/README.md says. Anything
// broken, unknown or contradictory is an invalid Error with file and line.
func Load(fsys fs.FS) (*Law, error) {
	var s source
	if err := s.read(fsys); err != nil {
		return nil, err
	}
	cal, err := calendar.Load(fsys)
	if err != nil {
		return nil, err
	}
	return s.compile(cal)
}

// LoadWith reads the law below base and lays each overlay over it in turn: an
// entry with the same id takes the place of the one below, a new id is added,
// a calendar year replaces that year. The result is checked as a whole.
func LoadWith(base fs.FS, overlays ...fs.FS) (*Law, error) {
	var s source
	if err := s.read(base); err != nil {
		return nil, err
	}
	cal, err := calendar.Load(base)
	if err != nil {
		return nil, err
	}
	for _, o := range overlays {
		if err := s.read(o); err != nil {
			return nil, err
		}
		if cal, err = cal.Overlay(o); err != nil {
			if e, ok := errors.AsType[*pil.Error](err); ok {
				e.File = placeName(o, e.File)
			}
			return nil, err
		}
	}
	return s.compile(cal)
}

// localFile is one file of folder local.
type localFile struct {
	Rule        *LocalRule    `yaml:"rule"`
	Instruments []*Instrument `yaml:"instruments"`
	Limits      []*Limit      `yaml:"limits"`
	Procedures  []*localTrack `yaml:"procedures"`

	file string
}

type localTrack struct {
	Procedure      string              `yaml:"procedure"`
	Grounds        map[string][]Ground `yaml:"grounds"` // step → grounds
	Attach         map[string]attached `yaml:"attach"`  // step → limits of the rule
	States         []*State            `yaml:"states"`
	Steps          []*Step             `yaml:"steps"`
	yamltext.Place `yaml:"-"`
}

// attached are limits a local rule hangs on a step that is there already.
type attached struct {
	Starts  []string `yaml:"starts"`
	Ends    []string `yaml:"ends"`
	Pauses  []string `yaml:"pauses"`
	Resumes []string `yaml:"resumes"`
	Extends []string `yaml:"extends"`
}

// source is the law as written, before it is compiled.
type source struct {
	instruments []*Instrument
	sets        []*NormSet
	papers      []*Paper
	limits      []*Limit
	procedures  []*Procedure
	locals      []*localFile
	words       Words
	background  map[string]yamltext.Place // where each word of the background was laid last
	options     []string
	optionsAt   yamltext.Place
	digest      []string       // "path sha256" of every file read
	order       map[string]int // file → how many were read before it
}

type optionsFile struct {
	Options        []string `yaml:"options"`
	yamltext.Place `yaml:"-"`
}

// flowFile is what package dataflow reads itself.
const flowFile = "flows.yaml"

// What a folder of law may hold.
var (
	lawFiles   = []string{"instruments.yaml", "norms.yaml", "papers.yaml", "limits.yaml", "words.yaml", "options.yaml", flowFile}
	lawFolders = []string{"procedures", "local", "calendar"}
)

// read lays the files below fsys over what is there.
func (s *source) read(fsys fs.FS) error {
	known := func(name string, folder bool) bool {
		return folder && slices.Contains(lawFolders, name) || !folder && slices.Contains(lawFiles, name)
	}
	if _, err := list(fsys, ".", known); err != nil {
		return err
	}
	var (
		words       Words
		instruments []*Instrument
		sets        []*NormSet
		papers      []*Paper
		limits      []*Limit
		options     optionsFile
	)
	for _, f := range []struct {
		name string
		out  any
	}{
		{"instruments.yaml", &instruments}, {"norms.yaml", &sets}, {"papers.yaml", &papers},
		{"limits.yaml", &limits}, {"words.yaml", &words}, {"options.yaml", &options},
	} {
		if err := s.readFile(fsys, f.name, f.out); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	s.instruments = overlay(s.instruments, instruments, func(i *Instrument) string { return i.Key })
	s.sets = overlay(s.sets, sets, func(n *NormSet) string { return n.ID })
	s.papers = overlay(s.papers, papers, func(p *Paper) string { return p.ID })
	s.limits = overlay(s.limits, limits, func(l *Limit) string { return l.ID })
	if err := s.layWords(words); err != nil {
		return err
	}
	s.options = append(s.options, options.Options...)
	if len(options.Options) > 0 {
		s.optionsAt = options.Place
	}
	if data, err := fs.ReadFile(fsys, flowFile); err == nil {
		s.note(flowFile, data)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.digestFolder(fsys, "calendar"); err != nil { // package calendar reads these itself
		return err
	}

	procedures, err := readFolder(s, fsys, "procedures", func(string) *Procedure { return new(Procedure) })
	if err != nil {
		return err
	}
	if s.procedures, err = overlayProcedures(s.procedures, procedures); err != nil {
		return err
	}
	locals, err := readFolder(s, fsys, "local", func(name string) *localFile { return &localFile{file: name} })
	if err != nil {
		return err
	}
	for i, f := range locals {
		if f.Rule == nil || f.Rule.ID == "" {
			return pil.At(pil.Invalid("地方规则缺少 rule.id (local rule without rule.id)"), f.file, 1)
		}
		if slices.ContainsFunc(locals[:i], func(o *localFile) bool { return o.Rule.ID == f.Rule.ID }) {
			return f.Rule.Errorf("地方规则 %s 出现了两次 (local rule given twice)", f.Rule.ID)
		}
	}
	s.locals = overlay(s.locals, locals, func(l *localFile) string { return l.Rule.ID })
	return nil
}

// layWords adds the words of a layer to those below; -词 takes one out.
func (s *source) layWords(more Words) error {
	if more.File == "" { // no such file in this layer
		return nil
	}
	if s.background == nil {
		s.words.Readings, s.background = map[string][]string{}, map[string]yamltext.Place{}
	}
	s.words.Place = more.Place
	var err error
	if s.words.Background, err = lay(s.words.Background, more.Background, more.Place); err != nil {
		return err
	}
	for _, w := range more.Background {
		s.background[w] = more.Place
	}
	if s.words.Agency, err = lay(s.words.Agency, more.Agency, more.Place); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(more.Readings)) {
		if s.words.Readings[key], err = lay(s.words.Readings[key], more.Readings[key], more.Place); err != nil {
			return err
		}
	}
	return nil
}

// lay adds words to a list and takes out those that begin with a minus.
func lay(words, more []string, at yamltext.Place) ([]string, error) {
	for _, m := range more {
		word, out := strings.CutPrefix(m, "-")
		switch {
		case word == "":
			return nil, at.Errorf("有空的用语 (empty word)")
		case !out:
			words = append(words, word)
		case !slices.Contains(words, word):
			return nil, at.Errorf("要删去的用语 %s 本来没有 (no such word to take out)", pil.Quote(word))
		default:
			words = slices.DeleteFunc(words, func(w string) bool { return w == word })
		}
	}
	return words, nil
}

func (s *source) readFile(fsys fs.FS, name string, out any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if s.order == nil {
		s.order = map[string]int{}
	}
	s.order[placeName(fsys, name)] = len(s.digest)
	s.note(name, data)
	return yamltext.Decode(placeName(fsys, name), data, out)
}

// note adds a file to what the hash covers.
func (s *source) note(name string, data []byte) {
	sum := sha256.Sum256(data)
	s.digest = append(s.digest, name+" "+hex.EncodeToString(sum[:]))
}

func (s *source) digestFolder(fsys fs.FS, dir string) error {
	names, err := list(fsys, dir, isYAML)
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		s.note(name, data)
	}
	return nil
}

func isYAML(name string, folder bool) bool { return !folder && path.Ext(name) == ".yaml" }

// list names what a folder holds that is known, in the order of the names; a
// folder that is not there holds nothing. A folder or YAML file that is not
// known would do nothing and is refused; other files, and those whose names
// begin with a dot, are the office's own.
func list(fsys fs.FS, dir string, known func(name string, folder bool) bool) ([]string, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read folder %s: %w", dir, err)
	}
	var names []string
	for _, e := range entries {
		name, folder := path.Join(dir, e.Name()), e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := fs.Stat(fsys, name)
			folder = err == nil && info.IsDir()
		}
		ext := path.Ext(name)
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case known(name, folder):
			names = append(names, name)
		case folder || ext == ".yaml" || ext == ".yml" || slices.Contains(lawFolders, name):
			what := map[bool]Text{true: {"文件夹", "folder"}, false: {"文件", "file"}}[folder]
			return nil, pil.At(pil.Invalid("不认识的%s，不会被读到；文件有 %s，文件夹有 %s，其中的文件名以 .yaml 结尾 (unknown %s, nothing would read it)", what.Zh,
				strings.Join(lawFiles, "、"), strings.Join(lawFolders, "、"), what.En), placeName(fsys, name), 0)
		}
	}
	return names, nil
}

// Named is a folder with a name, which messages about its files then bear.
type Named struct {
	fs.FS
	Name string
}

// placeName is what messages call a file.
func placeName(fsys fs.FS, name string) string {
	if n, ok := fsys.(Named); ok {
		return path.Join(n.Name, name)
	}
	return name
}

// readFolder reads every .yaml file of a folder, in the order of their names.
// fresh is told what messages call the file.
func readFolder[T any](s *source, fsys fs.FS, dir string, fresh func(name string) *T) ([]*T, error) {
	names, err := list(fsys, dir, isYAML)
	if err != nil {
		return nil, err
	}
	var all []*T
	for _, name := range names {
		one := fresh(placeName(fsys, name))
		if err := s.readFile(fsys, name, one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// overlay replaces the entries of base that have the id of one of more, and
// adds the rest at the end. Two entries of one id within more are both kept,
// so that compile can refuse them.
func overlay[T any](base, more []*T, id func(*T) string) []*T {
	out := slices.Clone(base)
	for _, m := range more {
		at := slices.IndexFunc(base, func(b *T) bool { return id(b) == id(m) })
		if at >= 0 && out[at] == base[at] {
			out[at] = m
		} else {
			out = append(out, m)
		}
	}
	return out
}

// overlayProcedures replaces states and steps by id inside a procedure that is
// there already, and adds procedures that are not. Shared files (with `for`)
// are told apart by their tracks and file. What a file is for stays.
func overlayProcedures(base, more []*Procedure) ([]*Procedure, error) {
	out := slices.Clone(base)
	for _, m := range more {
		at := slices.IndexFunc(base, func(b *Procedure) bool { return b.ID == m.ID })
		if at < 0 || out[at] != base[at] { // new, or a second file for it: compile refuses that
			out = append(out, m)
			continue
		}
		merged := *out[at]
		if m.For != nil && !slices.Equal(m.For, merged.For) {
			return nil, m.Errorf("%s 已经有了，覆盖时不能写或者改 for (an overlay cannot change what a file is for)", m.ID)
		}
		if m.Zh != "" {
			merged.Text = m.Text
		}
		if m.Press != nil {
			merged.Press = m.Press
		}
		merged.States = overlay(merged.States, m.States, func(s *State) string { return s.ID })
		merged.Steps = overlay(merged.Steps, m.Steps, stepKey)
		out[at] = &merged
	}
	return out, nil
}

func stepKey(s *Step) string { return s.ID + " " + strings.Join(s.For, ",") }

// compile joins shared steps and local rules to their tracks, resolves every
// name, and hashes the whole.
func (s *source) compile(cal *calendar.Calendar) (*Law, error) {
	l := &Law{
		Instruments: s.instruments, Sets: s.sets, Papers: s.papers, Limits: slices.Clone(s.limits),
		Words: s.words, Calendar: cal, Hash: s.hash(),
		instrument: map[string]*Instrument{}, paper: map[string]*Paper{},
		limit: map[string]*Limit{}, procedure: map[string]*Procedure{},
	}
	tracks, err := joinShared(s.procedures)
	if err != nil {
		return nil, err
	}
	l.Procedures = tracks
	for _, p := range tracks {
		if l.procedure[p.ID] != nil {
			return nil, p.Errorf("程序 %s 出现了两次 (procedure given twice)", p.ID)
		}
		l.procedure[p.ID] = p
	}
	for _, f := range s.locals {
		if err := l.join(f, s.options); err != nil {
			return nil, err
		}
	}
	if err := s.checkOptions(); err != nil {
		return nil, err
	}
	if err := s.checkWords(l); err != nil {
		return nil, err
	}
	return l, l.link()
}

// checkWords refuses a word that two steps of one track hold, or a step and the
// background, at the file that was laid later.
func (s *source) checkWords(l *Law) error {
	later := func(a, b yamltext.Place) yamltext.Place {
		if s.order[a.File] > s.order[b.File] {
			return a
		}
		return b
	}
	place := map[string]yamltext.Place{}
	for _, p := range l.Procedures {
		here := map[[2]string]*Step{}
		for _, step := range p.Steps {
			for _, w := range step.Words {
				if w == "" {
					return step.Errorf("步骤 %s 有空的用语 (empty word)", step.ID)
				}
				key := [2]string{step.Region, w}
				if o := here[key]; o != nil {
					return later(o.Place, step.Place).Errorf("用语 %s 在程序 %s 中同时指 %s 和 %s (one word, two steps)", pil.Quote(w), p.ID, o.ID, step.ID)
				}
				here[key], place[w] = step, later(place[w], step.Place)
			}
		}
	}
	for _, w := range l.Words.Background {
		if w == "" {
			return s.background[w].Errorf("有空的背景用语 (empty word)")
		}
		if at, ok := place[w]; ok {
			return later(s.background[w], at).Errorf("用语 %s 既是步骤又是背景 (a word is both a step and background)", pil.Quote(w))
		}
	}
	return nil
}

// checkOptions refuses an option that turns on nothing.
func (s *source) checkOptions() error {
	for _, o := range s.options {
		if !slices.ContainsFunc(s.locals, func(f *localFile) bool { return f.Rule.ID == o && f.Rule.Optional }) {
			return s.optionsAt.Errorf("没有可选的地方规则 %s (no optional rule of that name)", pil.Quote(o))
		}
	}
	return nil
}

// hash is over every file read, in the order read: a later overlay wins, so the
// order is part of the law.
func (s *source) hash() string {
	sum := sha256.Sum256([]byte(strings.Join(s.digest, "\n")))
	return hex.EncodeToString(sum[:])
}

// joinShared gives each track the states and steps of the shared files; a
// track's own come first in its order of states, so that a line starts there.
func joinShared(files []*Procedure) ([]*Procedure, error) {
	var tracks []*Procedure
	for _, f := range files {
		if len(f.For) == 0 {
			own := *f
			own.States, own.Steps = slices.Clone(f.States), slices.Clone(f.Steps)
			tracks = append(tracks, &own)
		}
	}
	for _, f := range files {
		for _, id := range f.For {
			at := slices.IndexFunc(tracks, func(t *Procedure) bool { return t.ID == id })
			if at < 0 {
				return nil, f.Errorf("没有程序 %s (no such procedure)", pil.Quote(id))
			}
			t := tracks[at]
			for _, st := range f.States {
				if !slices.ContainsFunc(t.States, func(x *State) bool { return x.ID == st.ID }) {
					t.States = append(t.States, st)
				}
			}
			for _, step := range f.Steps {
				if len(step.For) > 0 && !slices.Contains(step.For, id) {
					continue
				}
				own := *step // each track resolves the names for itself
				own.Law = cloneRules(step.Law)
				t.Steps = append(t.Steps, &own)
			}
		}
	}
	return tracks, nil
}

func cloneRules(rules []*Rule) []*Rule {
	out := make([]*Rule, len(rules))
	for i, r := range rules {
		c := *r
		c.Needs = slices.Clone(r.Needs)
		out[i] = &c
	}
	return out
}

// effects are what a local rule may do.
var effects = []string{"extra-ground", "extra-state", "period"}

// check refuses what the rule itself says wrongly.
func (f *localFile) check() error {
	r := f.Rule
	if !slices.Contains(effects, r.Effect) {
		return r.Errorf("effect %s 应为 %s 之一 (unknown effect)", pil.Quote(r.Effect), strings.Join(effects, "、"))
	}
	if _, err := pil.ParseRegion(r.Region); err != nil && r.Region != "" {
		return pil.At(err, r.File, r.Line)
	}
	if r.To != 0 && r.To < r.From {
		return r.Errorf("止日 %s 早于起日 %s (period ends before it starts)", r.To, r.From)
	}
	for _, t := range f.Procedures {
		if len(t.Attach) > 0 && (r.Region != "" || r.Period != Period{}) {
			return t.Errorf("规则 %s 有地区或者日期，不能用 attach：挂上的期限对所有地区、所有日期的案件起作用；请另加步骤 (attach acts everywhere and at all times; a rule with a region or dates adds steps of its own)", r.ID)
		}
	}
	return conf(r.Conf, r.Place)
}

// join adds a local rule. One that is optional and not turned on is only listed.
func (l *Law) join(f *localFile, options []string) error {
	if err := f.check(); err != nil {
		return err
	}
	r := f.Rule
	off := r.Optional && !slices.Contains(options, r.ID)
	l.Local = append(l.Local, r)
	for _, lim := range f.Limits {
		lim.Region, lim.Optional, lim.Off = r.Region, r.Optional, off
		l.Limits = append(l.Limits, lim)
	}
	l.Instruments = append(l.Instruments, f.Instruments...)
	if off {
		return nil
	}
	for _, t := range f.Procedures {
		p := l.procedure[t.Procedure]
		if p == nil {
			return t.Errorf("没有程序 %s (no such procedure)", pil.Quote(t.Procedure))
		}
		p.States = append(p.States, t.States...)
		for _, step := range t.Steps {
			step.Region = r.Region
			for _, rule := range step.Law {
				rule.From = max(rule.From, r.From)
				if r.To != 0 && (rule.To == 0 || rule.To > r.To) {
					rule.To = r.To
				}
			}
			p.Steps = append(p.Steps, step)
		}
		find := func(id string) (*Step, error) {
			at := slices.IndexFunc(p.Steps, func(s *Step) bool { return s.ID == id })
			if at < 0 {
				return nil, t.Errorf("程序 %s 没有步骤 %s (no such step)", p.ID, pil.Quote(id))
			}
			return p.Steps[at], nil
		}
		for id, limits := range t.Attach {
			step, err := find(id)
			if err != nil {
				return err
			}
			for _, rule := range step.Law {
				rule.Starts = slices.Concat(rule.Starts, limits.Starts)
				rule.Ends = slices.Concat(rule.Ends, limits.Ends)
				rule.Pauses = slices.Concat(rule.Pauses, limits.Pauses)
				rule.Resumes = slices.Concat(rule.Resumes, limits.Resumes)
				rule.Extends = slices.Concat(rule.Extends, limits.Extends)
			}
		}
		for id, grounds := range t.Grounds {
			step, err := find(id)
			if err != nil {
				return err
			}
			for _, g := range grounds {
				g.Region, g.Period = r.Region, r.Period
				if g.Conf == "" {
					g.Conf = r.Conf
				}
				if err := conf(g.Conf, t.Place); err != nil {
					return err
				}
				step.Grounds = append(slices.Clone(step.Grounds), g)
			}
		}
	}
	return nil
}
