package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"

	"shouhu/internal/pil"
)

// Paging is what every list may be asked for.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"每页条数 · how many at once"`
	Cursor string `query:"cursor" maxLength:"300" doc:"上一页的 next · next of the page before"`
}

// list is a page of a list.
type list[T any] struct {
	Link string `header:"Link" doc:"下一页的地址 · the next page (RFC 8288, rel=next)"`
	Body Page[T]
}

// Page is a page of a list. Without Next it is the last.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"下一页的游标 · cursor of the next page"`
}

// place is where a page ended: the last line of it.
type place struct {
	ID  int64   `json:"i"`
	Day pil.Day `json:"d,omitzero"`
	N   int     `json:"n,omitempty"`
	For []byte  `json:"q"` // of which list
}

// asked is the address without what leads through the pages, in short.
func (c *caller) asked() []byte {
	q := c.url.Query()
	q.Del("cursor")
	q.Del("limit")
	sum := sha256.Sum256([]byte(c.url.Path + "?" + q.Encode()))
	return sum[:6]
}

// after reads a cursor: one of ours, of the same list under the same filter.
func (c *caller) after(p Paging) (at place, err error) {
	if p.Cursor == "" {
		return at, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &at)
	}
	if err != nil || at.ID <= 0 {
		return place{}, wrong{Parameter: "cursor", Zh: "不是本接口给出的游标；从第一页重新开始", En: "not a cursor of ours; begin with the first page"}
	}
	if !bytes.Equal(at.For, c.asked()) {
		return place{}, wrong{Parameter: "cursor", Zh: "游标属于另一个筛选；筛选变了，从第一页重新开始", En: "a cursor of another filter; begin with the first page"}
	}
	return at, nil
}

// page is a page of items; end is where it ended, nil for the last.
func page[T any](c *caller, items []T, end *place) *list[T] {
	out := &list[T]{Body: Page[T]{Items: items}}
	if end == nil {
		return out
	}
	end.For = c.asked()
	b, err := json.Marshal(end)
	if err != nil {
		panic(err) // plain values
	}
	out.Body.Next = base64.RawURLEncoding.EncodeToString(b)
	q := c.url.Query()
	q.Set("cursor", out.Body.Next)
	out.Link = "<" + (&url.URL{Path: c.url.Path, RawQuery: q.Encode()}).String() + `>; rel="next"`
	return out
}

// whole is a list that comes at once.
func whole[T any](items []T) *list[T] { return &list[T]{Body: Page[T]{Items: items}} }

// each makes a list of views, never null.
func each[F, T any](from []F, view func(*F) T) []T {
	to := make([]T, 0, len(from))
	for i := range from {
		to = append(to, view(&from[i]))
	}
	return to
}
