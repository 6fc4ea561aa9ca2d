// Package portal is the public door: it takes in what anybody reports, seals it as
// it streams in, and gives back a code. It opens nothing it has received.
//
//	POST /report   multipart parts ─► seal.Envelope ─► spool.Draft; then the code,
//	               its keys (argon2id, in a bounded pool), the last frame; on the
//	               disk; and only then 201
//	POST /return   code ─► keys ─► the page the office left, sealed to the reporter
//	POST /upload   files in parts before the form, into the envelope the form closes
//
// Nothing that is sent touches the disk in clear. No page needs a script; a form for
// files has one, which sends in parts, shows photos and solves the puzzle of a long
// line. No address, agent or text of anybody is written to a log.
//
// It must not know cases, storage, or who works in the office. It trusts the door
// file for whom it seals to, and the folder of notices for what may be published.
//
// 术语: 公共入口 portal · 回执码 receipt · 公告 notice.
package portal
