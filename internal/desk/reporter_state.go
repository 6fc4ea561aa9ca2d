package desk

import (
	"slices"

	"shouhu/internal/docket"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

// The steps and the state of a case after which the harm may be gone.
const (
	stepRectify    = "rectify"   // somebody says that it was put right
	stepVerify     = "verify"    // the office found it so
	statePerformed = "performed" // the judgment was carried out
)

// course is how far the cases went that came of a clue.
type course struct {
	live     bool // one goes on
	verified bool // in one the office found it put right
	claimed  bool // in one somebody says so
}

// reporterState is what the reporter may know: where the clue stands, or the one it was
// merged into, and how far its cases went. Never which, against whom, or by whom.
func (d *Desk) reporterState(v *store.View, matter int64) (seal.Page, error) {
	root := matter
	c, err := v.Clue(matter)
	if err != nil {
		return seal.Page{}, err
	}
	if c.MergedInto != 0 {
		root = c.MergedInto
	}
	s, err := v.Standing(root)
	if err != nil {
		return seal.Page{}, err
	}
	if s.State != "filed" {
		return plainState(s.State), nil
	}
	var went course
	links, err := v.Links(root)
	if err != nil {
		return seal.Page{}, err
	}
	for i := range links {
		if links[i].Kind == LinkClue && links[i].FromID == root {
			if err := d.follow(v, links[i].ToID, &went); err != nil {
				return seal.Page{}, err
			}
		}
	}
	return plainCourse(went), nil
}

func (d *Desk) follow(v *store.View, matter int64, went *course) error {
	m, err := v.Matter(matter)
	if err != nil {
		return err
	}
	events, err := v.Events(matter)
	if err != nil {
		return err
	}
	c, err := fold(d.law, m, events)
	if err != nil {
		return err
	}
	s, err := v.Standing(matter)
	if err != nil {
		return err
	}
	moves, err := v.DemandMoves(matter)
	if err != nil {
		return err
	}
	went.live = went.live || s.Live
	went.verified = went.verified || slices.ContainsFunc(moves, func(x store.DemandMove) bool { return x.Move == string(docket.Verified) })
	for _, l := range c.Lines {
		went.claimed = went.claimed || l.Track.States[l.State].ID == statePerformed
		for i := range l.Acts {
			if a := &l.Acts[i]; !a.Implied {
				went.verified = went.verified || a.Step.ID == stepVerify
				went.claimed = went.claimed || a.Step.ID == stepRectify
			}
		}
	}
	return nil
}

// plainCourse says how far the cases went. Whether the harm is gone is asked only when
// somebody said or found that it is.
func plainCourse(c course) seal.Page {
	p := seal.Page{State: "filed", Stage: seal.StageCase, Messages: []seal.Message{}}
	switch {
	case c.verified || c.claimed:
		p.State, p.Stage, p.Asks = "rectified", seal.StageRectified, true
		p.Zh, p.En = "对方说已经整改，检察院正在核实", "Those responsible say it was put right; the procuratorate is checking"
		if c.verified {
			p.Zh, p.En = "检察院到现场核实：已经整改", "The procuratorate checked on the spot: it was put right"
		}
		p.NextZh, p.NextEn = "您离得最近：请告诉我们，问题真的解决了吗？以后又发生了，也可以凭回执码回来说。", "You are nearest: please tell us whether it is really gone. If it comes back later, come back with your code too."
	case c.live:
		p.Zh, p.En = "已经立案办理", "A case was opened"
		p.NextZh, p.NextEn = "检察院正在调查，督促有关单位依法履行职责、消除损害。这通常要几个月；有结果会写在这里。", "The procuratorate investigates and presses those responsible to put it right. This mostly takes months; results will stand here."
	default:
		p.State, p.Zh, p.En = "closed", "案件已经办结", "The case has ended"
		p.NextZh, p.NextEn = "结果见检察院的答复。如果损害还在，请写在下面，并附上新的照片。", "The answer says how. If the harm is still there, say so below and add new photos."
	}
	return p
}

// plainState says to the reporter where the clue stands before there is a case.
func plainState(state string) seal.Page {
	p := seal.Page{State: state, Messages: []seal.Message{}}
	switch state {
	case "assessing", "assessed":
		p.Stage = seal.StageAssessed
		p.Zh, p.En = "正在评估、核实", "Being looked into"
		p.NextZh, p.NextEn = "检察官核实您说的情况，再决定是否立案。可能会在这里向您提问，请隔些日子回来看看。", "A prosecutor checks what you told and decides whether to open a case. Questions to you may stand here: come back now and then."
	case "not-filed":
		p.Zh, p.En = "没有立案", "No case was opened"
		p.NextZh, p.NextEn = "理由见下面检察院的答复。有新的情况、新的证据，可以继续补充，检察院会再看。", "The answer below says why. You may add new facts or evidence; they will be looked at."
	case "transferred-out":
		p.Zh, p.En = "已经移送有权办理的检察院", "Passed on to the procuratorate that may act"
		p.NextZh, p.NextEn = "由接收的检察院继续办理。转到哪里，见下面的答复；您仍可以在这里补充。", "That office goes on with it; the answer below says which. You may still add to it here."
	case "reported-up":
		p.Zh, p.En = "已经报请上级检察院办理", "Passed on to the higher procuratorate"
		p.NextZh, p.NextEn = "由上级检察院决定怎样办理；您仍可以在这里补充。", "The higher office decides how to go on. You may still add to it here."
	default:
		p.State, p.Stage, p.Zh, p.En = "registered", seal.StageReceived, "检察院已经登记，等待评估", "Registered; waiting to be looked into"
		p.NextZh, p.NextEn = "七日内会在这里告知受理情况，三个月内答复过程或者结果。", "Within seven days you are told here that it was received and where it went; within three months, progress or result."
	}
	return p
}
