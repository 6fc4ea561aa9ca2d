package web

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/ui"
)

// say is a text of the law in the language of ctx.
func say(ctx context.Context, t statute.Text) string { return inLang(ctx, t.Zh, t.En) }

// inLang is one of two texts that lie side by side in data.
func inLang(ctx context.Context, zh, en string) string {
	if ui.LangOf(ctx) == ui.English && en != "" {
		return en
	}
	return zh
}

// sentence is a text that says everything in Chinese, and the gist in English in
// brackets at the end, in the language of ctx.
func sentence(ctx context.Context, text string) string {
	at := strings.LastIndex(text, " (")
	if at < 0 || !strings.HasSuffix(text, ")") {
		return text
	}
	return inLang(ctx, text[:at], text[at+2:len(text)-1])
}

// lawKey is where a request's context holds the law.
type lawKey struct{}

// withLaw lets pages write citations in words.
func withLaw(ctx context.Context, law *statute.Law) context.Context {
	return context.WithValue(ctx, lawKey{}, law)
}

// cited is a citation the way people say it.
func cited(ctx context.Context, cite string) string {
	law, ok := ctx.Value(lawKey{}).(*statute.Law)
	if !ok {
		return cite
	}
	return say(ctx, law.CiteShort(cite))
}

// articles are citations, each leading to the law explorer.
func articles(ctx context.Context, cites []string) []ui.Article {
	var out []ui.Article
	before := ""
	for _, c := range cites {
		text := cited(ctx, c)
		if name, article, ok := strings.Cut(text, "第"); ok { // 办案规则第32条、第35条
			if name == before {
				text = "第" + article
			}
			before = name
		}
		out = append(out, ui.Article{Text: text, Href: "/law/article?cite=" + url.QueryEscape(c)})
	}
	return out
}

// citedAll are several citations in one line.
func citedAll(ctx context.Context, cites []string) string {
	var out []string
	for _, c := range cites {
		out = append(out, cited(ctx, c))
	}
	return strings.Join(out, "、")
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// matterPath is the page of a clue or case.
func matterPath(kind string, n int64) string {
	if kind == desk.KindClue {
		return "/clues/" + id(n)
	}
	return "/cases/" + id(n)
}

// phaseText names the stations of a procedure.
func phaseText(ctx context.Context, phase string) string {
	switch phase {
	case "clue":
		return ui.T(ctx, "线索", "Clue")
	case "inquiry":
		return ui.T(ctx, "调查", "Inquiry")
	case "pre-suit":
		return ui.T(ctx, "诉前", "Pre-suit")
	case "review":
		return ui.T(ctx, "审查起诉", "Review")
	case "court":
		return ui.T(ctx, "审判", "Court")
	case "after":
		return ui.T(ctx, "执行", "After")
	}
	return ui.T(ctx, "办结", "End")
}

// stateTone is what the colour of a state says: done where the line has ended,
// waiting where somebody else must act.
func stateTone(s *statute.State, ended bool) ui.Tone {
	switch {
	case ended:
		return ui.Done
	case s.ID == "served" || s.ID == "announced" || s.Phase == "court":
		return ui.Waiting
	}
	return ui.Plain
}

// lineHeads are where the lines of a case stand.
func lineHeads(ctx context.Context, lines []desk.LineView) []ui.Line {
	var out []ui.Line
	for _, l := range lines {
		v := ui.Line{Track: say(ctx, l.Track.Text), Respondent: l.Respondent, State: ui.Tag{Tone: stateTone(l.Main, l.Ended), Text: say(ctx, l.Main.Text)}}
		if l.State != l.Main {
			v.Facts = append(v.Facts, ui.Tag{Text: say(ctx, l.State.Text)})
		}
		if l.Ground != nil {
			v.Facts = append(v.Facts, ui.Tag{Text: say(ctx, l.Ground.Text)})
		}
		for _, p := range l.Phases {
			phase := ui.Phase{Name: phaseText(ctx, p.ID), Day: p.On}
			switch {
			case p.Current:
				phase.State = ui.Current
			case p.Past:
				phase.State = ui.Past
			case p.On == 0 && passed(l.Phases, p.ID):
				phase.State = ui.Skipped
			}
			v.Phases = append(v.Phases, phase)
		}
		out = append(out, v)
	}
	return out
}

// passed reports whether the line stands behind a station it never reached.
func passed(phases []desk.PhaseView, id string) bool {
	for _, p := range phases {
		if p.Current {
			return false
		}
		if p.ID == id {
			break
		}
	}
	return true
}

// deadlineView is a limit of a case as a chip.
func deadlineView(ctx context.Context, d desk.DeadlineView, today pil.Day) ui.Deadline {
	v := ui.Deadline{ID: d.ID, Name: say(ctx, d.Name), Who: say(ctx, d.WhoText), Due: d.Due, Today: today, Provisional: d.Provisional, Articles: articles(ctx, d.Basis)}
	if d.Respondent != "" {
		v.Who = d.Respondent
		if d.Who != "agency" && d.Who != "party" {
			v.Who = ui.T(ctx, "%s（%s）", "%s (%s)", say(ctx, d.WhoText), d.Respondent)
		}
	}
	if d.Ended != 0 {
		v.State, v.Note = ui.Met, ui.T(ctx, "%s 已止", "ended %s", ui.Date(d.Ended))
		if d.Met == "no" {
			v.Note = ui.T(ctx, "%s 已止，逾期", "ended %s, late", ui.Date(d.Ended))
		}
	}
	v.Explanation = strings.Split(say(ctx, d.Explain), "\n")
	for _, w := range d.Warnings {
		v.Explanation = append(v.Explanation, say(ctx, w))
	}
	return v
}

// dueDeadline is a limit in a list over several cases.
func dueDeadline(ctx context.Context, d desk.DueLine, today pil.Day) ui.Deadline {
	v := ui.Deadline{ID: d.LimitID, Name: say(ctx, d.Name), Who: say(ctx, d.Whose), Due: d.DueOn, Today: today, Provisional: d.Provisional,
		Case: ui.Link{Text: d.Title, Href: matterPath(d.MatterKind, d.MatterID)}}
	if d.Respondent != "" && (d.Who == "agency" || d.Who == "party") {
		v.Who = d.Respondent
	}
	return v
}

// query writes a path with parameters, leaving out empty ones.
func query(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// size writes a file's size for people.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}

// spanOf is the civil day of a moment.
func spanOf(t time.Time) pil.Span { return pil.On(pil.DayOf(t)) }
