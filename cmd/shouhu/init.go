package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/seal"
	"shouhu/internal/store"
)

type initCmd struct {
	data
	Office string `help:"检察院名称，可以以后改 · the office's name" default:"本院"`
	Level  string `help:"级别：grassroots 基层院、city 市级院、provincial 省级院、supreme 最高检 · level" default:"grassroots" enum:"grassroots,city,provincial,supreme"`
	Region string `help:"GB/T 2260 地区代码，地方规则据此适用 · region code"`
	Suite  string `help:"公共入口的密码套件：x25519 国际、sm2 国密 · suite of the public door" default:"x25519" enum:"x25519,sm2"`
	sharing
	Yes  bool `help:"确认；不写则只说明要做什么 · do it; else only say what would be done"`
	JSON bool `name:"json" help:"输出 JSON"`
}

type initAnswer struct {
	Data          string     `json:"data"`
	Office        string     `json:"office"`
	Origin        string     `json:"origin"`
	Door          string     `json:"door"`   // file for the public door
	Record        string     `json:"record"` // file for whoever checks the record
	Administrator firstLogin `json:"administrator"`
	Chief         firstLogin `json:"chief"`
	Start         string     `json:"start_code"` // takes the identity key, once
	Recovery      recovery   `json:"recovery"`
}

type firstLogin struct {
	Login    string `json:"login"`
	Password string `json:"password"` // good once
}

// Run sets up an office, or says what it would do.
func (c *initCmd) Run(out io.Writer) error {
	level, err := account.ParseLevel(c.Level)
	if err != nil {
		return err
	}
	var region pil.Region
	if c.Region != "" {
		if region, err = pil.ParseRegion(c.Region); err != nil {
			return err
		}
	}
	if err := emptyFolder(c.Data); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if !c.Yes {
		return c.plan(out)
	}
	suite, err := seal.ParseSuite(c.Suite)
	if err != nil {
		return err
	}
	origin, err := originOf(c.Office)
	if err != nil {
		return err
	}
	f := &folder{dir: c.Data, where: c.where(""), settings: settings{Office: c.Office, Origin: origin, Database: c.Database, Files: c.Files, Listen: defaultListen}}
	keys, err := drawKeys(f.settings.Origin, suite)
	if err != nil {
		return err
	}
	sealed, shares, err := c.seal(suite, keys)
	if err != nil {
		return err
	}
	undo, err := f.lay(keys, sealed)
	if err != nil {
		undo()
		return err
	}
	founded, err := f.found(context.Background(), keys.identity, desk.NewOffice{Code: "own", Name: c.Office, Level: level, Kind: account.Local, Region: region})
	if err == nil {
		err = f.finish()
	}
	if err != nil {
		undo()
		return err
	}
	a := initAnswer{Data: c.Data, Office: c.Office, Origin: origin, Door: f.path(doorFile), Record: f.path(recordFile),
		Administrator: firstLogin{adminLogin, string(founded.AdministratorPassword)}, Chief: firstLogin{chiefLogin, string(founded.ChiefPassword)},
		Start: string(founded.Start), Recovery: shares}
	if c.JSON {
		return printJSON(out, a)
	}
	return a.print(out, c.Region == "")
}

// The log-ins an office begins with.
const (
	adminLogin = "admin"
	chiefLogin = "chief"
)

func (c *initCmd) plan(out io.Writer) error {
	where := filepath.Join(c.Data, storeFile)
	if c.Database != "" {
		where = "PostgreSQL"
	}
	if c.JSON {
		return printJSON(out, struct {
			Data   string `json:"data"`
			Office string `json:"office"`
			Would  bool   `json:"would"` // nothing was done
		}{c.Data, c.Office, true})
	}
	_, err := fmt.Fprintf(out, `将在 %s 建立“%s”的办公系统：
  数据存于 %s，附件存于 %s
  生成密钥 %s（仅本用户可读），公钥 %s、%s
  恢复密钥拆成 %d 份，任意 %d 份可以恢复全部密钥，只打印一次
  建立管理员 %s 和检察长 %s，各给一个一次性口令
没有做任何改动；确认请加 --yes。(nothing was changed; add --yes to do it)
`, c.Data, c.Office, where, filepath.Join(c.Data, filesDir), filepath.Join(c.Data, keysDir), doorFile, recordFile, c.Shares, c.Threshold, adminLogin, chiefLogin)
	return err
}

