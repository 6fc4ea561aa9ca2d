// Package spool is the folder between the public door and the office: one sealed
// envelope a file, and sealed answers back.
//
//	new/     being written; what lies here was never acknowledged
//	in/      LOOKUP.report and LOOKUP.ID.addition: acknowledged, not yet fetched
//	out/     LOOKUP: the reporter's page, sealed to the reporter's key
//	keys/    LOOKUP of a second code: what the first opens, sealed to the second
//	refused/ what the office could not open, for somebody to look at
//
// An envelope is kept when its bytes, its name and its folder are on the disk, in
// this order; only then may anybody be told. Whoever can write the folder can
// destroy what lies in it, not read it and not change it unseen.
//
// It must not know keys, what an envelope holds, or pages. It trusts the file system
// to keep what it said was synced.
//
// 术语: 信封 envelope · 暂存 spool.
package spool

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"shouhu/internal/pil"
)

const (
	dirNew     = "new"
	dirIn      = "in"
	dirOut     = "out"
	dirKeys    = "keys"
	dirRefused = "refused"
)

var dirs = []string{dirNew, dirIn, dirOut, dirKeys, dirRefused}

// The endings of names in in/.
const (
	reportEnd   = ".report"
	additionEnd = ".addition"
)

// DefaultLimit is how many bytes may wait to be fetched.
const DefaultLimit = 20 << 30

// keysShare is the part of the limit that keys of second codes may take: one of so many.
const keysShare = 50

// maxAnswer bounds a reporter's page as it is read back.
const maxAnswer = 16 << 20

// Spool is an open folder. It is safe for concurrent use, also by two programs.
type Spool struct {
	fs     FS
	limit  int64
	used   atomic.Int64 // an estimate: the office takes away meanwhile
	drafts atomic.Int64 // what is being written
	keys   atomic.Int64 // of second codes
	mu     sync.Mutex
	looked time.Time
	sync   group
}

// Open opens a spool on a file system that has its folders, with a limit in bytes
// for what waits; 0 is DefaultLimit.
func Open(files FS, limit int64) (*Spool, error) {
	if limit == 0 {
		limit = DefaultLimit
	}
	s := &Spool{fs: files, limit: limit}
	s.sync.do = func() error { return files.SyncDir(dirIn) }
	return s, s.count()
}

// Sweep takes away what was being written by a door, or a ferry, that is gone. Only
// the door may call it, before it begins; a ferry that is writing a page just then
// fails, and brings it again.
func (s *Spool) Sweep() error {
	list, err := s.fs.List(dirNew)
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := s.fs.Remove(dirNew + "/" + e.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (s *Spool) count() error {
	for dir, n := range map[string]*atomic.Int64{dirIn: &s.used, dirKeys: &s.keys} {
		list, err := s.fs.List(dir)
		if err != nil {
			return err
		}
		var sum int64
		for _, e := range list {
			sum += e.Size
		}
		n.Store(sum)
	}
	return nil
}

// room refuses, as a busy Error, what would go over the limit.
func (s *Spool) room(more int64) error {
	fits := func() bool { return s.used.Load()+s.drafts.Load()+more <= s.limit }
	if fits() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.looked) > time.Second {
		s.looked = time.Now()
		if err := s.count(); err != nil {
			return err
		}
	}
	if !fits() {
		return full(nil)
	}
	return nil
}

func full(err error) error {
	return &pil.Error{Code: pil.CodeBusy, Text: "暂存空间已满，没有收下；请过一会儿再试 (no room just now; nothing was taken in)", Err: err}
}

// orFull says of a full disk that it is.
func orFull(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return full(err)
	}
	return err
}

const (
	draftPrefix  = "draft-"
	answerPrefix = "answer-"
)

// Draft is an envelope being written. No file is made before the first byte.
type Draft struct {
	s    *Spool
	name string
	file File
	size int64
	err  error
}

// Begin begins an envelope under a random name of the caller's, of letters and
// digits. Keep or Drop must end it.
func (s *Spool) Begin(name string) *Draft {
	return &Draft{s: s, name: dirNew + "/" + draftPrefix + name}
}

// Write writes sealed bytes. A full disk, and the limit reached, are busy Errors.
func (d *Draft) Write(p []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	if d.err = d.s.room(int64(len(p))); d.err != nil {
		return 0, d.err
	}
	if d.file == nil {
		if d.file, d.err = d.s.fs.Create(d.name); d.err != nil {
			d.err = orFull(d.err)
			return 0, d.err
		}
	}
	n, err := d.file.Write(p)
	d.size += int64(n)
	d.s.drafts.Add(int64(n))
	d.err = orFull(err)
	return n, d.err
}

// Drop takes away what was written.
func (d *Draft) Drop() {
	if d.file != nil {
		_ = d.file.Close() // it is being thrown away
		_ = d.s.fs.Remove(d.name)
		d.s.drafts.Add(-d.size)
		d.file = nil
	}
}

// KeepReport keeps the envelope as a reporter's first. When it returns without an
// error, the envelope is on the disk for good.
func (d *Draft) KeepReport(lookup string) error { return d.keep(lookup + reportEnd) }

// KeepAddition keeps the envelope as something a reporter adds.
func (d *Draft) KeepAddition(lookup, id string) error {
	return d.keep(lookup + "." + id + additionEnd)
}

