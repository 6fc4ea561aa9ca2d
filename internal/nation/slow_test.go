package nation

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if os.Getenv("BY") != "" {
		var mu sync.Mutex
		all := map[string][]time.Duration{}
		slow = func(op string, u *user, took time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			k := fmt.Sprintf("%-42s %-10s %d", op, u.level, u.place)
			all[k] = append(all[k], took)
		}
		code := m.Run()
		var keys []string
		for k := range all {
			keys = append(keys, k)
			slices.Sort(all[k])
		}
		slices.SortFunc(keys, func(a, b string) int { return int(all[b][len(all[b])/2] - all[a][len(all[a])/2]) })
		for _, k := range keys[:min(len(keys), 45)] {
			l := all[k]
			fmt.Println(k, len(l), l[len(l)/2].Round(time.Microsecond), l[len(l)-1].Round(time.Microsecond))
		}
		os.Exit(code)
	}
	os.Exit(m.Run())
}
