package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

type keysCmd struct {
	List    keysListCmd    `cmd:"" help:"列出密钥的编号和去处，不显示密钥 · which keys there are, and where"`
	Rotate  keysRotateCmd  `cmd:"" help:"换一把接收密钥、身份密钥；旧的留着打开旧件 · a fresh intake and identity key"`
	Recover keysRecoverCmd `cmd:"" help:"用恢复份额找回全部密钥 · bring all keys back from recovery shares"`
}

// sharing says into how many shares the recovery key is split.
type sharing struct {
	Shares    int `help:"恢复密钥拆成几份 · recovery shares" default:"5"`
	Threshold int `help:"几份可以恢复 · how many of them bring the keys back" default:"3"`
}

func (s sharing) check() error {
	_, err := seal.SplitSeed(rand.Reader, make([]byte, seal.KeySize), s.Threshold, s.Shares)
	return err
}

// recovery is the shares as they are printed, once.
type recovery struct {
	Threshold int      `json:"threshold"`
	Shares    []string `json:"shares"`
}

func (r recovery) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "恢复份额：%d 份，任意 %d 份找回全部密钥，少于 %[2]d 份什么也看不出。只显示这一次，\n请分别抄下，交不同的人封存；每组末两位是校验数字。(recovery shares, shown this once)\n", len(r.Shares), r.Threshold)
	for i, s := range r.Shares {
		groups := strings.Split(s, "  ")
		fmt.Fprintf(&b, "\n  第 %d 份\n    %s\n    %s\n", i+1, strings.Join(groups[:len(groups)/2], "  "), strings.Join(groups[len(groups)/2:], "  "))
	}
	return b.String()
}

// What lies in recovery/ beside one sealed file a key.
const (
	sharePublic  = "recovery.pub"
	identityHead = "identity-" // and the id of the key
)

func sealedPurpose(name string) string { return "recovery " + name }

// seal draws a recovery key and closes all keys to it, by the path of their files;
// the shares are the only way to open them again.
func (s sharing) seal(suite seal.Suite, keys drawn) (files map[string][]byte, shares recovery, err error) {
	seed, err := seal.NewKey(rand.Reader)
	if err != nil {
		return nil, shares, err
	}
	key, err := seal.RecoveryKey(suite, seed)
	if err != nil {
		return nil, shares, err
	}
	list, err := seal.SplitSeed(rand.Reader, seed, s.Threshold, s.Shares)
	if err != nil {
		return nil, shares, err
	}
	clear(seed)
	shares.Threshold = s.Threshold
	for _, x := range list {
		shares.Shares = append(shares.Shares, x.Shown())
	}
	files = map[string][]byte{shareDir + "/" + sharePublic: []byte(key.Public().String() + "\n")}
	all := maps.Clone(keys.secret)
	if !keys.identity.IsZero() {
		all[identityHead+keys.identity.Public().ID()] = []byte(keys.identity.Text() + "\n")
	}
	for name, body := range all {
		if files[shareDir+"/"+name], err = sealFor(key.Public(), name, body); err != nil {
			return nil, shares, err
		}
	}
	return files, shares, nil
}

func sealFor(to seal.PublicKey, name string, body []byte) ([]byte, error) {
	box, err := seal.To(rand.Reader, to, sealedPurpose(name), body)
	return []byte(base64.StdEncoding.EncodeToString(box) + "\n"), err
}

// maxShareText bounds what people type as shares, and each sealed file.
const maxShareText = 1 << 16

// recovered is all that the shares bring back.
type recovered struct {
	key        seal.PrivateKey
	secret     map[string][]byte
	identities []seal.PrivateKey
}

