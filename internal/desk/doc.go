// Package desk is where people's commands and questions arrive, from pages, the
// API and the clock alike: authorise → load → decide → save → record → enqueue,
// in one transaction.
//
//	Desk.do    the only way to write: asks account.Can, locks the matter, lets the
//	           command decide by the rooms and save, folds the matter anew, and
//	           writes one entry of the record
//	Desk.ask   the only way to read: asks account.Can, reads from one snapshot, and
//	           commits the record's read entries before the answer leaves
//	Desk.byMachine  what nobody who is signed in asks for: founding the office,
//	           and signing in; its entry says who it was by
//
// Somebody at a door is a Session, and has a Who for the commands only when signed
// in: password, second factor, and what has to be set up first.
//
// Commands are one file each, named verb_noun after their account.Action; story.go
// builds a whole matter through them.
//
// It must not know SQL, HTTP or HTML. It trusts its doors to have established who
// asks.
//
// 术语: 命令 command · 查询 query · 审批 approval · 案卷 matter.
package desk
