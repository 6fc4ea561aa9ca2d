package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"shouhu/internal/pil"
)

// S3 says where an S3-compatible store is, and who asks.
type S3 struct {
	Endpoint string // host[:port]
	Secure   bool   // https
	Region   string
	Bucket   string
	Prefix   string // of every name, with the slash at its end
	Access   string
	Secret   string
}

// ParseS3 reads s3://BUCKET[/PREFIX]?endpoint=https://HOST[:PORT][&region=REGION]; the
// credentials are not in it. What is none is an invalid Error.
func ParseS3(where string) (S3, error) {
	wrong := pil.Invalid("附件存放处应如 s3://BUCKET/PREFIX?endpoint=https://HOST:PORT (not an S3 address)")
	u, err := url.Parse(where)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return S3{}, wrong
	}
	end, err := url.Parse(u.Query().Get("endpoint"))
	if err != nil || end.Host == "" || end.Scheme != "http" && end.Scheme != "https" || strings.Trim(end.Path, "/") != "" {
		return S3{}, wrong
	}
	c := S3{Endpoint: end.Host, Secure: end.Scheme == "https", Region: u.Query().Get("region"), Bucket: u.Host, Prefix: strings.Trim(u.Path, "/")}
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	if c.Prefix != "" {
		c.Prefix += "/"
	}
	return c, nil
}

// OpenFilesOn keeps files on an S3-compatible store; what is being received waits in a
// folder of this machine, closed. A store that does not answer, or has no such bucket,
// is an error.
func OpenFilesOn(ctx context.Context, spool string, c S3) (*Files, error) {
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return nil, err
	}
	client, err := minio.New(c.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(c.Access, c.Secret, ""), Secure: c.Secure, Region: c.Region,
		BucketLookup: minio.BucketLookupPath})
	if err != nil {
		return nil, pil.Invalid("附件存放处的地址不对 (the address of the file store is wrong)")
	}
	b := &bucket{client: client, S3: c}
	there, err := client.BucketExists(ctx, c.Bucket)
	if err != nil {
		return nil, b.gone(err)
	}
	if !there {
		return nil, pil.NotFound("附件存放处没有名为 %s 的桶 (there is no such bucket)", pil.Quote(c.Bucket))
	}
	return &Files{spool: spool, at: b}, nil
}

// bucket keeps blobs on an S3-compatible store.
type bucket struct {
	client *minio.Client
	S3
}

func (b *bucket) key(name string) string {
	if isName(name) {
		return b.Prefix + name[:2] + "/" + name
	}
	return b.Prefix + name
}

// gone turns trouble with the store into what a person can act on.
func (b *bucket) gone(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case minio.ToErrorResponse(err).Code == minio.NoSuchKey:
		return missing()
	}
	return &pil.Error{Code: pil.CodeBusy, Text: "附件存放处没有应答或者拒绝了请求，没有保存；请稍后再试，或者告知管理员 (the file store does not answer or refuses; nothing was saved)", Err: err}
}

// partSize is the size of the parts a large file is sent in: held in memory, so it is
// the least that S3 allows ten thousand of for 160 GB.
const partSize = 16 << 20

func (b *bucket) take(ctx context.Context, file *os.File, size int64, name string) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := b.client.PutObject(ctx, b.Bucket, b.key(name), file, size, minio.PutObjectOptions{ContentType: "application/octet-stream", PartSize: partSize, NumThreads: 2})
	return b.gone(err)
}

func (b *bucket) open(ctx context.Context, name string) (blob, error) {
	info, err := b.client.StatObject(ctx, b.Bucket, b.key(name), minio.StatObjectOptions{})
	if err != nil {
		return nil, b.gone(err)
	}
	return &remote{ctx: ctx, b: b, key: b.key(name), size: info.Size}, nil
}

func (b *bucket) remove(ctx context.Context, name string) error {
	return b.gone(b.client.RemoveObject(ctx, b.Bucket, b.key(name), minio.RemoveObjectOptions{}))
}

func (b *bucket) all(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop() // ends the listing where nobody wants more
		for o := range b.client.ListObjects(ctx, b.Bucket, minio.ListObjectsOptions{Prefix: b.Prefix, Recursive: true}) {
			if o.Err != nil {
				yield("", b.gone(o.Err))
				return
			}
			if name := o.Key[strings.LastIndexByte(o.Key, '/')+1:]; isName(name) && o.Key == b.key(name) && !yield(name, nil) {
				return
			}
		}
	}
}

// remote is an object read in windows: one that is read from front to back is asked for
// a few large parts, not for every piece its format has.
type remote struct {
	ctx  context.Context //nolint:containedctx // an io.ReaderAt has no other way to be told to stop
	b    *bucket
	key  string
	size int64

	mu   sync.Mutex
	held []byte
	at   int64
}

// The windows: the first, and the largest.
const (
	firstWindow = 128 << 10
	maxWindow   = 8 << 20
)

// Size is how long it is.
func (r *remote) Size() int64 { return r.size }

// Close forgets what is held.
func (r *remote) Close() error {
	r.held = nil
	return nil
}

// ReadAt reads from what is held, and asks for more.
func (r *remote) ReadAt(p []byte, off int64) (n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n < len(p) {
		if off >= r.size {
			return n, io.EOF
		}
		if off < r.at || off >= r.at+int64(len(r.held)) {
			if err := r.fetch(off, int64(len(p)-n)); err != nil {
				return n, err
			}
		}
		m := copy(p[n:], r.held[off-r.at:])
		n, off = n+m, off+int64(m)
	}
	return n, nil
}

// fetch holds a window from an offset on: twice the one before where that ended there.
func (r *remote) fetch(off, wanted int64) error {
	window := int64(firstWindow)
	if len(r.held) > 0 && off == r.at+int64(len(r.held)) {
		window = min(2*int64(len(r.held)), maxWindow)
	}
	window = min(max(window, wanted), r.size-off)
	var o minio.GetObjectOptions
	if err := o.SetRange(off, off+window-1); err != nil {
		return fmt.Errorf("ask for a part: %w", err)
	}
	body, _, _, err := (&minio.Core{Client: r.b.client}).GetObject(r.ctx, r.b.Bucket, r.key, o)
	if err != nil {
		return r.b.gone(err)
	}
	defer func() { _ = body.Close() }() // read to its end
	if int64(cap(r.held)) < window {
		r.held = make([]byte, window)
	}
	r.held, r.at = r.held[:window], off
	if _, err := io.ReadFull(body, r.held); err != nil {
		r.held = nil
		return r.b.gone(err)
	}
	return nil
}