// openSealed opens the files of recovery/, by their path, with shares, one a line.
func openSealed(files map[string][]byte, typed string) (r recovered, err error) {
	var list []seal.Share
	for line := range strings.Lines(typed) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		s, err := seal.ParseShare(line)
		if err != nil {
			return r, fmt.Errorf("第 %d 份：%w", len(list)+1, err)
		}
		list = append(list, s)
	}
	seed, err := seal.JoinShares(list)
	if err != nil {
		return r, err
	}
	public, err := seal.ParsePublicKey(string(files[shareDir+"/"+sharePublic]))
	if err != nil {
		return r, pil.Invalid("没有 %s，这里不是封存的密钥 (no sealed keys here)", filepath.Join(shareDir, sharePublic))
	}
	if r.key, err = seal.RecoveryKey(public.Suite(), seed); err != nil {
		return r, err
	}
	if !r.key.Public().Equal(public) {
		return r, pil.Invalid("这些恢复份额不属于这个数据目录 (the shares are of another office)")
	}
	r.secret = map[string][]byte{}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		name, ok := strings.CutPrefix(path, shareDir+"/")
		if !ok || name == sharePublic {
			continue
		}
		box, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(files[path])))
		if err != nil {
			return r, pil.Invalid("封存的密钥 %s 已损坏 (a sealed key is damaged)", path)
		}
		body, err := seal.OpenFrom(r.key, sealedPurpose(name), box)
		if err != nil {
			return r, pil.Invalid("封存的密钥 %s 打不开 (a sealed key does not open)", path)
		}
		if !strings.HasPrefix(name, identityHead) {
			r.secret[name] = body
			continue
		}
		key, err := seal.ParsePrivateKey(string(body))
		if err != nil {
			return r, err
		}
		r.identities = append(r.identities, key)
	}
	return r, nil
}

// sealedFiles reads recovery/, by path.
func (f *folder) sealedFiles() (map[string][]byte, error) {
	list, err := os.ReadDir(f.path(shareDir))
	if err != nil {
		return nil, pil.Invalid("没有 %s：建立这个系统时没有制作恢复份额 (the office was set up without recovery shares)", f.path(shareDir))
	}
	files := map[string][]byte{}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if files[shareDir+"/"+e.Name()], err = readLimited(f.path(shareDir, e.Name()), maxShareText); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// put writes a file of the folder whole, in place of what was there.
func (f *folder) put(name string, body []byte, mode os.FileMode) error {
	err := writeWhole(f.path(filepath.FromSlash(name)), func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	})
	return errors.Join(err, os.Chmod(f.path(filepath.FromSlash(name)), mode))
}

// door reads door.pub.
func (f *folder) door() (seal.Door, error) {
	text, err := readLimited(f.path(doorFile), maxShareText)
	if err != nil {
		return seal.Door{}, err
	}
	return seal.ParseDoor(string(text))
}

// changeDoor writes door.pub anew.
func (f *folder) changeDoor(change func(*seal.Door)) error {
	d, err := f.door()
	if err != nil {
		return err
	}
	change(&d)
	return f.put(doorFile, []byte(d.Text()), 0o644)
}

type keysListCmd struct {
	Data string `help:"数据目录 · data folder" required:"" placeholder:"DIR"`
	JSON bool   `name:"json" help:"输出 JSON"`
}

type keysListed struct {
	Intake   []string `json:"intake"`   // ids, the one in use first
	Identity []string `json:"identity"` // ids of those that the shares bring back
	Recovery string   `json:"recovery"` // id; empty: none
	Missing  []string `json:"missing"`  // files that should be in keys/
}

// Run lists keys by their ids.
func (c *keysListCmd) Run(out io.Writer) error {
	f, err := data{Data: c.Data}.open()
	if err != nil {
		return err
	}
	a := keysListed{Intake: []string{}, Identity: []string{}, Missing: []string{}}
	intake, err := f.intakeKeys()
	if err != nil {
		return err
	}
	for _, k := range intake {
		a.Intake = append(a.Intake, k.Public().ID())
	}
	for _, name := range keyNames {
		if _, err := os.Stat(f.path(keysDir, name)); err != nil {
			a.Missing = append(a.Missing, name)
		}
	}
	if sealed, err := f.sealedFiles(); err == nil {
		if public, err := seal.ParsePublicKey(string(sealed[shareDir+"/"+sharePublic])); err == nil {
			a.Recovery = public.ID()
		}
		for _, path := range slices.Sorted(maps.Keys(sealed)) {
			if id, ok := strings.CutPrefix(path, shareDir+"/"+identityHead); ok {
				a.Identity = append(a.Identity, id)
			}
		}
	}
	if c.JSON {
		return printJSON(out, a)
	}
	t := newTable("密钥", "编号", "在何处")
	for i, id := range a.Intake {
		where := f.path(keysDir, keyIntake)
		if i > 0 {
			where += "（旧，打开旧信封）"
		}
		t.row("接收 intake", id, where)
	}
	for _, id := range a.Identity {
		t.row("身份 identity", id, "各持有人的身份口令之下；恢复份额可以找回")
	}
	if a.Recovery != "" {
		t.row("恢复 recovery", a.Recovery, "只在恢复份额里")
	}
	for _, name := range a.Missing {
		t.row(name, "", "缺失 missing")
	}
	return t.print(out)
}

