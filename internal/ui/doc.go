// Package ui is what all pages share: the shell around a page, its components,
// its style, its texts in two languages and its few pictures.
//
// Page data come in as typed structs and go out as HTML. The room knows nothing
// of commands, storage, sessions or routes: every address is handed in. It reads
// no clock: what depends on the day takes the day. It trusts its caller for who
// may see what it is given; it escapes all of it.
//
// # Texts
//
// A text stands where it is used, in both languages: T(ctx, "登记线索",
// "Register a clue"). The language is in the context (WithLang); Chinese is the
// default. A test reads every call in the module.
//
// # Pages
//
// A page is a templ component of a room that has routes. It wraps itself in
// Shell and is put together from the components here; package gallery has them
// all, with the two pages people live in. Components are named for what they
// are (Table, Deadlines, Timeline) and take one struct of the same family. Where
// a struct asks for a templ.Component, anything may stand there.
//
// # Content security
//
// Nothing here is inline: no style attribute, no script, no handler, no data:
// address. A page works under default-src 'none'; script-src 'self'; style-src
// 'self'; img-src 'self'; connect-src 'self'; form-action 'self'. It works
// without scripts; htmx and shouhu.js only save round trips.
package ui
