// Package analysis turns evidence tables into the exact, repeatable report of
// 证据表格分析: what personal data they hold, whose and how many, by company,
// shop and device, and which thresholds that reaches.
//
// The way of an answer: files → table → an Engine counts → one function makes
// the Report. Every Engine gives the same Counts for the same rows, so the
// report and its ResultSHA256 do not depend on which one counted, on the order
// of rows, or on how they were split, encoded and packed.
//
// It must not know cases, persons of the office, storage or pages. It trusts
// package table to decode and to say which rows cannot be read, package privacy
// to know what is personal data and what the law makes of it, and the caller to
// have named the columns (Roles), where names and values do not say it clearly.
//
// Its terms: 行 row, 重复 duplicate, 人 person, 单位 org, 场所 site, 设备 device,
// 条 record of the threshold. docs/formats/analyze.md names every field and rule.
package analysis
