package account

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

func TestThrottleStory(t *testing.T) {
	var th Throttle
	p := PasswordPace()
	at := noon
	for i := range 5 {
		next, err := th.Attempt(p, at)
		wants(t, err, "", "a mistyped password")
		if th = next; th.Wait(p, at) != 0 {
			t.Errorf("wait after attempt %d: %s", i+1, th.Wait(p, at))
		}
	}
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		next, err := th.Attempt(p, at)
		wants(t, err, "", "in time")
		if th = next; th.Wait(p, at) != want*time.Second {
			t.Errorf("wait %s, want %d s", th.Wait(p, at), want)
		}
		early, err := th.Attempt(p, at.Add(want*time.Second-1))
		wants(t, err, pil.CodeBusy, "too early")
		if early != th {
			t.Error("an attempt that was not let through was charged")
		}
		at = at.Add(want * time.Second)
	}
	calm, err := th.Attempt(p, at.Add(24*time.Hour))
	if err != nil || calm.Failed != 1 {
		t.Errorf("a day later %d attempts are remembered, %v", calm.Failed, err)
	}
	ahead, err := Throttle{Failed: 9, Next: noon.AddDate(10, 0, 0)}.Attempt(p, noon)
	if err != nil || ahead.Failed != 10 || ahead.Wait(p, noon) != 16*time.Second {
		t.Errorf("a clock that was ten years ahead: %+v, %v", ahead, err)
	}
}

// Nobody waits longer than Most, whatever strangers do, and strangers get about
// one guess per Most.
func TestThrottleBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]Pace{PasswordPace(), CodePace()}).Draw(t, "pace")
		var th Throttle
		at, through := noon, 0
		steps := rapid.SliceOfN(rapid.Int64Range(0, int64(2*time.Minute)), 1, 300).Draw(t, "steps")
		for _, d := range steps {
			at = at.Add(time.Duration(d))
			next, err := th.Attempt(p, at)
			if err == nil {
				through++
			}
			th = next
			if w := th.Wait(p, at); w < 0 || w > p.Most {
				t.Fatalf("wait %s", w)
			}
			if _, err := th.Attempt(p, at.Add(th.Wait(p, at))); err != nil {
				t.Fatalf("not let through when told: %v", err)
			}
		}
		span := at.Sub(noon)
		if most := p.Free + 8 + int(span/p.Most) + 2*int(span/p.Forget); through > most {
			t.Fatalf("%d guesses in %s, at most %d", through, span, most)
		}
	})
}

// What happens at one account is what would happen were there no other.
func TestThrottlesApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, at := PasswordPace(), noon
		together, alone := map[string]Throttle{}, Throttle{}
		for _, step := range rapid.SliceOf(rapid.IntRange(0, 40)).Draw(t, "steps") {
			at = at.Add(time.Duration(step) * time.Second)
			who := "a"
			if step%2 == 0 {
				who = "b"
			}
			next, err := together[who].Attempt(p, at)
			together[who] = next
			if who == "b" {
				want, wantErr := alone.Attempt(p, at)
				if alone = want; next != want || (err == nil) != (wantErr == nil) {
					t.Fatalf("b: %+v %v, alone %+v %v", next, err, want, wantErr)
				}
			}
		}
	})
}
