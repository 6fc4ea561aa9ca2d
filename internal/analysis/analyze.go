package analysis

import (
	"context"
	"os"
	"runtime"
	"strings"

	"shouhu/internal/pil"
	"shouhu/internal/privacy"
	"shouhu/internal/table"
)

// Order is what is asked of one analysis.
type Order struct {
	Roles  Roles
	Tiers  map[int]privacy.Tier // of columns whose tier the caller sets
	Engine Engine               // the counting engine of the house where nil
	Memory int64                // bytes the engine may hold; 0 leaves it to the engine
	Reject func(table.Reject)   // as table.Plan has it; may be nil
	// Progress is told how far the work is, as a part of set.Size(), and how many
	// rows were read; may be nil.
	Progress func(bytes, rows int64)
}

// Analyze reads the set and makes the Report. Inputs that cannot be read are an
// invalid Error, and then there is no report at all. Where values alone show
// that a column weighs more than tier C, the set is read a second time with that
// known; Reject hears of each row once all the same.
func Analyze(ctx context.Context, set *table.Set, o Order) (*Report, error) {
	if !o.Roles.Mapped(Person) {
		return nil, pil.Invalid("缺少 person：按哪一列识别不同的人 (a person must be mapped)")
	}
	if o.Engine == nil {
		o.Engine = Tally{}
	}
	p := newPlan(set.Header(), o.Roles, o.Tiers)
	for {
		watched := p.watched()
		q := question(len(p.header), o.Roles, watched)
		q.Memory, q.Workers, q.Reject, q.Progress = o.Memory, runtime.GOMAXPROCS(0), o.Reject, o.Progress
		tier, base := p.rowTier(&q)
		pr := newProfiler(p, &q)
		q.Tier, q.Seen = tier, pr.seen
		counts, inputs, err := o.Engine.Count(ctx, set, q)
		if err != nil {
			return nil, err
		}
		seen := pr.join()
		if p.learn(seen) {
			o.Reject = nil
			continue
		}
		if tier == nil {
			counts.Tiers[0], counts.Tiers[base] = 0, counts.Tiers[0]
		}
		return Make(Facts{
			Inputs: inputsOf(inputs), Header: p.header, Roles: o.Roles, Counts: counts,
			Columns: p.columns(watched, seen, counts.Rows), Derived: seen.derived(o.Roles), Overruled: len(o.Tiers) > 0,
		})
	}
}

func inputsOf(read []table.Input) (inputs []Input) {
	for _, in := range read {
		inputs = append(inputs, Input{Path: in.Name, SHA256: in.SHA256, Rows: in.Rows, Rejected: in.Rejected})
	}
	return inputs
}

// ParseTiers reads ROLE=A|B|C or 列名=A|B|C, one each, against roles and header.
func ParseTiers(texts []string, mapped Roles, header []string) (map[int]privacy.Tier, error) {
	tiers := map[int]privacy.Tier{}
	for _, text := range texts {
		i := strings.LastIndexByte(text, '=')
		tier, ok := privacy.ParseTier(strings.ToUpper(text[i+1:]))
		if i < 0 || !ok {
			return nil, pil.Invalid("--tier 的 %s 应写作 角色=A|B|C (should be ROLE=A|B|C)", pil.Quote(text))
		}
		name := text[:i]
		var column int
		if role, known := ParseRole(name); known && mapped.Mapped(role) {
			column = mapped[role]
		} else if found, err := findColumn(name, header); err == nil {
			column = found
		} else if known {
			return nil, pil.Invalid("--tier 的角色 %s 没有映射到列 (the role is not mapped)", role)
		} else {
			return nil, pil.Invalid("--tier 的 %s 既不是角色也不是列名；角色有 %s (neither a role nor a column)", pil.Quote(name), strings.Join(roleNames[:], "、"))
		}
		if _, twice := tiers[column]; twice {
			return nil, pil.Invalid("--tier 中 %s 出现两次 (a column stands twice)", pil.Quote(name))
		}
		tiers[column] = tier
	}
	return tiers, nil
}

// Files opens the named files for reading. The caller calls closing when it is
// done with the set that was made of them. A file that cannot be opened is an
// invalid Error.
func Files(names []string) (files []table.File, closing func(), err error) {
	var open []*os.File
	closing = func() {
		for _, f := range open {
			_ = f.Close() // only read from
		}
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			closing()
			return nil, nil, pil.Invalid("打不开 %s，请检查路径 (cannot open the file)", name)
		}
		open = append(open, f)
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			closing()
			return nil, nil, pil.Invalid("%s 不是普通文件 (not a regular file)", name)
		}
		files = append(files, table.File{Name: name, Size: info.Size(), Bytes: f})
	}
	return files, closing, nil
}
