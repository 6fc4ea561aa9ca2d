package main

import (
	"fmt"
	"io"

	"shouhu/internal/pil"
	"shouhu/internal/privacy"
)

type thresholdCmd struct {
	A       int64  `help:"行踪轨迹、通信内容、征信、财产信息条数 · records of class A"`
	B       int64  `help:"住宿、通信记录、健康生理、交易等信息条数 · records of class B"`
	C       int64  `help:"其他个人信息条数 · records of class C"`
	Gain    string `help:"违法所得，元，至多两位小数 · illegal gain in yuan" default:"0"`
	Insider bool   `help:"在履行职责或者提供服务过程中获得(标准减半) · got in duty or service"`
	JSON    bool   `name:"json" help:"输出 JSON"`
}

// Run assesses the severity.
func (c *thresholdCmd) Run(out io.Writer) error {
	gain, err := pil.ParseMoney(c.Gain)
	if err != nil {
		return fmt.Errorf("--gain: %w", err)
	}
	s, err := privacy.Assess(privacy.Counts{A: c.A, B: c.B, C: c.C, Gain: gain, Insider: c.Insider})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, s)
	}
	verdict := "未达“情节严重”的数量、数额标准 (below the thresholds)"
	switch {
	case s.VerySerious:
		verdict = "情节特别严重 (very serious)"
	case s.Serious:
		verdict = "情节严重 (serious)"
	}
	if _, err := fmt.Fprintf(out, "%s · 比值 %s\n\n", verdict, s.Ratio); err != nil {
		return err
	}
	t := newTable("依据", "理由")
	for _, r := range s.Reasons {
		t.row(r.Rule, r.Text)
	}
	return t.print(out)
}
