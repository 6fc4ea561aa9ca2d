package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mustRefuse fails where a report is not told, with all that was typed, to come again.
func (o *outside) mustRefuse(what string, picture []byte) {
	o.Helper()
	fields := [][2]string{{"what", long("kept-as-typed")}, {"where", "河滨路<桥>"}}
	status, h, body, err := o.post(o.Context(), "/report", false, fields, picture)
	if err != nil || status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" {
		o.Errorf("%s: a report is answered with %d, Retry-After %q, %v", what, status, h.Get("Retry-After"), err)
	}
	if page := string(body); !strings.Contains(page, long("kept-as-typed")) || !strings.Contains(page, "河滨路&lt;桥&gt;") {
		o.Errorf("%s: what was typed is gone from the page", what)
	}
	if status, h, _, err := o.post(o.Context(), "/report", true, fields, picture); err != nil || status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" {
		o.Errorf("%s: for a program, a report is answered with %d, %v", what, status, err)
	}
}

// mustTake fails where a report is not acknowledged.
func (o *outside) mustTake(name string, withPhoto bool) {
	o.Helper()
	if !o.report(o.Context(), name, withPhoto) {
		o.Errorf("%s is not acknowledged", name)
	}
}

func (o *outside) waiting() int {
	o.Helper()
	list, err := filepath.Glob(filepath.Join(o.spool, "in", "*"))
	if err != nil {
		o.Fatal(err)
	}
	return len(list)
}

// While the door's disk is full, people are told to come again and keep what they
// typed; what was acknowledged is there, and known. When there is room it goes on.
// With the spool's own limit it is the same.
func TestDoorDiskFull(t *testing.T) {
	disk := smallDisk(t, 24)
	o := newOutside(t, filepath.Join(disk, "spool"), filepath.Join(t.TempDir(), "office"))
	o.openDoor()
	o.mustTake("before", true)
	giveBack := fill(t, disk, 0)
	o.mustRefuse("no room", nil)
	o.mustRefuse("no room", photo("x"))
	giveBack()
	giveBack = fill(t, disk, 1<<20)
	o.mustRefuse("room for a part", photo("x"))
	o.mustTake("beside", false)
	for n := range o.told {
		if state := o.comeBack(t.Context(), o.told[n]); state != "received" {
			t.Errorf("with the disk full the code of %s shows %q", o.told[n].name, state)
		}
	}
	giveBack()
	o.mustTake("after", true)
	o.door.kill()
	o.openDoor("--limit", "11") // megabytes, which the two photos have
	o.mustRefuse("at the limit", photo("x"))
	if n := o.waiting(); n != len(o.told) {
		t.Errorf("%d envelopes wait for %d reports", n, len(o.told))
	}
	o.mustHaveAll()
	for end := time.Now().Add(20 * time.Second); !o.report(t.Context(), "in-the-end", true); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) { // the door looks once a second whether there is room
			t.Fatal("the spool is empty, and nothing is taken in")
		}
	}
	o.mustHaveAll()
	if left, err := filepath.Glob(filepath.Join(o.spool, "new", "*")); err != nil || len(left) > 0 {
		t.Errorf("drafts are left: %v, %v", left, err)
	}
}

// While the office's disk is full, envelopes stay in the spool, and codes are known.
// One that finds no room for its files does not hold up the others.
func TestOfficeDiskFull(t *testing.T) {
	disk := smallDisk(t, 40)
	o := newOutside(t, filepath.Join(t.TempDir(), "spool"), filepath.Join(disk, "office"))
	o.openDoor()
	o.mustTake("with-photo", true)
	o.mustTake("text", false)
	ferry := func() (status int) {
		t.Helper()
		_, said, status := shouhu(t, "ferry", "--data", o.data, "--spool", o.spool)
		if status != 0 && !strings.Contains(said, "满") {
			t.Errorf("the ferry says %q", said)
		}
		return status
	}
	giveBack := fill(t, disk, 0)
	if status := ferry(); status != 2 || o.waiting() != 2 {
		t.Errorf("no room: the ferry ends with %d, %d wait", status, o.waiting())
	}
	giveBack()
	giveBack = fill(t, disk, 3<<20)
	if status := ferry(); status != 2 || o.waiting() != 1 {
		t.Errorf("room for the text only: the ferry ends with %d, %d wait", status, o.waiting())
	}
	for n, want := range []string{"received", "registered"} {
		if state := o.comeBack(t.Context(), o.told[n]); state != want {
			t.Errorf("%s: its code shows %q", o.told[n].name, state)
		}
	}
	giveBack()
	o.mustHaveAll()
}
