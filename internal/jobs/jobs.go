package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"shouhu/internal/desk"
	"shouhu/internal/store"
)

// Clock runs the office's jobs until it is stopped.
type Clock struct {
	client *river.Client[*sql.Tx]
}

// Chore is a job: its kind says what is to be done.
type Chore struct {
	What string `json:"what" river:"unique"`
}

// Kind names the job for the queue.
func (Chore) Kind() string { return "chore" }

// The chores.
const (
	Sign   = "sign"   // sign the record
	Sweep  = "sweep"  // forget sessions that ran out
	Remind = "remind" // make tasks of limits that come due
	Reread = "reread" // read files again and compare their hashes; forget uploads left lying
)

// Start brings the queue's tables up to its version and starts working. The log gets
// what goes wrong; a chore that fails is tried again later.
func Start(ctx context.Context, s *store.Store, d *desk.Desk, log *slog.Logger) (*Clock, error) {
	var driver riverdriver.Driver[*sql.Tx] = riversqlite.New(s.Writer())
	if s.Postgres() {
		driver = riverdatabasesql.New(s.Writer())
	}
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: log})
	if err != nil {
		return nil, fmt.Errorf("migrate the queue: %w", err)
	}
	err = s.Alone(ctx, func() error {
		_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("migrate the queue: %w", err)
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{desk: d})
	client, err := river.NewClient(driver, &river.Config{
		Workers: workers,
		Queues:  map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2, FetchPollInterval: pollEvery}},
		Logger:  log, PollOnly: true, MaxAttempts: 5, JobTimeout: 10 * time.Minute,
		PeriodicJobs: []*river.PeriodicJob{hourly(Sign), hourly(Sweep), hourly(Remind), hourly(Reread)},
	})
	if err != nil {
		return nil, fmt.Errorf("make the queue: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil { // Stop ends it, not the caller's being told to stop
		return nil, fmt.Errorf("start the queue: %w", err)
	}
	return &Clock{client: client}, nil
}

// pollEvery is how soon a job is seen.
const pollEvery = 5 * time.Second

// hourly has a chore done when the office starts and every hour, once on whichever of
// the offices that share a database.
func hourly(what string) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
		return Chore{what}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: time.Hour}}
	}, &river.PeriodicJobOpts{RunOnStart: true, ID: what})
}

// Enqueue has a chore done after the transaction is committed, and not if it is not.
func (c *Clock) Enqueue(ctx context.Context, tx *store.Tx, what string) error {
	_, err := c.client.InsertTx(ctx, tx.SQL(), Chore{what}, nil)
	return err
}

// Stop lets what is being done come to its end, as long as ctx allows.
func (c *Clock) Stop(ctx context.Context) error {
	err := c.client.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return c.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return err
}

type worker struct {
	river.WorkerDefaults[Chore]
	desk *desk.Desk
}

// Timeout is how long a chore may take; reading large files again takes as long as it
// takes, and stops by itself between two of them.
func (w *worker) Timeout(job *river.Job[Chore]) time.Duration {
	if job.Args.What == Reread {
		return -1
	}
	return 0
}

// Work does a chore.
func (w *worker) Work(ctx context.Context, job *river.Job[Chore]) (err error) {
	switch job.Args.What {
	case Sign:
		if w.desk.CanSign() {
			_, err = w.desk.SignCheckpoint(ctx)
		}
	case Sweep:
		err = w.desk.Sweep(ctx)
	case Remind:
		_, err = w.desk.Remind(ctx)
	case Reread:
		_, _, err = w.desk.RecheckFiles(ctx)
		err = errors.Join(err, w.desk.DropUploads(ctx), w.desk.DropModelUploads(ctx))
	default:
		return river.JobCancel(fmt.Errorf("no chore %q", job.Args.What))
	}
	return err
}
