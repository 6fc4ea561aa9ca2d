// Package api is the office for machines: /api/v1/…, JSON in and out, described by
// the OpenAPI document at /api/openapi.json. docs/api.md shows it by example.
//
// Config.routes is the table of operations, each with the account.Action it needs.
// A bearer token says who asks; the desk decides, records and answers, and this room
// only puts desk's answers into stable names. An error is a Problem (RFC 9457) with
// the sentence of a pil.Error; the text of an internal one goes to the log alone.
// Lists come in pages, and a cursor leads from one to the next.
//
// It must not know SQL, HTML or what the law says. It trusts the desk to refuse;
// it does not trust what was sent: unknown parameters and members, wrong types and
// bodies over a mebibyte are refused before any command.
//
// 术语: 访问令牌 token · 操作 operation · 游标 cursor · 问题说明 problem.
package api
