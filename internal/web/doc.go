// Package web is the office's pages: it reads a form, asks a command or a query of
// package desk, and shows the answer through the components of package ui.
//
// # Where a page lives
//
// A group of pages is one file: people.go holds its handlers and puts their
// components together, parts.templ what several groups share; markup that is a
// group's own stands in a .templ file of the same name. Every page is a line of
// the route table (routes.go): method, path, permission, handler.
//
//	{"GET", "/people", may(account.ShowPeople), s.showPeople},
//
// The permission is an account.Action, or one of the named exceptions: public,
// atDoor (who is about to sign in), signedIn. It keeps people from pages they can
// never use, and fills the menu; the desk asks again, about what is meant.
//
// # A handler
//
//	func (s *Server) addPerson(c *call) error {
//		f, err := c.form()                    // what was sent; c.upload() with files
//		if err != nil {
//			return err
//		}
//		in := desk.NewPerson{Login: f.need("login", label), From: f.day("from")}
//		if f.ok() {
//			added, err := s.desk.AddPerson(c.ctx(), c.session.Who, in)
//			if err == nil {
//				return c.done("/people", c.t("已增加人员", "Added"))  // POST, redirect, GET
//			}
//			if err := f.mend("login", err); err != nil {
//				return err                    // nothing to be mended in the form
//			}                                 // what the desk says stands beside the field
//		}
//		return s.addPersonPage(c, f)          // the page again, with all that was typed
//	}
//
// It returns an error, and one function (trouble) shows it by its pil.Code. An
// error that is not a pil.Error is logged under a number, and only the number is
// shown. filled.mend takes what a person can mend in the form, and gives back the
// rest. c.after does the same for a button without a form of its own. A page with
// faults in its form is answered with 422.
//
// Nothing is inline, every page works without scripts, and pages of persons are
// stored nowhere. Texts stand where they are used: c.t, or ui.T in a template.
//
// The room must not know SQL, what the law says, or who may do what beyond the
// table's word. It trusts the desk for every decision.
//
// 术语: 页面 page · 路由 route · 会话 session.
package web
