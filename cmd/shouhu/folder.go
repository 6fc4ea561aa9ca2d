package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/mod/sumdb/note"

	"shouhu/internal/account"
	"shouhu/internal/audit"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/statute"
	"shouhu/internal/store"
	"shouhu/internal/yamltext"
)

// What lies in a data folder. Who can read keys/ can open all that is sealed and
// sign the record; who can write config can point the office at another database.
const (
	configFile = "config"     // settings, readable by people
	storeFile  = "office.db"  // the embedded store, unless config names a database
	filesDir   = "files"      // attached files by hash
	keysDir    = "keys"       // secrets, one a file
	shareDir   = "recovery"   // all keys, sealed to the recovery key: k shares of it open them
	lawDir     = "law"        // the office's own rules over the built-in law; may be missing
	doorFile   = "door.pub"   // public: what the public door seals to
	recordFile = "record.pub" // public: who signs the record, one key a line
	lockFile   = "lock"       // held by a running office
)

// The files of keys/.
const (
	keySeal     = "seal"
	keyFilter   = "filter"
	keyPepper   = "pepper"
	keyLikeness = "likeness"
	keySigner   = "record-signer"
	keyIntake   = "intake" // opens what came through the public door; older ones on further lines
)

var keyNames = []string{keySeal, keyFilter, keyPepper, keyLikeness, keySigner, keyIntake}

// settings is DIR/config.
type settings struct {
	Office   string `yaml:"office"`   // its name, for people
	Origin   string `yaml:"origin"`   // the record's name, in signed checkpoints; never changed
	Database string `yaml:"database"` // empty: the embedded store
	Files    string `yaml:"files"`    // empty: the folder files; or s3://…
	Access   string `yaml:"s3_access_key"`
	Secret   string `yaml:"s3_secret_key"`
	Listen   string `yaml:"listen"`
	Door     string `yaml:"door"`    // name of the office that reports go to; empty: the first
	Address  string `yaml:"address"` // how browsers reach the office; empty: no security keys
}

const defaultListen = "127.0.0.1:8080"

func (s settings) text() []byte {
	q := func(v string) string {
		b, _ := json.Marshal(v) // a string never fails, and JSON's are YAML's
		return string(b)
	}
	return fmt.Appendf(nil, `# 守护办公系统的设置。改动后重新运行 shouhu serve 生效。
office: %s
# 审计记录的名称，写在每个签署的检查点里，不要改动 · the record's name; leave it
origin: %s
# 空：数据存于本目录的 office.db；否则 postgres://… · empty: the embedded store
database: %s
# 空：附件存于本目录的 files；否则 s3://BUCKET/PREFIX?endpoint=https://HOST:PORT · empty: the folder files
files: %s
# 也可以放在环境变量 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY 里 · or in the environment
s3_access_key: %s
s3_secret_key: %s
listen: %s
# 浏览器访问的地址，如 https://shouhu.local；填写后可用安全密钥 · how browsers reach the office
address: %s
# 公众举报进入哪个院（名称）；空：首个院 · name of the office that reports go to
door: %s
`, q(s.Office), q(s.Origin), q(s.Database), q(s.Files), q(s.Access), q(s.Secret), q(s.Listen), q(s.Address), q(s.Door))
}

// data is the flags of every command that works on a data folder.
type data struct {
	Data     string `help:"数据目录 · data folder" required:"" placeholder:"DIR"`
	Database string `help:"PostgreSQL 地址，默认见 DIR/config · database URL" placeholder:"URL"`
	Files    string `help:"附件存放处，如 s3://BUCKET?endpoint=URL，默认见 DIR/config · where files lie" placeholder:"URL"`
}

// folder is a data folder that was set up.
type folder struct {
	dir      string
	settings settings
	where    string // the store
	demo     bool   // a demonstration: one factor is enough
}

func (c data) open() (*folder, error) {
	f := &folder{dir: c.Data}
	body, err := os.ReadFile(f.path(configFile))
	if err != nil {
		return nil, pil.NotFound("%s 不是守护的数据目录，请先运行 shouhu init --data %[1]s --yes (not a data folder; run init first)", c.Data)
	}
	if err := yamltext.Decode(f.path(configFile), body, &f.settings); err != nil {
		return nil, err
	}
	if f.settings.Origin == "" {
		return nil, pil.Invalid("%s 里没有 origin (no origin)", f.path(configFile))
	}
	f.where = c.where(f.settings.Database)
	if c.Files != "" {
		f.settings.Files = c.Files
	}
	return f, nil
}

// where is the store: the flag's, else what config says, else the embedded one.
func (c data) where(configured string) string {
	switch {
	case c.Database != "":
		return c.Database
	case configured != "":
		return configured
	}
	return filepath.Join(c.Data, storeFile)
}

