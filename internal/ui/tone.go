package ui

import "context"

// Tone is what a colour means. No tone speaks by colour alone: a word or a sign
// stands beside it.
type Tone uint8

// The closed set of tones.
const (
	Plain   Tone = iota // nothing to say
	Late                // 逾期, refused, wrong
	Soon                // 临近届满, take care
	Waiting             // waits for somebody else, or stands still
	Done                // 完成, in order
)

func (t Tone) class() string { return [...]string{"plain", "late", "soon", "waiting", "done"}[t] }

// sign is the icon that goes with a tone; plain has none.
func (t Tone) sign() string { return [...]string{"", "alert", "clock", "pause", "check"}[t] }

// word is what a tone says to those who do not see it.
func (t Tone) word(ctx context.Context) string {
	switch t {
	case Late:
		return T(ctx, "逾期", "Late")
	case Soon:
		return T(ctx, "临近", "Due soon")
	case Waiting:
		return T(ctx, "等待", "Waiting")
	case Done:
		return T(ctx, "完成", "Done")
	}
	return ""
}
