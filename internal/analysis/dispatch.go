package analysis

import (
	"strings"

	"shouhu/internal/pil"
)

// OpenEngine gives the engine an address names: nothing is the counting engine
// of the house. An address of no engine is an invalid Error.
func OpenEngine(url string) (Engine, error) {
	if url == "" {
		return Tally{}, nil
	}
	if strings.HasPrefix(url, clickHouseScheme) {
		return ParseClickHouse(url)
	}
	scheme, _, _ := strings.Cut(url, "://")
	return nil, pil.Invalid("--engine 不认识 %s (no such engine)", pil.Quote(scheme))
}