func (d *Draft) keep(name string) (err error) {
	if d.err != nil {
		return d.err
	}
	if d.file == nil {
		return pil.Invalid("信封是空的 (an empty envelope)")
	}
	err = errors.Join(d.file.Sync(), d.file.Close())
	d.file = nil
	defer d.s.drafts.Add(-d.size)
	if err == nil {
		err = d.s.fs.Rename(d.name, dirIn+"/"+name)
	}
	if err != nil {
		_ = d.s.fs.Remove(d.name)
		return orFull(fmt.Errorf("keep an envelope: %w", err))
	}
	d.s.used.Add(d.size)
	return d.s.sync.wait()
}

// group lets those who wait for the same folder share one sync.
type group struct {
	do   func() error
	mu   sync.Mutex
	next *shared // begins when the one that runs is over
	busy bool
}

type shared struct {
	done chan struct{}
	err  error
}

// wait returns when a sync that began after the call is over.
func (g *group) wait() error {
	g.mu.Lock()
	if g.next == nil {
		g.next = &shared{done: make(chan struct{})}
	}
	mine := g.next
	if g.busy {
		g.mu.Unlock()
		<-mine.done
		return mine.err
	}
	g.busy = true
	g.mu.Unlock()
	g.run()
	<-mine.done
	return mine.err
}

func (g *group) run() {
	for {
		g.mu.Lock()
		now := g.next
		g.next = nil
		if now == nil {
			g.busy = false
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		now.err = g.do()
		close(now.done)
	}
}

// Known reports whether a reporter's first envelope waits, or a page lies there.
func (s *Spool) Known(lookup string) (bool, error) {
	for _, name := range []string{dirIn + "/" + lookup + reportEnd, dirOut + "/" + lookup} {
		switch err := s.fs.Exists(name); {
		case err == nil:
			return true, nil
		case !errors.Is(err, fs.ErrNotExist):
			return false, err
		}
	}
	return false, nil
}

// Answer is the reporter's page; nil where the office has not written one yet.
func (s *Spool) Answer(lookup string) ([]byte, error) { return s.read(dirOut, lookup) }

// Key is what a second code opens; nil where the look-up id is of none.
func (s *Spool) Key(lookup string) ([]byte, error) { return s.read(dirKeys, lookup) }

func (s *Spool) read(dir, lookup string) ([]byte, error) {
	r, err := s.fs.Open(dir + "/" + lookup)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxAnswer))
	return b, errors.Join(err, r.Close())
}

// Waiting is an envelope to fetch.
type Waiting struct {
	Name   string // in in/
	Lookup string
	First  bool // a report; otherwise an addition
	Size   int64
}

// Waiting lists what waits, reports before additions.
func (s *Spool) Waiting() (list []Waiting, err error) {
	names, err := s.fs.List(dirIn)
	if err != nil {
		return nil, err
	}
	for _, first := range []bool{true, false} {
		for _, e := range names {
			end := additionEnd
			if first {
				end = reportEnd
			}
			if strings.HasSuffix(e.Name, end) {
				lookup, _, _ := strings.Cut(e.Name, ".")
				list = append(list, Waiting{Name: e.Name, Lookup: lookup, First: first, Size: e.Size})
			}
		}
	}
	return list, nil
}

// Fetch opens one that waits.
func (s *Spool) Fetch(w Waiting) (io.ReadCloser, error) { return s.fs.Open(dirIn + "/" + w.Name) }

// Fetched takes away what the office has stored.
func (s *Spool) Fetched(w Waiting) error {
	err := s.fs.Remove(dirIn + "/" + w.Name)
	if errors.Is(err, fs.ErrNotExist) { // by another ferry
		return nil
	}
	return err
}

// Refuse puts aside what cannot be opened.
func (s *Spool) Refuse(w Waiting) error {
	if err := s.fs.Rename(dirIn+"/"+w.Name, dirRefused+"/"+w.Name); err != nil {
		return err
	}
	return errors.Join(s.fs.SyncDir(dirRefused), s.fs.SyncDir(dirIn))
}

// PutAnswer puts a reporter's page where the door finds it, in place of the one
// before.
func (s *Spool) PutAnswer(lookup string, sealed []byte) error {
	return s.put(dirOut, answerPrefix, lookup, sealed)
}

// PutKey keeps what a second code opens. When it returns without an error, it is on the
// disk for good. Nobody ever takes one away, so they have a limit of their own: what fills
// it is a busy Error here, and keeps no report out.
func (s *Spool) PutKey(lookup string, sealed []byte) error {
	if s.keys.Load()+int64(len(sealed)) > s.limit/keysShare {
		return full(nil)
	}
	if err := s.put(dirKeys, "key-", lookup, sealed); err != nil {
		return err
	}
	s.keys.Add(int64(len(sealed)))
	return nil
}

func (s *Spool) put(dir, prefix, lookup string, sealed []byte) error {
	name := dirNew + "/" + prefix + rand.Text() // of this writer alone: two may bring the same page
	f, err := s.fs.Create(name)
	if err != nil {
		return orFull(err)
	}
	_, err = f.Write(sealed)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = s.fs.Rename(name, dir+"/"+lookup)
	}
	if err != nil {
		_ = s.fs.Remove(name)
		return orFull(err)
	}
	return s.fs.SyncDir(dir)
}
