package desk

import (
	"context"
	"crypto/rand"
	"io"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/note"

	"shouhu/internal/account"
	"shouhu/internal/analysis"
	"shouhu/internal/audit"
	"shouhu/internal/dataflow"
	"shouhu/internal/pil"
	"shouhu/internal/statute"
	"shouhu/internal/store"
)

// Config is what a Desk is made of.
type Config struct {
	Store  *store.Store
	Law    *statute.Law
	Flows  *dataflow.Rules // nil: the built-in ones
	Engine analysis.Engine // counts evidence tables; nil: the house's own
	Memory int64           // bytes that counting may hold; 0 leaves it to the engine
	// Asker gives what answers the statements of supervision models, or an Error that
	// says why there is none now; nil: there never is.
	Asker  func() (analysis.Asker, error)
	Keys   Keys
	Files  *store.Files
	Clock  func() time.Time // nil: the machine's
	Random io.Reader        // nil: the machine's
	Demo   bool             // one factor is enough, and pages say 演示

	Origin   string            // the record's name, in signed checkpoints
	Signer   note.Signer       // nil: this desk signs none
	Passkeys *account.Passkeys // nil: no security keys, for the address is not known
	Hasher   *account.Hasher   // nil: the standard one, with the pepper
}

// Keys are the installation's secrets that the running office holds.
type Keys struct {
	Seal     []byte     // 32 bytes: seals second factors and what reporters told
	Filter   audit.Salt // hashes the filters of lists in the record
	Pepper   []byte     // of passwords and passphrases
	Likeness []byte     // keys the signatures that find duplicate clues
}

// Desk answers commands and queries. It is safe for concurrent use.
type Desk struct {
	store  *store.Store
	law    *statute.Law
	flows  *dataflow.Rules
	engine analysis.Engine
	memory int64
	runs   *runs
	asker  func() (analysis.Asker, error)
	models *runs // of supervision models; they take turns with the counts
	keys   Keys
	files  *store.Files
	clock  func() time.Time
	random io.Reader
	demo   bool
	reads  *readLog
	origin string
	signer note.Signer
	door   door
	opened *dataKeys
}

// New makes a desk.
func New(c Config) *Desk {
	d := &Desk{store: c.Store, law: c.Law, keys: c.Keys, files: c.Files, clock: c.Clock, random: c.Random, demo: c.Demo,
		origin: c.Origin, signer: c.Signer, engine: c.Engine, memory: c.Memory, asker: c.Asker, runs: newRuns(), opened: &dataKeys{}}
	d.models = &runs{at: map[int64]*running{}, turn: d.runs.turn}
	if d.asker == nil {
		d.asker = func() (analysis.Asker, error) { return nil, noAsker() }
	}
	if d.clock == nil {
		d.clock = time.Now
	}
	if d.flows = c.Flows; d.flows == nil {
		d.flows = dataflow.Builtin()
	}
	if d.random == nil {
		d.random = rand.Reader
	}
	d.reads = &readLog{write: d.recordReads}
	d.door = newDoor(c)
	return d
}

// Law is the law the desk decides under.
func (d *Desk) Law() *statute.Law { return d.law }

// Flows are the rules that data-flow maps are judged by.
func (d *Desk) Flows() *dataflow.Rules { return d.flows }

// Demo reports whether this is the demonstration.
func (d *Desk) Demo() bool { return d.demo }

// Now is the desk's time.
func (d *Desk) Now() time.Time { return d.clock() }

// Day is the civil day at +08:00.
func (d *Desk) Day() pil.Day { return pil.DayOf(d.clock()) }

// Ready reports, as a busy Error, that the store does not answer.
func (d *Desk) Ready(ctx context.Context) error { return d.store.Ready(ctx) }

// Who asks, as a door established it.
type Who struct {
	Person int64
	Token  bool // through an API token, not in person
}

func personID(id int64) account.PersonID { return account.PersonID(idText(id)) }
func officeID(id int64) account.OfficeID { return account.OfficeID(idText(id)) }
func matterID(id int64) account.MatterID { return account.MatterID(idText(id)) }
func departmentID(id int64) account.DepartmentID {
	return account.DepartmentID(idText(id))
}

// idText writes an id for account, where none is the empty one.
func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// idOf is the number behind an id of account; 0 for none.
func idOf[T ~string](id T) int64 {
	n, err := strconv.ParseInt(string(id), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// At is the same desk with a clock that stands: what is told of the past is
// written on its day.
func (d *Desk) At(t time.Time) *Desk {
	at := *d
	at.clock = func() time.Time { return t }
	at.reads = &readLog{write: at.recordReads}
	return &at
}
