// Package account knows who works in a procuratorate and what each may do:
// offices and their levels, departments, persons and roles, the permission
// table, what is handed over for a time (delegation, grant, cover), and what a
// person signs in with.
//
// Can answers every question of permission, and Powers gives the same answer to
// a query that lists. Nothing here is kept: time comes in as an argument,
// chance as an io.Reader, and what has changed goes out as a value. Secrets are
// of type Secret, which no printing, error or JSON shows.
//
// It must not know what a step of the law needs (package docket says that),
// storage, screens or the clock. It trusts its caller for the facts of a
// Subject: to whom a matter is assigned, who is recused, who decides by the
// norms of the day.
//
// 术语: 检察院 office · 部门 department · 人员 person · 角色 role · 操作 action ·
// 范围 reach · 授权 delegation · 调用 grant · 代理 cover · 回避 recusal ·
// 交接 hand-over · 口令 password · 第二因素 second factor · 会话 session.
package account
