// Package docket knows a case: lines (track × respondent), the acts that move
// them, the limits that run on them, and what may lawfully be done next. Its
// replay reads a published case's timeline through the same rules.
//
// The state of a case is a fold of its events in the order (day it happened,
// recorded sequence). What has happened can always be recorded, with findings;
// what the office may not do next is refused with the article.
//
// It must not know persons, screens, storage or the clock. It trusts package
// statute for what the law says and package calendar, through it, for days.
//
// 术语: 案件 case · 线 line · 行为 act · 期限 deadline · 认定 finding ·
// 更正 correction · 回头看 look-back.
package docket
