package desk

import (
	"context"
	"fmt"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/evidence"
	"shouhu/internal/pil"
)

// AnalysisExhibit says who made a report, and where: the rest of what an exhibit
// states follows from the count.
type AnalysisExhibit struct {
	Matter     int64
	Analysis   int64
	Collectors []int64 // two or more (R36)
	Place      string
}

// ExhibitAnalysis enters a report as an exhibit: electronic data that the office made
// itself of others' data, which it names with their hashes. It is no appraisal
// opinion (R41): no institution was entrusted.
func (d *Desk) ExhibitAnalysis(ctx context.Context, who Who, in AnalysisExhibit) (id int64, err error) {
	v, err := d.lookAnalysis(ctx, who, account.AttachExhibit, in.Matter, in.Analysis, false)
	switch {
	case err != nil:
		return 0, err
	case v.Report == nil:
		return 0, pil.Invalid("这次分析没有报告 (there is no report)")
	case v.Exhibit != 0:
		return 0, &pil.Error{Code: pil.CodeConflict, Text: "这份报告已经是证据 (it is an exhibit already)"}
	}
	var sources []string
	for _, in := range v.Report.Inputs {
		sources = append(sources, fmt.Sprintf("%s（SHA-256 %s，计入 %d 行，剔除 %d 行）", in.Path, in.SHA256, in.Rows, in.Rejected))
	}
	files := []int64{v.ReportID}
	if v.RejectsID != 0 {
		files = append(files, v.RejectsID)
	}
	return d.AddExhibit(ctx, who, NewExhibit{Matter: in.Matter, Files: files, Facts: evidence.Facts{
		Title: fmt.Sprintf("数据分析报告（第%d次分析）", v.ID), Kind: evidence.Electronic, Method: evidence.Otherwise, Form: evidence.Original, Collectors: in.Collectors,
		On: pil.DayOf(v.EndedAt.Time()), Place: in.Place, Source: "由本院对下列数据计数得出：" + strings.Join(sources, "；"),
		Making: "以本系统计数引擎对原始数据精确计数，原始数据未改动；列的角色 " + v.Roles + "；" + v.Report.Duplicates.Rule + "；结果摘要 result_sha256 " + v.Result,
		Proves: fmt.Sprintf("数据共 %d 行，重复 %d 行，不同的人 %d 人", v.RowCount, v.Report.Duplicates.Rows, v.Persons),
	}})
}