type keysRotateCmd struct {
	data
	Key  string `help:"intake 接收密钥、identity 身份密钥、both 两把 · which" default:"both" enum:"intake,identity,both"`
	JSON bool   `name:"json" help:"输出 JSON"`
}

type keysRotated struct {
	Intake   string `json:"intake,omitempty"`   // id of the fresh key
	Identity string `json:"identity,omitempty"` // id of the fresh key
	Holders  int    `json:"holders"`            // of the fresh identity key
	Start    string `json:"start_code,omitempty"`
	Door     string `json:"door"`
}

// Run rotates keys while the office stands still. The order keeps what is sealed
// meanwhile readable: a fresh key is in keys/ and recovery/ before the door hears
// of it.
func (c *keysRotateCmd) Run(out io.Writer) (err error) {
	ctx := context.Background()
	f, err := c.open()
	if err != nil {
		return err
	}
	release, err := lock(c.Data, !store.IsURL(f.where))
	if err != nil {
		return err
	}
	defer release()
	door, err := f.door()
	if err != nil {
		return err
	}
	sealed, err := f.sealedFiles()
	if err != nil {
		return err
	}
	to, err := seal.ParsePublicKey(string(sealed[shareDir+"/"+sharePublic]))
	if err != nil {
		return err
	}
	s, d, err := f.attach(ctx, overlay{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	a := keysRotated{Door: f.path(doorFile)}
	if c.Key != "identity" {
		fresh, err := seal.NewPrivateKey(rand.Reader, door.Intake.Suite())
		if err != nil {
			return err
		}
		old, err := f.readKey(keyIntake)
		if err != nil {
			return err
		}
		body := []byte(fresh.Text() + "\n" + old + "\n")
		box, err := sealFor(to, keyIntake, body)
		if err != nil {
			return err
		}
		if err := errors.Join(f.put(shareDir+"/"+keyIntake, box, 0o600), f.put(keysDir+"/"+keyIntake, body, 0o600), d.NoteKeys(ctx, "rotate_intake_key")); err != nil {
			return err
		}
		door.Intake, a.Intake = fresh.Public(), fresh.Public().ID()
	}
	if c.Key != "intake" {
		fresh, err := seal.NewPrivateKey(rand.Reader, door.Identity.Suite())
		if err != nil {
			return err
		}
		a.Identity = fresh.Public().ID()
		box, err := sealFor(to, identityHead+a.Identity, []byte(fresh.Text()+"\n"))
		if err != nil {
			return err
		}
		if err := f.put(shareDir+"/"+identityHead+a.Identity, box, 0o600); err != nil {
			return err
		}
		start, holders, err := d.RotateIdentityKey(ctx, fresh)
		if err != nil {
			return err
		}
		door.Identity, a.Holders, a.Start = fresh.Public(), holders, string(start)
	}
	if err := f.put(doorFile, []byte(door.Text()), 0o644); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, a)
	}
	return a.print(out)
}

func (a keysRotated) print(out io.Writer) error {
	var b strings.Builder
	if a.Intake != "" {
		fmt.Fprintf(&b, "新的接收密钥 %s；旧的留在 keys/intake，旧信封照样打开 (a fresh intake key)\n", a.Intake)
	}
	if a.Identity != "" {
		fmt.Fprintf(&b, "新的身份密钥 %s，已交 %d 名持有人；旧身份仍用旧密钥打开 (a fresh identity key)\n", a.Identity, a.Holders)
	}
	if a.Start != "" {
		fmt.Fprintf(&b, "没有持有人；启用码 %s 只显示这一次 (start code, shown this once)\n", a.Start)
	}
	fmt.Fprintf(&b, "请把 %s 交给公共入口，重新启动它和办公系统。(restart door and office with the new file)\n", a.Door)
	_, err := io.WriteString(out, b.String())
	return err
}

type keysRecoverCmd struct {
	data
	From    string `help:"恢复份额文件，每行一份；不写则从标准输入读 · file of shares, one a line; else standard input" placeholder:"FILE"`
	Check   bool   `help:"只演练：核对份额能打开全部密钥，不做改动 · only try: nothing is changed"`
	Reshare bool   `help:"重新制作恢复份额，旧份额从此无用 · draw new shares; the old ones are worth nothing for what comes"`
	sharing
	JSON bool `name:"json" help:"输出 JSON"`
}

