package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"shouhu/internal/account"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/store"
)

type tokenCmd struct {
	data
	Person string `help:"登录名 · log-in name" required:"" placeholder:"NAME"`
	Days   int    `help:"有效天数，1至366 · days it lasts" default:"90"`
	JSON   bool   `name:"json" help:"输出 JSON"`
}

// Run makes a token and shows it, once.
func (c *tokenCmd) Run(out io.Writer) (err error) {
	ctx := context.Background()
	f, err := c.open()
	if err != nil {
		return err
	}
	s, d, err := f.attach(ctx, overlay{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var person *store.Person
	err = s.Read(ctx, func(v *store.View) (err error) {
		person, err = v.PersonByLogin(c.Person)
		return err
	})
	if pil.CodeOf(err) == pil.CodeNotFound {
		return pil.NotFound("没有登录名 %s (no such log-in name)", pil.Quote(c.Person))
	}
	if err != nil {
		return err
	}
	var secret account.Secret
	if secret, err = d.MakeToken(ctx, desk.Who{Person: person.ID}, c.Days); err != nil {
		return err
	}
	until := d.Now().Add(time.Duration(c.Days) * 24 * time.Hour).UTC().Truncate(time.Second)
	if c.JSON {
		return printJSON(out, struct {
			Token  string    `json:"token"`
			Person string    `json:"person"`
			Until  time.Time `json:"until"`
		}{string(secret), person.Login, until})
	}
	_, err = fmt.Fprintf(out, "%s\n\n%s 的访问令牌，有效至 %s，只显示这一次。(shown once)\n", string(secret), person.Login, until.In(pil.Zone).Format("2006-01-02 15:04"))
	return err
}