func (f *folder) path(name ...string) string {
	return filepath.Join(append([]string{f.dir}, name...)...)
}

// emptyFolder refuses a folder that holds anything; one that is not there is empty.
func emptyFolder(dir string) error {
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return pil.Invalid("%s 不能用作数据目录，请检查路径和权限 (cannot be a data folder)", dir)
	case len(list) > 0:
		return &pil.Error{Code: pil.CodeConflict, Text: fmt.Sprintf("目录 %s 不是空的，没有改动；请另选一个 (the folder is not empty; nothing was changed)", dir)}
	}
	return nil
}

// lock keeps a second office, and a restore, out of the folder until release: an
// office on an embedded store locks alone, several on one database share.
func lock(dir string, alone bool) (release func(), err error) {
	file, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, pil.Invalid("打不开 %s 里的锁文件，请检查权限 (cannot open the lock file)", dir)
	}
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	if err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		return nil, &pil.Error{Code: pil.CodeConflict, Text: fmt.Sprintf("%s 正由运行中的守护使用，请先停止它 (a running office uses the folder; stop it first)", dir)}
	}
	return func() { _ = file.Close() }, nil // which gives the lock back
}

// writeNew writes a file that is not there yet, and sees it on the disk.
func writeNew(name string, body []byte, mode os.FileMode) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(body)
	return errors.Join(err, file.Sync(), file.Close())
}

// drawn is all the keys of an office: secrets by the name of their file, and what is
// public of them. The identity key is in no file but sealed: it goes into the store.
type drawn struct {
	secret       map[string][]byte
	identity     seal.PrivateKey
	door, record string
}

func drawKeys(origin string, suite seal.Suite) (d drawn, err error) {
	d.secret = map[string][]byte{}
	for _, name := range []string{keySeal, keyFilter, keyPepper, keyLikeness} {
		key, err := seal.NewKey(rand.Reader)
		if err != nil {
			return d, err
		}
		d.secret[name] = []byte(hex.EncodeToString(key) + "\n")
	}
	signer, verifier, err := audit.NewKey(rand.Reader, origin)
	if err != nil {
		return d, err
	}
	public, private, err := seal.NewDoor(rand.Reader, suite)
	if err != nil {
		return d, err
	}
	d.secret[keySigner], d.secret[keyIntake] = []byte(signer+"\n"), []byte(private.Intake.Text()+"\n")
	d.identity, d.door, d.record = private.Identity, public.Text(), verifier+"\n"
	return d, nil
}

func (f *folder) readKey(name string) (string, error) {
	body, err := os.ReadFile(f.path(keysDir, name))
	if err != nil {
		return "", pil.Invalid("读不了密钥文件 %s (cannot read the key file)", f.path(keysDir, name))
	}
	return strings.TrimSpace(string(body)), nil
}

func (f *folder) hexKey(name string) ([]byte, error) {
	text, err := f.readKey(name)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != seal.KeySize {
		return nil, pil.Invalid("密钥文件 %s 已损坏 (the key file is damaged)", f.path(keysDir, name))
	}
	return key, nil
}

// keys reads the secrets that the running office holds. A folder of keys that others
// on the machine can read is refused.
func (f *folder) keys() (k desk.Keys, err error) {
	info, err := os.Stat(f.path(keysDir))
	if err != nil || !info.IsDir() {
		return k, pil.Invalid("没有密钥目录 %s (no folder of keys)", f.path(keysDir))
	}
	if info.Mode().Perm()&0o077 != 0 {
		return k, pil.Invalid("密钥目录他人可读，请运行 chmod 700 %s (others can read the keys)", f.path(keysDir))
	}
	if k.Seal, err = f.hexKey(keySeal); err != nil {
		return k, err
	}
	if k.Pepper, err = f.hexKey(keyPepper); err != nil {
		return k, err
	}
	if k.Likeness, err = f.hexKey(keyLikeness); err != nil {
		return k, err
	}
	filter, err := f.hexKey(keyFilter)
	copy(k.Filter[:], filter)
	return k, err
}

