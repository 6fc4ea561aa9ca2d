// Command bench measures the public door as people meet it: the real program, its
// spool on a real disk, clients over loopback on the same cores; and, in the same
// run, what argon2id alone and the sealed writing alone allow. It writes what it
// found into docs/performance.md. `make bench-portal` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	b := &bench{}
	flag.StringVar(&b.program, "portal", "bin/portal", "the door's program")
	flag.StringVar(&b.dir, "dir", "", "folder on the disk to measure; a temporary one where empty")
	flag.DurationVar(&b.time, "time", 8*time.Second, "how long each line is measured")
	doc := flag.String("doc", "", "file whose section between the marks is written anew")
	flag.Parse()
	b.clients = []int{1, 2, 4, 16, 64, 256}
	if err := b.run(context.Background(), *doc); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, doc string) error {
	dir, err := os.MkdirTemp(b.dir, "bench-portal")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // nothing is left to do about it
	b.dir = dir
	if err := b.all(ctx); err != nil {
		return err
	}
	if doc == "" {
		return nil
	}
	return b.write(doc)
}
