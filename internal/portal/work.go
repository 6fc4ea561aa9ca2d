package portal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/bits"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How hard a puzzle is: some seconds of a telephone when the line is at its longest.
const (
	puzzleLeast = 14 // bits
	puzzleMost  = 20
	puzzleLasts = 10 * time.Minute
)

// puzzles are given out while the line is long. Whoever solves one waits in a shorter
// line; whoever has no script just waits. Nothing about anybody is kept but which
// puzzles were used, until they expire.
type puzzles struct {
	key  []byte
	mu   sync.Mutex
	used map[string]int64 // puzzle to when it expires, in seconds
}

func (z *puzzles) sign(text string) string {
	mac := hmac.New(sha256.New, z.key)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// hardness is how many bits a line of that length asks for; 0: none.
func hardness(waiting, long int) int {
	if waiting < long {
		return 0
	}
	return min(puzzleLeast+bits.Len(uint(waiting/long))-1, puzzleMost)
}

// turnAhead answers how long the line is: a puzzle, or none.
func (p *Portal) turnAhead(w http.ResponseWriter, r *http.Request) {
	var answer struct {
		Bits   int    `json:"bits"`
		Puzzle string `json:"puzzle,omitempty"`
	}
	if answer.Bits = hardness(p.hash.waiting(), p.Long); answer.Bits > 0 {
		b := make([]byte, 16)
		if _, err := io.ReadFull(p.Random, b); err != nil {
			p.fail(w, r, "draw a puzzle", err)
			return
		}
		text := fmt.Sprintf("%x.%d.%d", b, p.Clock().Add(puzzleLasts).Unix(), answer.Bits)
		answer.Puzzle = text + "." + p.puzzles.sign(text)
	}
	writeJSON(w, http.StatusOK, answer)
}

// solved reports whether a text is a puzzle of ours, solved, in time, and for the first
// time: PUZZLE:NUMBER, whose SHA-256 begins with as many zero bits as the puzzle asks.
func (z *puzzles) solved(text string, now time.Time) bool {
	puzzle, _, _ := strings.Cut(text, ":")
	part := strings.Split(puzzle, ".")
	if len(text) > 200 || len(part) != 4 || !hmac.Equal([]byte(part[3]), []byte(z.sign(strings.Join(part[:3], ".")))) {
		return false
	}
	until, _ := strconv.ParseInt(part[1], 10, 64) // ours, as it is signed
	want, _ := strconv.Atoi(part[2])
	if sum := sha256.Sum256([]byte(text)); until < now.Unix() || zeroBits(sum[:]) < want {
		return false
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	for old, end := range z.used {
		if end < now.Unix() {
			delete(z.used, old)
		}
	}
	_, known := z.used[puzzle]
	z.used[puzzle] = until
	return !known
}

func zeroBits(b []byte) (n int) {
	for _, x := range b {
		if n += bits.LeadingZeros8(x); x != 0 {
			break
		}
	}
	return n
}
