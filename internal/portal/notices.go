package portal

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"html"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"shouhu/internal/ui"
)

// Notice is what the office released, one ID.json.
type Notice struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Title     string `json:"title"`
	Published string `json:"published"` // a day, or RFC 3339
	HTML      string `json:"html_text"`
}

const maxNotices = 1000

var noticeID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// noticeBoard reads the folder again every few seconds at most.
type noticeBoard struct {
	files fs.FS
	mu    sync.Mutex
	read  time.Time
	list  []Notice
}

// all lists the notices, newest first. A file that is no notice is left out.
func (b *noticeBoard) all() []Notice {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.files == nil || time.Since(b.read) < 5*time.Second {
		return b.list
	}
	names, err := fs.Glob(b.files, "*.json")
	if err != nil {
		return b.list
	}
	var list []Notice
	for _, name := range names {
		text, err := fs.ReadFile(b.files, name)
		var n Notice
		if err != nil || json.Unmarshal(text, &n) != nil || n.ID+".json" != name || !noticeID.MatchString(n.ID) {
			continue
		}
		list = append(list, n)
	}
	slices.SortFunc(list, func(x, y Notice) int {
		if c := strings.Compare(y.Published, x.Published); c != 0 {
			return c
		}
		return strings.Compare(y.ID, x.ID)
	})
	b.list, b.read = list[:min(len(list), maxNotices)], time.Now()
	return b.list
}

// allowed are the tags a notice may have, without attributes; all else is text.
var allowed = regexp.MustCompile(`&lt;(/?(?:p|br|h2|h3|h4|ul|ol|li|strong|em|table|thead|tbody|tr|th|td|blockquote|hr))\s*/?&gt;`)

func safeHTML(text string) string {
	return allowed.ReplaceAllString(html.EscapeString(html.UnescapeString(text)), "<$1>")
}

// day is when a notice was published, for people.
func (n Notice) day() string {
	day, _, _ := strings.Cut(n.Published, "T")
	return day
}

func (n Notice) moment() string {
	if t, err := time.Parse(time.RFC3339, n.Published); err == nil {
		return t.Format(time.RFC3339)
	}
	return n.day() + "T00:00:00+08:00"
}

func (p *Portal) noticeList(w http.ResponseWriter, r *http.Request) {
	ctx := ui.WithLang(r.Context(), langOf(r))
	w.Header().Del("X-Robots-Tag")
	p.page(w, r, http.StatusOK, ui.Page{Title: ui.T(ctx, "公告", "Notices")}, func(context.Context) templ.Component { return noticesPage(p.notices.all()) })
}

func (p *Portal) notice(w http.ResponseWriter, r *http.Request) {
	for _, n := range p.notices.all() {
		if n.ID == r.PathValue("id") {
			w.Header().Del("X-Robots-Tag")
			p.page(w, r, http.StatusOK, ui.Page{Title: n.Title, Lead: n.day()}, func(context.Context) templ.Component { return noticePage(n) })
			return
		}
	}
	p.trouble(w, r, http.StatusNotFound)
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Content atomText `xml:"content"`
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Link    atomLink    `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

func (p *Portal) noticeFeed(w http.ResponseWriter, _ *http.Request) {
	author := p.Office
	if author == "" {
		author = "检察院"
	}
	f := atomFeed{ID: "urn:shouhu:notices", Title: author + " · 公益诉讼公告", Author: author, Updated: "2015-07-01T00:00:00+08:00", Link: atomLink{"alternate", "/notices"}}
	for i, n := range p.notices.all() {
		if i == 0 {
			f.Updated = n.moment()
		}
		f.Entries = append(f.Entries, atomEntry{ID: "urn:shouhu:notice:" + n.ID, Title: n.Title, Updated: n.moment(),
			Link: atomLink{"alternate", "/notices/" + n.ID}, Content: atomText{"html", safeHTML(n.HTML)}})
	}
	body, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		p.fault("write the feed", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, _ = w.Write(append([]byte(xml.Header), body...)) // who has gone away needs no feed
}
