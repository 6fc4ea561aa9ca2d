package nation

import (
	"math/rand/v2"
	"testing"

	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/law"
)

// Every way is lawful, from whichever day it begins.
func TestWaysAreLawful(t *testing.T) {
	l, err := statute.Load(law.FS)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	ways := append(append([]way{clueFiled}, clueWays...), caseWays...)
	for i := range ways {
		for range 200 {
			start := firstDay + pil.Day(r.IntN(int(Today-firstDay)))
			names := []string{""}
			if ways[i].track != "clue" {
				names = []string{"甲局", "乙局"}[:1+r.IntN(2)]
			}
			events := ways[i].walk(r, start, Today, names)
			if err := Lawful(l, "个人信息保护", "420111", events); err != nil {
				t.Fatalf("way %d: %v", i, err)
			}
		}
	}
}