// intakeKeys are the keys that open what came through the public door, the one in use
// first; none where the office was set up without a door.
func (f *folder) intakeKeys() (list []seal.PrivateKey, err error) {
	if _, err := os.Stat(f.path(keysDir, keyIntake)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	text, err := f.readKey(keyIntake)
	if err != nil {
		return nil, err
	}
	for line := range strings.FieldsSeq(text) {
		k, err := seal.ParsePrivateKey(line)
		if err != nil {
			return nil, pil.Invalid("密钥文件 %s 已损坏 (the key file is damaged)", f.path(keysDir, keyIntake))
		}
		list = append(list, k)
	}
	return list, nil
}

// signer reads the key that signs the record; nil where this machine has none.
func (f *folder) signer() (note.Signer, error) {
	if _, err := os.Stat(f.path(keysDir, keySigner)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	text, err := f.readKey(keySigner)
	if err != nil {
		return nil, err
	}
	s, err := note.NewSigner(text)
	if err != nil {
		return nil, pil.Invalid("密钥文件 %s 已损坏 (the key file is damaged)", f.path(keysDir, keySigner))
	}
	return s, nil
}

// trust is whose signatures on the record count.
func (f *folder) trust() (audit.Trust, error) { return readTrust(f.path(recordFile)) }

// readTrust reads verifier keys, one a line; the record they sign has their name.
func readTrust(file string) (t audit.Trust, err error) {
	body, err := readLimited(file, 1<<16)
	if err != nil {
		return t, err
	}
	lines := strings.Fields(string(body))
	if len(lines) == 0 {
		return t, pil.Invalid("%s 里没有公钥 (no public key in the file)", file)
	}
	t.Origin, _, _ = strings.Cut(lines[0], "+")
	if t.Keys, err = audit.Keys(lines...); err != nil {
		return t, pil.At(err, file, 0)
	}
	return t, nil
}

// overlay is the office's own law with what the call lays over it.
func (f *folder) overlay(more overlay) overlay {
	var dirs []string
	if _, err := os.Stat(f.path(lawDir)); err == nil {
		dirs = []string{f.path(lawDir)}
	}
	return overlay{Law: append(dirs, more.Law...)}
}

func (f *folder) law(more overlay) (*statute.Law, error) { return f.overlay(more).load() }

// office puts a desk on an open store.
func (f *folder) office(ctx context.Context, s *store.Store, more overlay) (*desk.Desk, error) {
	c := desk.Config{Store: s, Origin: f.settings.Origin, Demo: f.demo, Asker: engineFlags{}.duckdb}
	if f.demo {
		c.Hasher = &demoHasher
	}
	var err error
	if c.Law, err = f.law(more); err != nil {
		return nil, err
	}
	if c.Flows, err = f.overlay(more).flows(); err != nil {
		return nil, err
	}
	if c.Keys, err = f.keys(); err != nil {
		return nil, err
	}
	if c.Signer, err = f.signer(); err != nil {
		return nil, err
	}
	if c.Files, err = f.files(ctx); err != nil {
		return nil, err
	}
	if f.settings.Address != "" {
		u, err := url.Parse(f.settings.Address)
		if err != nil || u.Host == "" {
			return nil, pil.Invalid("%s 里的 address 应如 https://shouhu.local (address is no URL)", f.path(configFile))
		}
		keys, err := account.NewPasskeys(u.Hostname(), f.settings.Office, []string{strings.TrimSuffix(f.settings.Address, "/")})
		if err != nil {
			return nil, err
		}
		c.Passkeys = &keys
	}
	return desk.New(c), nil
}

// files opens where attached files lie: the folder, or an S3-compatible store.
func (f *folder) files(ctx context.Context) (*store.Files, error) {
	if f.settings.Files == "" {
		files, err := store.OpenFiles(f.path(filesDir))
		if err != nil {
			return nil, pil.Invalid("打不开附件目录 %s (cannot open the folder of files)", f.path(filesDir))
		}
		return files, nil
	}
	at, err := store.ParseS3(f.settings.Files)
	if err != nil {
		return nil, err
	}
	at.Access, at.Secret = cmp.Or(os.Getenv("AWS_ACCESS_KEY_ID"), f.settings.Access), cmp.Or(os.Getenv("AWS_SECRET_ACCESS_KEY"), f.settings.Secret)
	if at.Access == "" || at.Secret == "" {
		return nil, pil.Invalid("没有附件存放处的凭证：请设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或者写入 %s (no credentials)", f.path(configFile))
	}
	return store.OpenFilesOn(ctx, f.path(filesDir), at)
}

// attach opens the store of an office, running or not, for a command beside it.
func (f *folder) attach(ctx context.Context, more overlay) (*store.Store, *desk.Desk, error) {
	s, err := store.Attach(ctx, f.where)
	if err != nil {
		return nil, nil, err
	}
	d, err := f.office(ctx, s, more)
	if err != nil {
		_ = s.Close()
		return nil, nil, err
	}
	return s, d, nil
}

// progress tells how far something long has come, on stderr: nothing in the first
// seconds, then a line a second at most.
func (t terminal) progress(now func() int64) func(what string, done, of int64) {
	next := now() + 3
	return func(what string, done, of int64) {
		if now() < next {
			return
		}
		next = now() + 1
		line := what
		if done > 0 {
			line += fmt.Sprintf(" %d", done)
		}
		if of > 0 {
			line += fmt.Sprintf("/%d", of)
		}
		_, _ = io.WriteString(t.err, line+"\n")
	}
}
