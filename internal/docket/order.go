package docket

import (
	"slices"

	"shouhu/internal/pil"
)

// order puts the acts of a case into the order they happened in, as far as
// dates and the logic of the procedure tell: what is certainly earlier goes
// before; where dates overlap the earlier stage goes first; an undated act stays
// where the text puts it, unless the law does not let it stand there.
func (r *reader) order(f *folder) []int {
	list := make([]int, 0, len(r.acts))
	for i := range r.acts {
		if r.acts[i].step == nil {
			continue
		}
		at := len(list)
		if r.acts[i].on.Known() {
			at = r.placeDated(list, i)
		} else if !r.acts[i].clue && !r.ends(i) && !r.fits(f, list, i) {
			for j := range slices.Backward(list) {
				if r.fits(f, list[:j], i) {
					at = j
					break
				}
			}
		}
		list = slices.Insert(list, at, i)
	}
	return list
}

// ends reports whether an act ends its line: an undated one stays where the text
// puts it, for the ending of a case is never told before its course.
func (r *reader) ends(i int) bool {
	to := stage(&r.acts[i])
	return to >= 0 && r.tracks[r.acts[i].track].States[to].End
}

func (r *reader) placeDated(list []int, i int) int {
	x := &r.acts[i]
	at := len(list)
	for j, k := range list {
		if r.acts[k].on.Known() && x.on.Before(r.acts[k].on) == pil.Yes {
			at = j
			break
		}
	}
	for at > 0 {
		y := &r.acts[list[at-1]]
		if !y.on.Known() || y.on.Before(x.on) == pil.Yes || !laterStage(y, x) {
			break
		}
		at--
	}
	return at
}

// laterStage reports whether y leads to a later state of the procedure than x.
func laterStage(y, x *pressAct) bool {
	if x.clue || y.clue {
		return x.clue && !y.clue
	}
	return x.track == y.track && stage(x) >= 0 && stage(y) > stage(x)
}

// stage is the state an act leads to, -1 where it stays; states stand in the
// order of the procedure.
func stage(a *pressAct) int { return a.step.ToState() }

// moves reports whether an act takes the procedure itself on, not only a fact
// beside it.
func (r *reader) moves(a *pressAct) bool {
	return stage(a) >= 0 && !r.tracks[a.track].States[stage(a)].Fact
}

// fits reports whether an act may be taken where the acts so far leave its
// line, or after ordinary steps from there.
func (r *reader) fits(f *folder, list []int, i int) bool {
	x := &r.acts[i]
	ln := NewLine(r.tracks[x.track], "")
	for _, k := range list {
		y := &r.acts[k]
		if y.clue || y.track != x.track || y.step.ToState() < 0 {
			continue
		}
		if to := y.step.ToState(); ln.Track.States[to].Fact {
			ln.Fact = to
		} else if to > ln.State {
			ln.State, ln.Fact = to, -1
		}
	}
	if x.step.MayFrom(ln.at()) || x.step.MayFrom(ln.State) {
		return true
	}
	return f.path(ln, &Act{Step: x.step, Window: x.window}) != nil
}

// bound narrows the days each act may lie on by the logic of its track: not
// before what must come earlier, not after what must come later, nor after the
// day the press told of it.
func (r *reader) bound(list []int, horizon pil.Day) {
	for p, i := range list {
		x := &r.acts[i]
		if x.clue || x.on.Precise() {
			continue
		}
		var lo, hi pil.Day
		if !x.on.Known() {
			hi = horizon
		}
		for q, k := range list {
			y := &r.acts[k]
			if k == i || y.clue || y.track != x.track || !y.on.Known() || !r.moves(y) || stage(x) < 0 && x.step.ID != silentStep {
				continue
			}
			switch {
			case stage(x) < 0: // silence told before the suit came before it
				if q > p && y.step.ID == suitStep && (hi == 0 || y.on.To < hi) {
					hi = y.on.To
				}
			case q < p && stage(y) < stage(x):
				lo = max(lo, y.on.From)
			case q > p && stage(y) > stage(x) && r.moves(x):
				if hi == 0 || y.on.To < hi {
					hi = y.on.To
				}
			}
		}
		if w, ok := x.window.Clip(lo, hi); ok {
			x.window = w
		}
	}
}
