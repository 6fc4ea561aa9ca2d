package account

import (
	"fmt"
	"time"

	"shouhu/internal/pil"
)

// Throttle slows down guessing at one account. Each account has its own, and a
// device from which the person has signed in before has one apart, so that a
// stranger's guesses delay neither other people nor, there, the person. The
// zero Throttle is that of an account nobody has guessed at.
type Throttle struct {
	Failed int       // attempts since the last success, as far as remembered
	Next   time.Time // no attempt before
}

// Pace is how fast a throttle slows down.
type Pace struct {
	Free   int           // attempts that cost no wait
	First  time.Duration // wait after the next one; each further one doubles it
	Most   time.Duration // the longest wait: nobody is locked out for longer
	Forget time.Duration // quiet time after which one attempt is forgotten
}

// PasswordPace lets a person mistype, and a guesser try about once a minute.
func PasswordPace() Pace {
	return Pace{Free: 5, First: time.Second, Most: time.Minute, Forget: 5 * time.Minute}
}

// CodePace is for the second factor: who tries there knows the password, and
// six digits are few.
func CodePace() Pace {
	return Pace{Free: 3, First: 4 * time.Second, Most: 5 * time.Minute, Forget: 30 * time.Minute}
}

// Wait is how long until the next attempt is let through; 0 for now. A moment
// further off than Most comes from a clock that was wrong, and is not waited for.
func (t Throttle) Wait(p Pace, at time.Time) time.Duration {
	if wait := t.Next.Sub(at); 0 < wait && wait <= p.Most {
		return wait
	}
	return 0
}

// Attempt charges an attempt before anything is compared, so that a thousand at
// once count as a thousand, and returns the state to store. Too early is a busy
// Error that says when, and charges nothing. After a success the state to store
// is the zero Throttle.
func (t Throttle) Attempt(p Pace, at time.Time) (Throttle, error) {
	if wait := t.Wait(p, at); wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		return t, &pil.Error{Code: pil.CodeBusy, Text: fmt.Sprintf("尝试过于频繁，请在%d秒后再试 (try again in %d s)", seconds, seconds)}
	}
	forgotten := max(at.Sub(t.Next), 0) / p.Forget
	t.Failed -= int(min(forgotten, time.Duration(t.Failed)))
	t.Failed++
	t.Next = at.Add(p.wait(t.Failed))
	return t, nil
}

// wait is how long to wait after the n-th attempt.
func (p Pace) wait(n int) time.Duration {
	if n <= p.Free {
		return 0
	}
	doubled := min(n-p.Free-1, 30)
	if p.First > p.Most>>doubled {
		return p.Most
	}
	return p.First << doubled
}
