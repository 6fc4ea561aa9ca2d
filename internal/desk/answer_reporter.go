package desk

import (
	"context"
	"slices"
	"strings"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// The steps by which a reporter is answered.
const (
	AnswerReceipt = "receipt-informant" // it was received, and goes where: within seven days
	AnswerResult  = "answer-informant"  // progress or result: within three months
)

// AnswerManners are the ways a reporter is answered; the Chinese word is kept.
var AnswerManners = []statute.Text{
	{Zh: "电话", En: "telephone"}, {Zh: "短信", En: "text message"}, {Zh: "书面", En: "in writing"}, {Zh: "当面", En: "in person"}, {Zh: "网上", En: "on the web"},
	{Zh: "电子邮件", En: "e-mail"},
}

// ReporterAnswer is what a reporter was told.
type ReporterAnswer struct {
	Matter int64
	Seen   int
	Step   string
	On     pil.Day // 0: today
	Manner string
	Text   string
	Reason string // of an entry made late
}

// AnswerReporter records what the reporter was told, when and how. One entered
// after something later needs a reason and the head's agreement, as RecordEvent.
func (d *Desk) AnswerReporter(ctx context.Context, who Who, in ReporterAnswer) (out Recorded, err error) {
	in.Text, in.Reason = strings.TrimSpace(in.Text), strings.TrimSpace(in.Reason)
	var f Faults
	if in.Step != AnswerReceipt && in.Step != AnswerResult {
		f = append(f, Fault{"step", "请选择程序回复或者结果答复", "choose receipt or result"})
	}
	if !slices.ContainsFunc(AnswerManners, func(t statute.Text) bool { return t.Zh == in.Manner }) {
		f = append(f, Fault{"manner", "请选择答复方式", "choose how"})
	}
	if in.Text == "" {
		f = append(f, Fault{"text", "请写明答复内容", "say what was told"})
	}
	if len([]rune(in.Text)) > maxText || len([]rune(in.Reason)) > maxText {
		f = append(f, Fault{"text", "文字过长", "too long"})
	}
	if f != nil {
		return out, f
	}
	err = d.do(ctx, who, account.AnswerReporter, target{matter: named(in.Matter), seen: in.Seen, kind: store.KindClue}, func(w *work) error {
		if in.On == 0 {
			in.On = w.today
		}
		row, err := w.Clue(in.Matter)
		if err != nil {
			return err
		}
		switch {
		case in.On > w.today:
			return fault("on", "日期还没有到", "that day has not come")
		case in.On < row.ReceivedOn:
			return fault("on", "早于收到日期", "before it was received")
		case row.Reporter == clue.Anonymous.String() && row.Channel != clue.WebReport.String():
			return pil.Forbidden("本线索为匿名举报，没有可以答复的人 (anonymous: there is nobody to answer)")
		}
		events, c, err := w.history(w.matter)
		if err != nil {
			return err
		}
		act := Act{Track: "clue", Step: in.Step, On: in.On, Note: in.Text, Reason: in.Reason, More: map[string]string{"manner": in.Manner}}
		if _, err := c.Permit(act.intent("prosecutor")); err != nil {
			return err
		}
		if in.On < lastOn(events) {
			if in.Reason == "" {
				return fault("reason", "案卷中已有更晚的记录：补录须写明理由，经部门负责人同意后入卷", "there is a later entry: give the reason; the head agrees to the back-entry")
			}
			step, err := d.step("clue", in.Step)
			if err != nil {
				return err
			}
			out.Approval, err = w.propose(proposal{kind: KindCorrection, subject: in.Step, title: "补录：" + step.Zh, body: Correction{Act: &act, Reason: in.Reason},
				deciders: correctionDeciders, opinion: in.Reason})
			return err
		}
		e := act.event("prosecutor", 0)
		if err := w.append(w.matter, e); err != nil {
			return err
		}
		out.Seq = e.Seq
		if in.Manner == onTheWeb {
			return w.sayToReporter(in.Text)
		}
		return nil
	})
	return out, err
}
