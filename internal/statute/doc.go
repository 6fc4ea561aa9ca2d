// Package statute is the law as data: instruments, norm sets by date,
// procedures with their steps, limits, papers and local rules. It reads the
// YAML of folder law, proves that it hangs together, computes and explains
// limits, and answers what a step needs on a given day.
//
// It must not know any case, person or screen, and never asks what day it is.
// It trusts the YAML only after Check; it trusts package calendar for rest days.
//
// 术语: 步骤 step · 状态 state · 期限 limit · 规范体系 norm set · 条件 need ·
// 决定 decide · 审核 review · 备案 record-filing.
package statute
