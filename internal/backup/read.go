package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"shouhu/internal/pil"
	"shouhu/internal/store"
)

// maxSmall is the largest manifest or extra part, in bytes.
const maxSmall = 256 << 20

// Backup is a backup that was read once and found whole.
type Backup struct {
	Manifest Manifest
	Extra    map[string][]byte
	from     io.ReadSeeker
}

// Open reads a backup to its end and compares every part with the manifest. One that
// is cut, altered or none at all is an invalid Error.
func Open(from io.ReadSeeker) (*Backup, error) {
	b := &Backup{Extra: map[string][]byte{}, from: from}
	var found []Part
	listed := false
	err := b.each(func(name string, size int64, r io.Reader) error {
		if listed {
			return damaged("清单之后还有内容 (something follows the manifest)")
		}
		sum := sha256.New()
		small, isExtra := strings.CutPrefix(name, extraPrefix)
		if isExtra || name == manifestName {
			if size > maxSmall {
				return damaged("%s 过大 (too large)", name)
			}
			body, err := io.ReadAll(io.TeeReader(r, sum))
			if err != nil {
				return err
			}
			if isExtra {
				b.Extra[small] = body
			} else {
				listed = true
				list, ok := unsealed(body)
				if !ok || json.Unmarshal(list, &b.Manifest) != nil {
					return damaged("清单读不懂，或者被改动 (the manifest cannot be read, or was altered)")
				}
			}
		} else if _, err := io.Copy(sum, r); err != nil {
			return err
		}
		if !listed {
			found = append(found, Part{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !listed {
		return nil, damaged("没有清单，文件不完整 (no manifest: the file is cut)")
	}
	if b.Manifest.Version != Version {
		return nil, pil.Invalid("备份的版本不认识，请用新版程序恢复 (a backup of another version of the program)")
	}
	if len(found) != len(b.Manifest.Parts) {
		return nil, damaged("清单列有 %d 个部分，文件里有 %d 个 (parts are missing or were added)", len(b.Manifest.Parts), len(found))
	}
	for i, p := range b.Manifest.Parts {
		if found[i] != p {
			return nil, damaged("%s 与清单不符 (a part does not match the manifest)", p.Name)
		}
	}
	return b, nil
}

func damaged(format string, args ...any) error {
	return pil.Invalid("备份已损坏，没有恢复：%s", fmt.Sprintf(format, args...))
}

// each reads the parts in their order.
func (b *Backup) each(fn func(name string, size int64, r io.Reader) error) error {
	if _, err := b.from.Seek(0, io.SeekStart); err != nil {
		return err
	}
	t := tar.NewReader(b.from)
	seen := map[string]bool{}
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged("不是备份文件，或者不完整 (not a backup, or cut)")
		}
		if h.Typeflag != tar.TypeReg || seen[h.Name] || !known(h.Name) {
			return damaged("有不认识的部分 (a part that is none of ours)")
		}
		seen[h.Name] = true
		if err := fn(h.Name, h.Size, t); errors.Is(err, io.ErrUnexpectedEOF) {
			return damaged("文件不完整 (the file is cut)")
		} else if err != nil {
			return err
		}
	}
}

func known(name string) bool {
	switch {
	case name == manifestName:
		return true
	case strings.HasPrefix(name, dumpPrefix):
		return strings.HasSuffix(name, ".jsonl.gz")
	case strings.HasPrefix(name, extraPrefix), strings.HasPrefix(name, filePrefix):
		return !strings.Contains(name, "..")
	}
	return false
}

// Restore loads the store at where, which has to be empty, and the attached files.
func (b *Backup) Restore(ctx context.Context, where string, files *store.Files, note func(what string, done int64)) error {
	say := func(what string, done int64) {
		if note != nil {
			note(what, done)
		}
	}
	from, to := io.Pipe()
	loaded := make(chan error, 1)
	go func() {
		rows := int64(0)
		err := store.Load(ctx, where, from, func(_ string, n int64) {
			rows += n
			say("数据行 (rows)", rows)
		})
		_ = from.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // never nil: the reader below must not wait
		loaded <- err
	}()
	n := int64(0)
	waited := false
	wait := func(err error) error {
		if waited {
			return err
		}
		waited = true
		_ = to.CloseWithError(err) // nil ends the dump; it gives no error
		if e := <-loaded; e != nil && (err == nil || errors.Is(err, io.ErrClosedPipe)) {
			return e
		}
		return err
	}
	err := b.each(func(name string, _ int64, r io.Reader) error {
		if strings.HasPrefix(name, dumpPrefix) {
			z, err := gzip.NewReader(r)
			if err != nil {
				return damaged("%s 解不开 (cannot be unpacked)", name)
			}
			_, err = io.Copy(to, z)
			return err
		}
		kept, ok := strings.CutPrefix(name, filePrefix)
		if !ok {
			return nil
		}
		if err := wait(nil); err != nil { // the store is loaded before a file is laid down
			return err
		}
		if err := files.PutAs(ctx, kept, r); err != nil {
			return err
		}
		n++
		say("附件 (attached files)", n)
		return nil
	})
	return wait(err)
}
