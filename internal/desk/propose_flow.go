package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/dataflow"
	"shouhu/internal/pil"
	"shouhu/internal/store"
	"shouhu/internal/table"
)

// FlowQuestion asks for a map from a table of the case that says who supplies
// whom.
type FlowQuestion struct {
	Matter     int64
	Seen       int // of AcceptFlow
	File       int64
	Columns    *dataflow.Columns // nil: guessed from the header
	Subject    string            // whose data they are
	Categories []string
}

// FlowProposal is what a table gives.
type FlowProposal struct {
	File    store.File
	Header  []string
	Columns dataflow.Columns
	Lines   int64 // counted
	Map     dataflow.Map
}

// maxFlowLines is how many lines a table of who supplies whom may have.
const maxFlowLines = 5_000_000

// ProposeFlow counts a table of the case and proposes a map; nothing is saved.
func (d *Desk) ProposeFlow(ctx context.Context, who Who, in FlowQuestion) (*FlowProposal, error) {
	p := &FlowProposal{}
	err := d.ask(ctx, who, account.DrawFlow, target{matter: named(in.Matter), kind: store.KindCase}, func(l *look) error {
		files, err := l.Files(in.Matter)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(files, func(f store.File) bool { return f.ID == in.File })
		if i < 0 {
			return pil.Invalid("请选择本案的表格文件 (choose a table of this case)")
		}
		p.File = files[i]
		l.sawSubject()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, d.countFlow(ctx, p, in)
}

func (d *Desk) countFlow(ctx context.Context, p *FlowProposal, in FlowQuestion) error {
	in.Subject = strings.TrimSpace(in.Subject)
	switch {
	case in.Subject == "":
		return pil.Invalid("请写明个人信息主体，如进店消费者 (say whose data they are)")
	case len(in.Categories) == 0:
		return pil.Invalid("请选择信息种类 (choose the categories)")
	}
	bytes, err := d.openBytes(ctx, &p.File)
	if err != nil {
		return err
	}
	defer func() { _ = bytes.Close() }()
	set, err := table.Open(ctx, []table.File{{Name: p.File.Name, Size: p.File.Size, Bytes: bytes}}, table.Limits{})
	if err != nil {
		return err
	}
	p.Header = set.Header()
	if p.Columns = dataflow.GuessColumns(p.Header); in.Columns != nil {
		p.Columns = *in.Columns
	}
	c := p.Columns
	if c.Supplier < 0 && c.Owner < 0 {
		return nil // the page asks for the columns
	}
	at, columns := [4]int{}, []int{}
	for i, col := range []int{c.Supplier, c.Buyer, c.Owner, c.Rows} {
		at[i] = -1
		if col >= len(p.Header) {
			return pil.Invalid("没有这一列 (no such column)")
		}
		if col >= 0 {
			at[i] = len(columns)
			columns = append(columns, col)
		}
	}
	count := dataflow.NewCount()
	cell := func(b *table.Batch, row, i int) string {
		if at[i] < 0 {
			return ""
		}
		return string(b.Cell(row, at[i]))
	}
	_, err = set.Read(ctx, table.Plan{Columns: columns}, func(_ int, b *table.Batch) error {
		for row := range b.Len() {
			rows := int64(0)
			if at[3] >= 0 {
				rows, _ = strconv.ParseInt(strings.ReplaceAll(cell(b, row, 3), ",", ""), 10, 64) // what is no number counts none
			}
			if err := count.Add(cell(b, row, 0), cell(b, row, 1), cell(b, row, 2), rows); err != nil {
				return err
			}
		}
		if count.Lines() > maxFlowLines {
			return pil.Invalid("表格超过 %d 行；请用合同或者设备清单一类的表，明细数据用“数据分析” (more than %[1]d lines)", maxFlowLines)
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.Lines = count.Lines()
	p.Map = *count.Map(in.Subject, in.Categories, []string{"file:" + idText(p.File.ID)})
	return p.Map.Check(d.flows)
}

// AcceptFlow counts the table again and puts what it gives on the map of the case.
// It tells how many edges are new.
func (d *Desk) AcceptFlow(ctx context.Context, who Who, in FlowQuestion) (added int, err error) {
	p, err := d.ProposeFlow(ctx, who, in)
	if err != nil {
		return 0, err
	}
	if len(p.Map.Edges) == 0 {
		return 0, pil.Invalid("这张表没有得出流向，请核对选的列 (the table gives no edge)")
	}
	err = d.do(ctx, who, account.DrawFlow, onCase(in.Matter, in.Seen), func(w *work) error {
		added, err = w.acceptFlow(in.Matter, &p.Map)
		return err
	})
	return added, err
}
