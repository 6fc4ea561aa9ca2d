package desk

import (
	"context"

	"shouhu/internal/account"
	"shouhu/internal/clue"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// Whereabouts is what an officer says about a clue so that its office can be
// proposed; what the clue and the office's own register know is not asked again.
type Whereabouts struct {
	Matter    int64
	Kind      clue.Kind
	Agency    clue.Agency
	Conduct   []pil.Region
	Harm      []pil.Region
	Domicile  []pil.Region
	Criminal  int64 // the office that handles the criminal case
	Major     bool
	Elsewhere bool
	Suspicion clue.Suspicion
}

// Jurisdiction is to whom a clue should go, and which offices here answer to that.
type Jurisdiction struct {
	clue.Proposal
	Offices []store.Office
	Own     store.Office
	// Received says that another office sent the clue here: it may not be sent
	// back or on (R26).
	Received bool
}

// ProposeJurisdiction proposes the competent office, with its articles. It changes
// nothing.
func (d *Desk) ProposeJurisdiction(ctx context.Context, who Who, in Whereabouts) (out Jurisdiction, err error) {
	err = d.ask(ctx, who, account.ShowClue, target{matter: named(in.Matter), kind: store.KindClue}, func(l *look) error {
		offices, err := l.Offices()
		if err != nil {
			return err
		}
		q := clue.Question{Kind: in.Kind, On: l.today, Place: l.matter.Region, Agency: in.Agency, Conduct: in.Conduct, Harm: in.Harm, Domicile: in.Domicile,
			Major: in.Major, Elsewhere: in.Elsewhere, Suspicion: in.Suspicion}
		for _, f := range clue.Fields() {
			if f.Zh() == l.matter.Field {
				q.Field = f
			}
		}
		for i := range offices {
			switch offices[i].ID {
			case l.matter.OfficeID:
				out.Own, q.Own = offices[i], clueOffice(&offices[i])
			case in.Criminal:
				q.Criminal = clueOffice(&offices[i])
			}
		}
		if in.Criminal == l.matter.OfficeID {
			q.Criminal = q.Own
		}
		if out.Received, err = l.cameFromOffice(); err != nil {
			return err
		}
		q.Transferred = out.Received
		out.Proposal = clue.Propose(q)
		if out.To.Tier == 0 {
			return nil
		}
		for i := range offices {
			if o := clueOffice(&offices[i]); o.Tier == out.To.Tier && o.Region == out.To.Region && !o.Special {
				out.Offices = append(out.Offices, offices[i])
			}
		}
		return nil
	})
	return out, err
}

// tiers are the levels of offices as package clue counts them.
var tiers = map[string]clue.Tier{
	account.Grassroots.String(): clue.County, account.City.String(): clue.City, account.Provincial.String(): clue.Province, account.Supreme.String(): clue.Nation,
}

func clueOffice(o *store.Office) clue.Office {
	return clue.Office{Tier: tiers[o.Level], Region: o.Region, Special: o.Kind != account.Local.String()}
}

// cameFromOffice reports whether another office sent the clue here.
func (l *look) cameFromOffice() (bool, error) {
	events, err := l.Events(l.matter.ID)
	if err != nil {
		return false, err
	}
	gone := map[int]bool{}
	for i := range events {
		if events[i].Void {
			gone[events[i].Supersedes] = true
		}
	}
	for i := range events {
		if events[i].Step == "accept-transfer" && !events[i].Void && !gone[events[i].Seq] {
			return true, nil
		}
	}
	return false, nil
}
