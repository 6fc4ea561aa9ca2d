// Package tally counts persons in tables, exactly, at the speed at which memory
// can be read: rows, duplicates, repeats, and the distinct persons of every
// company, shop, device and whatever else is asked, all in one go.
//
// # How it counts
//
// Workers hand over batches of rows, each worker its own, without a lock. The
// cells of a row that name groups (company, shop, device …) become one small
// code, from the worker's own dictionary; the person becomes a hash of 128 bits;
// the time, or the other cells that make rows distinct, become 64 bits more.
// These 28 bytes go to one of 256 partitions, by the first byte of the hash: all
// rows of a person meet in one partition.
//
//	batch ─► code of the groups ┐
//	         hash of the person ├─► 28 bytes ─► partition of the person ─┐
//	         time and the rest  ┘                                        │ all rows read
//	dictionaries of the workers ─► merged, sorted ──────────────┐        ▼
//	                                                            └─► each partition once, person by person
//
// Then each partition is put in the order of its hashes, in pieces that fit the
// processor's cache, and gone through once. Equal rows lie side by side, so do a
// person's rows; and a group that keeps the number of the last person seen in it
// knows whether this one is new. So the distinct persons of every group cost one
// comparison each, however many groupings there are.
//
// # What exact means
//
// Persons are told apart by SipHash-2-4 of 128 bits under a secret key. Two of a
// billion persons share a hash with a probability below 2⁻⁶⁸, and nobody who
// does not know the key can make two that do. Rows of one person in one group
// are told apart by their exact time, or by 64 bits of the same hash over time
// and other cells where Spec.Others asks for these. Names of groups are compared
// as they are. There is no floating point and no estimate anywhere, and the
// result does not depend on the key, the order of rows, the number of workers or
// the memory.
//
// # Memory
//
// A row costs 28 bytes, a group some hundred. Spec.Memory bounds the whole: when
// rows fill their share, the partitions at the end of the row are written to
// temporary files, encrypted and authenticated under a key that is never
// written, and read back one by one. A partition that is too large by itself (a
// person with a billion rows) is sorted in runs that are merged.
//
// It must not know files, clocks, cases, the law, or what a column means. It
// trusts package table to decode cells, and its caller to draw Spec.Key anew for
// each count.
//
// Its terms: 行 row, 重复 duplicate, 人 person, 层级 level, 分组 group, 分区 partition,
// 溢写 spill.
package tally
