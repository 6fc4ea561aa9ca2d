// Package jobs is the clock's door: what the office does without anybody asking, on
// a queue (River) whose tables lie beside the store's, on both engines. A job joins
// the transaction of the rows it is about; each is done once, by whichever office
// on the database gets to it first.
//
//	Sign     the record is signed
//	Sweep    sessions that ran out are forgotten
//	Remind   limits due within three days, or late, become tasks
//	Reread   files not read for thirty days are hashed again; uploads left lying go
//
// All of them run at the start and every hour.
//
// It must not know what a limit or a session is: it calls the desk. It trusts the
// desk to be idempotent, for a job may be done twice after a crash. What is queued
// is derived, guarded by no entry of the record, and in no backup.
//
// 术语: 定时任务 periodic job · 队列 queue.
package jobs
