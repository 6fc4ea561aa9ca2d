package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
)

type replayCmd struct {
	overlay
	JSON  bool     `name:"json" help:"输出 JSON 数组，每个文件一项 · a JSON array, one object a file"`
	Files []string `arg:"" name:"file" help:"已公布案件的时间线(YAML) · timelines of published cases"`
}

// Run replays every file in the order given.
func (c *replayCmd) Run(out io.Writer) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	reports := make([]*docket.Report, 0, len(c.Files))
	for _, file := range c.Files {
		data, err := readLimited(file, docket.MaxTimelineBytes)
		if err != nil {
			return err
		}
		tl, err := docket.ParseTimeline(file, data)
		if err != nil {
			return err
		}
		if tl.ID == "" {
			tl.ID = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		}
		reports = append(reports, docket.Replay(l, tl))
	}
	if c.JSON {
		all := make([]docket.ReportJSON, len(reports))
		for i, r := range reports {
			all[i] = r.JSON()
		}
		return printJSON(out, all)
	}
	if len(reports) == 1 {
		return printReport(out, l, reports[0])
	}
	return printReports(out, reports)
}

// readLimited reads a file, refusing one that is larger than anybody meant.
func readLimited(file string, most int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, pil.Invalid("打不开 %s，请检查路径 (cannot open the file)", file)
	}
	defer func() { _ = f.Close() }() // only read from: closing cannot lose anything
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, pil.Invalid("读不了 %s (cannot read the file)", file)
	}
	return data, nil
}

// printReports is the table of many cases.
func printReports(out io.Writer, reports []*docket.Report) error {
	t := newTable("案件", "名称", "程序 → 状态", "期限", "违法", "提示", "说明", "归入")
	placed, all := 0, 0
	for _, r := range reports {
		p, n := r.Placeable()
		placed, all = placed+p, all+n
		var tracks []string
		for i, track := range r.Tracks {
			tracks = append(tracks, shortName(track)+" → "+track.State(r.States[i]).Zh)
		}
		limits := shortLimits(r)
		count := map[docket.Level]int{}
		for _, f := range r.Findings {
			count[f.Level]++
		}
		t.row(r.ID, shorten(r.Title, 28), strings.Join(tracks, ";"), strings.Join(limits, ";"),
			dash(count[docket.Breach]), dash(count[docket.Warning]), dash(count[docket.Info]), fmt.Sprintf("%d/%d", p, n))
	}
	if err := t.print(out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%d 件；事件 %d 项，归入步骤或背景 %d 项(%.1f%%)。单独重放一件可看每一步、每个期限的依据和说明。\n",
		len(reports), all, placed, 100*float64(placed)/float64(max(all, 1)))
	return err
}

// shortName is the word the press uses for a track, which fits a table.
func shortName(p *statute.Procedure) string {
	if len(p.Press) > 0 {
		return p.Press[0]
	}
	return p.Zh
}

// shortLimits lists the limits of a case on one line; several addressees'
// clocks that end the same day are told together.
func shortLimits(r *docket.Report) []string {
	var texts []string
	count := map[string]int{}
	for _, d := range r.Deadlines {
		text := d.Run.Limit.ID + " ?"
		if d.Run.From != 0 {
			text = d.Run.Limit.ID + " " + dueText(d) + " " + metText(d)
		}
		if count[text]++; count[text] == 1 {
			texts = append(texts, text)
		}
	}
	for i, text := range texts {
		if n := count[text]; n > 1 {
			texts[i] += fmt.Sprintf(" ×%d", n)
		}
	}
	return texts
}

var metZh = map[string]string{"yes": "按期", "no": "逾期", "unknown": "不明", "running": "未到期"}

// metText says whether a limit was kept; of a wait, whether the suit came after it.
func metText(d *docket.Deadline) string {
	if d.Run.Limit.Kind == statute.Wait {
		switch d.Met {
		case "yes":
			return "期满后起诉"
		case "no":
			return "期满前起诉"
		}
	}
	return metZh[d.Met]
}

// addressee names whose limit it is: the respondent of the line, else who is bound.
func addressee(d *docket.Deadline) string {
	if d.Addressee == d.Run.Limit.Who {
		return statute.ActorText(d.Addressee).Zh
	}
	return d.Addressee
}

func dueText(d *docket.Deadline) string {
	switch {
	case d.Run.From == 0:
		return "日期不明"
	case d.Run.To == 0:
		return d.Run.From.String() + " 起"
	case d.Run.From == d.Run.To:
		return d.Run.From.String()
	}
	return d.Run.From.String() + "…" + d.Run.To.String()
}

func dash(n int) string {
	if n == 0 {
		return "·"
	}
	return fmt.Sprint(n)
}

func shorten(s string, most int) string {
	if cells(s) <= most {
		return s
	}
	return wide.Truncate(s, most, "…")
}

// printReport is one case in full.
func printReport(out io.Writer, l *statute.Law, r *docket.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", printable(r.ID), printable(r.Title))
	for i, track := range r.Tracks {
		fmt.Fprintf(&b, "%s → %s（%s），规范 %s\n", track.Zh, track.State(r.States[i]).Zh, r.States[i], r.Rules[i])
	}
	if r.Paid > 0 {
		fmt.Fprintf(&b, "已付公益损害赔偿金 %s 元\n", r.Paid)
	}
	b.WriteByte('\n')
	events := newTable("序", "日期", "事件", "步骤", "程序", "此后状态")
	for _, e := range r.Events {
		step, state, track := e.Act, e.State, ""
		if p := l.Procedure(e.Track); p != nil {
			track = shortName(p)
			if s := p.State(e.State); s != nil {
				state = s.Zh
			}
		}
		if s := e.Step; s != nil {
			step = s.Zh
		}
		switch e.Act {
		case "background":
			step = "(背景)"
		case "":
			step = "(未归入)"
		}
		events.row(fmt.Sprint(e.Index), e.On.String(), shorten(e.Label, 30), step, track, state)
	}
	if err := events.print(&b); err != nil {
		return err
	}
	if len(r.Deadlines) > 0 {
		b.WriteString("\n期限\n")
		for _, d := range r.Deadlines {
			fmt.Fprintf(&b, "  %s %s · %s · %s · %s\n      %s\n", d.Run.Limit.ID, d.Run.Limit.Zh, printable(addressee(d)), dueText(d), metText(d), r.Explain(d).Zh)
		}
	}
	if len(r.Findings) > 0 {
		b.WriteString("\n认定\n")
		for _, f := range r.Findings {
			fmt.Fprintf(&b, "  [%s] %s %s", levelZh[f.Level], f.Code, f.Message)
			if len(f.Basis) > 0 {
				fmt.Fprintf(&b, " · %s", strings.Join(f.Basis, "、"))
			}
			if len(f.Cure) > 0 {
				fmt.Fprintf(&b, " · 可由 %s 补正", strings.Join(f.Cure, "、"))
			}
			b.WriteByte('\n')
		}
	}
	fmt.Fprintf(&b, "\n法律数据 %s\n", l.Hash[:12])
	_, err := io.WriteString(out, b.String())
	return err
}

var levelZh = map[docket.Level]string{docket.Breach: "违法", docket.Warning: "提示", docket.Info: "说明"}
