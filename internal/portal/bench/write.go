package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"shouhu/internal/measured"
)

// write puts the measurements into the document.
func (b *bench) write(doc string) error {
	return measured.Write(doc, "bench-portal", b.section(time.Now()))
}

func (b *bench) section(now time.Time) string {
	var s strings.Builder
	limit := b.find(argon, 0)
	fmt.Fprintf(&s, `## The public door

The real program (`+"`cmd/portal`"+`) with its spool on this machine's disk; clients over loopback on the same %d cores, each sending its next report when the last was answered. Every code costs an argon2id of 32 MiB and three passes, as many at once as there are cores; reports are sealed, written and fsynced before they are acknowledged. %s reports were acknowledged in this run, and as many lay in the spool in the end.

Repeat: `+"`make bench-portal`"+` (two minutes; the load of the machine was %s before)

| what | clients | a second | of the argon2id limit | p50 | p95 | memory of the door |
|---|---|---|---|---|---|---|
`, runtime.NumCPU(), measured.Grouped(int64(b.stored)), b.load)
	for _, l := range b.lines {
		share, memory := "–", "–"
		if l.resident > 0 {
			share, memory = fmt.Sprintf("%.0f %%", 100*l.rate/limit.rate), fmt.Sprintf("%d MiB", l.resident>>20)
		}
		fmt.Fprintf(&s, "| %s | %d | %.1f | %s | %s | %s | %s |\n", l.name, l.clients, l.rate, share, round(l.p50), round(l.p95), memory)
	}
	s.WriteString("\n")
	bar := func(what string, got any, wanted string, met bool) {
		word := "met"
		if !met {
			word = "**missed**"
		}
		fmt.Fprintf(&s, "- %s: %v (the bar is %s): %s\n", what, got, wanted, word)
	}
	at16, at256, returns := b.find(text, 16), b.find(text, 256), b.find(back, 16)
	if at16.clients > 0 {
		bar("reports a second at 16 clients", fmt.Sprintf("%.1f", at16.rate), "20", at16.rate >= 20)
		bar("their p95", round(at16.p95), "2 s", at16.p95 < 2*time.Second)
	}
	write := b.find(sealed, 0)
	bar("sealed writes a second without argon2id", fmt.Sprintf("%.0f", write.rate), "300", write.rate >= 300)
	if returns.clients > 0 {
		bar("p95 of coming back at 16 clients", round(returns.p95), "2 s", returns.p95 < 2*time.Second)
	}
	if at256.clients > 0 {
		bar("memory at 256 clients", fmt.Sprintf("%d MiB", at256.resident>>20), "200 MB", at256.resident < 200e6)
	}
	fmt.Fprintf(&s, "\nMeasured %s, %d cores, %s.\n", now.Format("2006-01-02"), runtime.NumCPU(), runtime.Version())
	return s.String()
}

// find is the line of that name and number of clients; 0 is any.
func (b *bench) find(name string, clients int) line {
	for _, l := range b.lines {
		if l.name == name && (clients == 0 || l.clients == clients) {
			return l
		}
	}
	return line{}
}

// round writes a time with as many digits as mean something.
func round(d time.Duration) string {
	if d >= time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
}
