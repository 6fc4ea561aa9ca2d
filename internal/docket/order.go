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
		} else if !r.acts[i].clue && !r.ends(i) {
			if fit := r.fitting(f, list, i); fit >= 0 {
				at = fit
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

// fitting is the last place of the list where an undated act may stand: where
// its step may be taken from the state the acts before it leave its line in, or
// after ordinary steps from there. It is -1 where there is none.
func (r *reader) fitting(f *folder, list []int, i int) int {
	x := &r.acts[i]
	ln := NewLine(r.tracks[x.track], "")
	type place struct{ state, fact int }
	places := make([]place, 0, len(list)+1)
	places = append(places, place{ln.State, ln.Fact})
	for _, k := range list {
		y := &r.acts[k]
		if !y.clue && y.track == x.track && stage(y) >= 0 {
			if to := stage(y); ln.Track.States[to].Fact {
				ln.Fact = to
			} else if to > ln.State {
				ln.State, ln.Fact = to, -1
			}
		}
		places = append(places, place{ln.State, ln.Fact})
	}
	reach := make([]pil.Tri, len(ln.Track.States)) // whether ordinary steps lead there from a state
	for at, p := range slices.Backward(places) {
		ln.State, ln.Fact = p.state, p.fact
		if ln.may(x.step) {
			return at
		}
		if reach[ln.State] == pil.Unknown {
			reach[ln.State] = pil.No
			if f.path(ln, &Act{Step: x.step, Window: x.window}) != nil {
				reach[ln.State] = pil.Yes
			}
		}
		if reach[ln.State] == pil.Yes {
			return at
		}
	}
	return -1
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
