package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"shouhu/internal/pil"
	"shouhu/internal/seal"
)

// gatewayVersion is what scripts/test.sh builds into bin/tools.
const gatewayVersion = "v1.8.0"

// gateway starts an S3-compatible store of our own on loopback, with an empty bucket.
func gateway(tb testing.TB) S3 {
	tb.Helper()
	program, err := filepath.Abs(filepath.Join("..", "..", "bin", "tools", "versitygw-"+gatewayVersion))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		tb.Skip("no versitygw in bin/tools: make bin/tools/versitygw-" + gatewayVersion)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	at := l.Addr().String()
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	dir, beside := tb.TempDir(), tb.TempDir()
	c := S3{Endpoint: at, Region: "us-east-1", Bucket: "evidence", Prefix: "office/", Access: "shouhu", Secret: "for-tests-only"}
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	run := exec.CommandContext(ctx, program, "--port", at, "--access", c.Access, "--secret", c.Secret, "--quiet", "posix", "--sidecar", beside, dir)
	var told bytes.Buffer
	run.Stdout, run.Stderr = &told, &told
	if err := run.Start(); err != nil {
		stop()
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		stop()
		_ = run.Wait() // it was killed
	})
	client, err := minio.New(at, &minio.Options{Creds: credentials.NewStaticV4(c.Access, c.Secret, ""), Region: c.Region, BucketLookup: minio.BucketLookupPath})
	if err != nil {
		tb.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if err = client.MakeBucket(tb.Context(), c.Bucket, minio.MakeBucketOptions{Region: c.Region}); err == nil {
			return c
		}
		if time.Now().After(end) {
			tb.Fatalf("the gateway does not answer: %v\n%s", err, &told)
		}
	}
}

func key(tb testing.TB) seal.DataKey {
	tb.Helper()
	k, err := seal.NewDataKey()
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// The folder and the S3-compatible store are the same to whoever uses them: what comes
// in comes out, any part of it by itself, is listed, and what was altered or is gone is
// told as such.
func TestFiles(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) *Files{
		"folder": func(t *testing.T) *Files {
			f, err := OpenFiles(filepath.Join(t.TempDir(), "files"))
			if err != nil {
				t.Fatal(err)
			}
			return f
		},
		"s3": func(t *testing.T) *Files {
			f, err := OpenFilesOn(t.Context(), filepath.Join(t.TempDir(), "files"), gateway(t))
			if err != nil {
				t.Fatal(err)
			}
			return f
		},
	} {
		t.Run(name, func(t *testing.T) { tryFiles(t, open(t)) })
	}
}

func tryFiles(t *testing.T, f *Files) {
	ctx, k := t.Context(), key(t)
	text := make([]byte, 40<<20) // more parts than one
	if _, err := rand.Read(text); err != nil {
		t.Fatal(err)
	}
	got, err := f.Put(ctx, k, bytes.NewReader(text), int64(len(text)))
	if err != nil || got.Size != int64(len(text)) || len(got.SM3) != 64 {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := f.Put(ctx, k, bytes.NewReader(text), 1000); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("too much: %v", err)
	}
	b, err := f.Open(ctx, got.SHA256, k)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(b)
	if err != nil || !bytes.Equal(all, text) {
		t.Fatalf("%d bytes, %v", len(all), err)
	}
	part := make([]byte, 100_000)
	for _, at := range []int64{0, 65_530, 20 << 20, int64(len(text)) - 100_000} {
		if _, err := b.ReadAt(part, at); err != nil && !errors.Is(err, io.EOF) || !bytes.Equal(part, text[at:at+100_000]) {
			t.Errorf("part at %d: %v", at, err)
		}
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := f.Check(ctx, got, k); err != nil {
		t.Error(err)
	}
	if err := f.Check(ctx, got, key(t)); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("under another key: %v", err)
	}
	wrong := got
	wrong.SM3 = strings.Repeat("0", 64)
	if err := f.Check(ctx, wrong, k); !errors.Is(err, ErrAltered) {
		t.Errorf("another SM3: %v", err)
	}

	// Pieces come together, and are no files.
	for n, piece := range []string{"一二", "三"} {
		if _, err := f.PutPiece(ctx, k, 7, n, strings.NewReader(piece), 100); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := io.ReadAll(f.Pieces(ctx, k, 7, 2))
	if err != nil || string(whole) != "一二三" {
		t.Errorf("%q, %v", whole, err)
	}
	name := k.Address(got.SHA256)
	if list := names(t, f); !slices.Equal(list, []string{name}) {
		t.Errorf("%q", list)
	}
	if err := f.DropPieces(ctx, 7, 3); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(f.Pieces(ctx, k, 7, 1)); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("dropped: %v", err)
	}

	// Somebody else changes what lies there, and takes it away.
	if err := f.PutAs(ctx, name, strings.NewReader("age-encryption.org/v1\nnonsense")); err != nil {
		t.Fatal(err)
	}
	if err := f.Check(ctx, got, k); !errors.Is(err, ErrAltered) {
		t.Errorf("altered: %v", err)
	}
	if err := f.at.remove(ctx, name); err != nil {
		t.Fatal(err)
	}
	if err := f.Check(ctx, got, k); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("gone: %v", err)
	}
	if err := f.PutAs(ctx, "../../etc/passwd", strings.NewReader("x")); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("a path: %v", err)
	}
}

func names(tb testing.TB, f *Files) (list []string) {
	tb.Helper()
	for name, err := range f.All(tb.Context()) {
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, name)
	}
	return list
}

func TestParseS3(t *testing.T) {
	got, err := ParseS3("s3://evidence/a/b?endpoint=https://127.0.0.1:9000&region=cn-north-1")
	if want := (S3{Endpoint: "127.0.0.1:9000", Secure: true, Region: "cn-north-1", Bucket: "evidence", Prefix: "a/b/"}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "files", "s3://", "s3://b", "http://b?endpoint=http://x", "s3://u:p@b?endpoint=http://x", "s3://b?endpoint=ftp://x", "s3://b?endpoint=http://x/y", "s3://b?endpoint=%zz"} {
		if _, err := ParseS3(bad); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A store that is not there, or has no such bucket, is said at once.
func TestNoS3(t *testing.T) {
	c := gateway(t)
	c.Bucket = "nothing"
	if _, err := OpenFilesOn(t.Context(), t.TempDir(), c); pil.CodeOf(err) != pil.CodeNotFound {
		t.Errorf("no bucket: %v", err)
	}
	c.Secret = "wrong"
	if _, err := OpenFilesOn(t.Context(), t.TempDir(), c); pil.CodeOf(err) != pil.CodeBusy {
		t.Errorf("wrong secret: %v", err)
	}
}
