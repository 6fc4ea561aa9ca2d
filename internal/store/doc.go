// Package store keeps the office: all SQL, the migrations, one transaction
// helper, the record's tables, and the files attached to matters. It runs on an
// embedded SQLite file or on PostgreSQL, from the same code.
//
//	Store.Write   one transaction that changes something; rows it saves through
//	              Tx.Add, Change and Remove are committed to by the record entry
//	              that Tx.Record writes last
//	Store.Read    a snapshot to read from
//
// It must not know who may do what, what the law says, or screens. It trusts its
// caller to have asked. Who can change the tables can change what pages show, and
// is found out by fsck up to the last signed checkpoint.
//
// 术语: 存储 store · 事务 transaction · 推算表 projection.
package store
