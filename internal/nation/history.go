package nation

import (
	"fmt"
	"math/rand/v2"

	"shouhu/internal/docket"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// act is one step of a way through a procedure: how many days after the one
// before, and what the law asks of it.
type act struct {
	step     string
	from, to int // days after the act before
	by       string
	people   int
	ground   string
	reason   string
}

// facts are what an officer affirms where the law asks for it.
var facts = map[string][]string{
	"investigate":      {"plan-made"},
	"decide-recommend": {"addressee-known", "agency-not-performing"},
	"announce":         {"addressee-known", "national-media"},
	"sue":              {"still-not-performing", "no-duties-of-third-parties", "still-harmed", "liability-not-reduced"},
}

// way is one whole history on a track.
type way struct {
	track  string
	weight int
	acts   []act
}

// clueWays begin with the registration.
var (
	clueFiled = way{"clue", 0, []act{{step: "register"}, {step: "assess-end", from: 2, to: 20}, {step: "file", from: 1, to: 5, by: "chief"}}}
	clueWays  = []way{
		{"clue", 70, []act{{step: "register"}, {step: "not-file", from: 3, to: 40, by: "chief"}}},
		{"clue", 20, []act{{step: "register"}, {step: "preliminary", from: 1, to: 15}, {step: "not-file", from: 1, to: 30, by: "chief"}}},
		{"clue", 10, []act{{step: "register"}, {step: "transfer-clue", from: 1, to: 9}}},
	}
)

var caseWays = []way{
	{"administrative", 24, []act{{step: "file", by: "chief"}, {step: "serve-filing", from: 1, to: 6}, {step: "investigate", from: 1, to: 8, people: 2}, {step: "investigate-end", from: 7, to: 40},
		{step: "decide-recommend", from: 1, to: 8, by: "chief"}, {step: "serve", from: 1, to: 4}, {step: "record-recommendation", from: 0, to: 4}, {step: "reply", from: 20, to: 58},
		{step: "verify", from: 5, to: 30}, {step: "review-end", from: 1, to: 10}, {step: "terminate", from: 1, to: 6, by: "chief", ground: "R74(3)"}}},
	{"administrative", 52, []act{{step: "file", by: "chief"}, {step: "investigate", from: 1, to: 12, people: 2}, {step: "consult", from: 3, to: 20}, {step: "verify", from: 15, to: 60},
		{step: "terminate", from: 1, to: 9, by: "chief", ground: "R74(2)"}}},
	{"administrative", 4, []act{{step: "file", by: "chief"}, {step: "investigate", from: 1, to: 8, people: 2}, {step: "investigate-end", from: 7, to: 40},
		{step: "decide-recommend", from: 1, to: 8, by: "chief"}, {step: "serve", from: 1, to: 4}, {step: "record-recommendation", from: 0, to: 4}, {step: "reply", from: 20, to: 58},
		{step: "follow-up", from: 10, to: 30}, {step: "not-rectified", from: 1, to: 5}, {step: "sue", from: 40, to: 70, by: "chief"}, {step: "record-suit", from: 1, to: 4}, {step: "accept", from: 2, to: 7}}},
	{"civil", 10, []act{{step: "file", by: "chief"}, {step: "investigate", from: 1, to: 10, people: 2}, {step: "investigate-end", from: 10, to: 60}, {step: "announce", from: 1, to: 9, by: "chief"},
		{step: "announce-expired", from: 45, to: 50}, {step: "review-end", from: 1, to: 20}, {step: "sue", from: 1, to: 20, by: "chief"}, {step: "accept", from: 2, to: 7}, {step: "judge", from: 60, to: 180}}},
	{"civil", 10, []act{{step: "file", by: "chief"}, {step: "investigate", from: 1, to: 10, people: 2}, {step: "terminate", from: 10, to: 60, by: "chief", ground: "R90(1)"}}},
}

func pickWay(r *rand.Rand, ways []way) *way {
	sum := 0
	for i := range ways {
		sum += ways[i].weight
	}
	n := r.IntN(sum)
	for i := range ways {
		if n -= ways[i].weight; n < 0 {
			return &ways[i]
		}
	}
	return &ways[0]
}

// walk is a way from a day on, cut after today: the events in their order.
func (w *way) walk(r *rand.Rand, start, today pil.Day, respondents []string) (out []store.Event) {
	days := make([]pil.Day, len(w.acts))
	on := start
	for i, a := range w.acts {
		on += pil.Day(a.from)
		if a.to > a.from {
			on += pil.Day(r.IntN(a.to - a.from + 1))
		}
		days[i] = on
	}
	for i, a := range w.acts {
		if days[i] > today {
			break
		}
		for _, name := range respondents {
			e := store.Event{Seq: len(out) + 1, On: days[i], Track: w.track, Respondent: name, Step: a.step, By: a.by, Reason: a.reason,
				Facts: store.Facts{Ground: a.ground, Affirmed: facts[a.step]}}
			if a.people > 0 {
				e.Facts.People = make([]int64, a.people)
			}
			out = append(out, e)
		}
	}
	return out
}

// Lawful asks docket whether each event of a history could be permitted when it
// came.
func Lawful(law *statute.Law, field string, region pil.Region, events []store.Event) error {
	var before []docket.Event
	for i := range events {
		e := &events[i]
		c, err := docket.Fold(law, docket.CaseFacts{Field: field, Region: region}, before)
		if err != nil {
			return err
		}
		decider := e.By
		if decider == "" {
			decider = "prosecutor"
		}
		if _, err := c.Permit(docket.Intent{Track: e.Track, Respondent: e.Respondent, Step: e.Step, On: e.On, Decider: decider, People: len(e.Facts.People),
			Facts: e.Facts.Affirmed, Ground: e.Facts.Ground, Reason: e.Reason}); err != nil {
			return fmt.Errorf("%s/%s on %s: %w", e.Track, e.Step, e.On, err)
		}
		before = append(before, e.Docket())
	}
	return nil
}