func (a initAnswer) print(out io.Writer, nowhere bool) error {
	_, err := fmt.Fprintf(out, `已建立“%s”(the office is set up)。

  管理员 %s  一次性口令 %s
  检察长 %s  一次性口令 %s

口令只显示这一次，首次登录时须改。

身份密钥启用码 %s
  交给首位有权查阅举报人身份的人员（线索管理员或者检察官）：登录后在「身份密钥」
  设置身份口令，再用启用码领取；只能用一次，用后销毁。(start code of the identity key)

%s
公共入口用 %s，核对审计记录用 %s。%s 里是全部密钥的封存件，
随备份保存；没有 %d 份恢复份额打不开。
运行：shouhu serve --data %s
`, a.Office, a.Administrator.Login, a.Administrator.Password, a.Chief.Login, a.Chief.Password, a.Start, a.Recovery.text(),
		a.Door, a.Record, filepath.Join(a.Data, shareDir), a.Recovery.Threshold, a.Data)
	if err == nil && nowhere {
		_, err = io.WriteString(out, "没有给出 --region，地方规则不会适用。(no region: no local rules)\n")
	}
	return err
}

// originOf makes the record's name: the office's, without what such a name may not
// hold, and a few random digits that keep two of one name apart.
func originOf(office string) (string, error) {
	b := make([]byte, 3)
	if _, err := io.ReadFull(rand.Reader, b); err != nil {
		return "", err
	}
	name := strings.Map(func(r rune) rune {
		if r == '+' || unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, office)
	return name + "-" + hex.EncodeToString(b), nil
}

// lay writes all of an empty folder but the store and config; undo takes it away again.
func (f *folder) lay(keys drawn, sealed map[string][]byte) (undo func(), err error) {
	_, err = os.Stat(f.dir)
	was := err == nil
	open := map[string][]byte{doorFile: []byte(keys.door), recordFile: []byte(keys.record)}
	maps.Copy(open, sealed)
	return func() { clearFolder(f.dir, was) }, f.write(keys.secret, open)
}

// write lays keys and other files into the folder.
func (f *folder) write(secret, open map[string][]byte) error {
	if err := errors.Join(os.MkdirAll(f.dir, 0o700), os.Mkdir(f.path(keysDir), 0o700)); err != nil {
		return pil.Invalid("%s 里不能建立目录，请检查路径和权限 (cannot make folders there)", f.dir)
	}
	for name, body := range secret {
		if err := writeNew(f.path(keysDir, name), body, 0o600); err != nil {
			return err
		}
	}
	for name, body := range open {
		if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o700); err != nil {
			return err
		}
		if err := writeNew(f.path(name), body, 0o644); err != nil {
			return err
		}
	}
	return syncFolder(f.path(keysDir))
}

// finish writes config, last: what was broken off before has none, and is no data
// folder. It may hold a database's password.
func (f *folder) finish() error {
	if err := writeNew(f.path(configFile), f.settings.text(), 0o600); err != nil {
		return err
	}
	return syncFolder(f.dir)
}

// syncFolder makes new names in a folder last.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// clearFolder takes away what a call that went wrong had written into an empty
// folder.
func clearFolder(dir string, keep bool) {
	if !keep {
		_ = os.RemoveAll(dir)
		return
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range list {
		_ = os.RemoveAll(filepath.Join(dir, e.Name()))
	}
}

func (f *folder) found(ctx context.Context, identity seal.PrivateKey, o desk.NewOffice) (out desk.Founded, err error) {
	s, err := store.Open(ctx, f.where)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	d, err := f.office(ctx, s, overlay{})
	if err != nil {
		return out, err
	}
	if out, err = d.Found(ctx, desk.Founding{Offices: []desk.NewOffice{o}, Identity: identity,
		Administrator: desk.FirstPerson{Login: adminLogin, Name: "系统管理员"}, Chief: desk.FirstPerson{Login: chiefLogin, Name: "检察长"}}); err != nil {
		return out, err
	}
	_, err = d.SignCheckpoint(ctx)
	return out, err
}