type keysRecovered struct {
	Checked    bool      `json:"checked"`    // nothing was changed
	Written    []string  `json:"written"`    // files of keys/
	Identities int       `json:"identities"` // identity keys brought back
	Start      string    `json:"start_code,omitempty"`
	Recovery   *recovery `json:"recovery,omitempty"`
}

// Run brings the keys back: the files of keys/ that are lost, and the identity keys
// under a fresh start code.
func (c *keysRecoverCmd) Run(out io.Writer) (err error) {
	ctx := context.Background()
	f, err := c.open()
	if err != nil {
		return err
	}
	sealed, err := f.sealedFiles()
	if err != nil {
		return err
	}
	typed, err := c.typed()
	if err != nil {
		return err
	}
	got, err := openSealed(sealed, typed)
	if err != nil {
		return err
	}
	a := keysRecovered{Checked: c.Check, Written: []string{}, Identities: len(got.identities)}
	for _, name := range keyNames {
		if got.secret[name] == nil {
			return pil.Invalid("封存的密钥里没有 %s (a key is missing among the sealed ones)", name)
		}
	}
	if !c.Check {
		if err := c.recover(ctx, f, got, &a); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(out, a)
	}
	return a.print(out)
}

func (c *keysRecoverCmd) typed() (string, error) {
	if c.From != "" {
		text, err := readLimited(c.From, maxShareText)
		return string(text), err
	}
	text, err := io.ReadAll(io.LimitReader(os.Stdin, maxShareText))
	return string(text), err
}

func (c *keysRecoverCmd) recover(ctx context.Context, f *folder, got recovered, a *keysRecovered) (err error) {
	release, err := lock(c.Data, !store.IsURL(f.where))
	if err != nil {
		return err
	}
	defer release()
	if err := os.MkdirAll(f.path(keysDir), 0o700); err != nil {
		return err
	}
	for _, name := range keyNames {
		was, err := os.ReadFile(f.path(keysDir, name))
		switch {
		case err == nil && bytes.Equal(was, got.secret[name]):
			continue
		case err == nil && len(bytes.TrimSpace(was)) > 0:
			return &pil.Error{Code: pil.CodeConflict, Text: fmt.Sprintf("%s 与封存的不同，没有覆盖；确认无用后先移走它 (the file differs from the sealed key; move it away first)", f.path(keysDir, name))}
		}
		if err := f.put(keysDir+"/"+name, got.secret[name], 0o600); err != nil {
			return err
		}
		a.Written = append(a.Written, name)
	}
	s, d, err := f.attach(ctx, overlay{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	start, err := d.StartIdentityKeys(ctx, got.identities...)
	if err != nil {
		return err
	}
	a.Start = string(start)
	if !c.Reshare {
		return nil
	}
	return c.reshare(f, got, a)
}

// reshare closes everything to a fresh recovery key. The old files go last.
func (c *keysRecoverCmd) reshare(f *folder, got recovered, a *keysRecovered) error {
	all := maps.Clone(got.secret)
	for _, k := range got.identities {
		all[identityHead+k.Public().ID()] = []byte(k.Text() + "\n")
	}
	files, shares, err := c.seal(got.key.Public().Suite(), drawn{secret: all})
	if err != nil {
		return err
	}
	fresh, old := f.path("."+shareDir+".new"), f.path("."+shareDir+".old")
	if err := errors.Join(os.RemoveAll(fresh), os.RemoveAll(old), os.Mkdir(fresh, 0o700)); err != nil {
		return err
	}
	for path, body := range files {
		if err := writeNew(filepath.Join(fresh, filepath.Base(path)), body, 0o600); err != nil {
			return err
		}
	}
	if err := errors.Join(syncFolder(fresh), os.Rename(f.path(shareDir), old), os.Rename(fresh, f.path(shareDir)), syncFolder(f.dir), os.RemoveAll(old)); err != nil {
		return err
	}
	a.Recovery = &shares
	return nil
}

func (a keysRecovered) print(out io.Writer) error {
	if a.Checked {
		_, err := fmt.Fprintf(out, "份额有效：能打开全部密钥，其中身份密钥 %d 把；没有做任何改动 (the shares are good; nothing was changed)\n", a.Identities)
		return err
	}
	_, err := fmt.Fprintf(out, "已找回密钥文件 %d 个 (key files brought back)\n身份密钥 %d 把；启用码 %s 只显示这一次：有权查阅身份的人员在「身份密钥」用它领取 (start code, shown this once)\n", len(a.Written), a.Identities, a.Start)
	if err == nil && a.Recovery != nil {
		_, err = io.WriteString(out, a.Recovery.text())
	}
	return err
}
