package docket

import (
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"shouhu/internal/pil"
	"shouhu/internal/yamltext"
)

// Timeline is a published case as newspapers and press releases tell it.
type Timeline struct {
	ID, Title, Kind, Field, Region, Office, Outcome, Note string
	Events                                                []TimelineEvent
	// Extra keeps the keys this program does not know, as they stand.
	Extra map[string]*yaml.Node
	File  string
}

// TimelineEvent is one published event.
type TimelineEvent struct {
	Date          pil.Span
	Label, Detail string
	Line          int
}

// The most a published timeline may hold; more is a mistake, not a case.
const (
	MaxTimelineBytes = 8 << 20
	maxEvents        = 5000
	maxLabel         = 300    // characters of an event
	maxText          = 20_000 // characters of any other text
)

// ParseTimeline reads a published case. Unknown keys are kept; broken YAML, a
// day the calendar does not have, a text of the wrong kind or far too long is an
// invalid Error with file and line.
func ParseTimeline(file string, data []byte) (*Timeline, error) {
	if len(data) > MaxTimelineBytes {
		return nil, pil.At(pil.Invalid("文件超过 %d MiB (file too large)", MaxTimelineBytes>>20), file, 1)
	}
	top, err := yamltext.Parse(file, data)
	if err != nil {
		return nil, err
	}
	t := &Timeline{File: file, Extra: map[string]*yaml.Node{}}
	texts := map[string]*string{"id": &t.ID, "title": &t.Title, "kind": &t.Kind, "field": &t.Field, "region": &t.Region,
		"procuratorate": &t.Office, "outcome": &t.Outcome, "note": &t.Note}
	var events *yaml.Node
	err = eachKey(file, top, func(key, value *yaml.Node) error {
		if key.Value == "events" {
			events = value
			return nil
		}
		out, ok := texts[key.Value]
		if !ok {
			t.Extra[key.Value] = value
			return nil
		}
		*out, err = text(file, value, key.Value, maxText)
		return err
	})
	if err != nil {
		return nil, err
	}
	if events == nil {
		return nil, pil.At(pil.Invalid("缺少 events 列表 (no events)"), file, top.Line)
	}
	if events.Kind != yaml.SequenceNode || len(events.Content) > maxEvents {
		return nil, pil.At(pil.Invalid("events 应为至多 %d 项的列表 (events must be a list)", maxEvents), file, events.Line)
	}
	for _, n := range events.Content {
		e, err := parseEvent(file, n)
		if err != nil {
			return nil, err
		}
		t.Events = append(t.Events, e)
	}
	return t, nil
}

func parseEvent(file string, n *yaml.Node) (TimelineEvent, error) {
	e := TimelineEvent{Line: n.Line}
	named := false
	err := eachKey(file, n, func(key, value *yaml.Node) (err error) {
		switch key.Value {
		case "date":
			var raw string
			if raw, err = text(file, value, "date", 40); err == nil {
				e.Date, err = pil.ParseSpan(raw)
			}
		case "event":
			named = true
			e.Label, err = text(file, value, "event", maxLabel)
		case "detail":
			e.Detail, err = text(file, value, "detail", maxText)
		}
		return pil.At(err, file, value.Line)
	})
	if err == nil && !named {
		err = pil.At(pil.Invalid("事件缺少 event (event without its word)"), file, n.Line)
	}
	return e, err
}

// eachKey calls do for every key of a mapping, refusing one given twice.
func eachKey(file string, n *yaml.Node, do func(key, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return pil.At(pil.Invalid("这里应为键值表 (want a mapping)"), file, n.Line)
	}
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if seen[key.Value] {
			return pil.At(pil.Invalid("键 %s 出现了两次 (key given twice)", pil.Quote(key.Value)), file, key.Line)
		}
		seen[key.Value] = true
		if err := do(key, value); err != nil {
			return err
		}
	}
	return nil
}

func text(file string, n *yaml.Node, name string, most int) (string, error) {
	if n.Kind != yaml.ScalarNode {
		return "", pil.At(pil.Invalid("%s 应为文字 (must be text)", name), file, n.Line)
	}
	if n.Tag == "!!null" {
		return "", nil
	}
	if len(n.Value) > most && utf8.RuneCountInString(n.Value) > most {
		return "", pil.At(pil.Invalid("%s 超过 %d 字，请摘要后再录 (text too long)", name, most), file, n.Line)
	}
	return n.Value, nil
}
