// Package clue knows what a word of the public is before it becomes a case: how
// it came in, what the officer types, whether it is likely to be true, whether
// somebody said it before, which procuratorate it belongs to, and how a
// hotline's sheet becomes many of them.
//
// A Form never holds who reported: that is an Identity, which no printing,
// error or JSON shows. What is wrong with an input comes back as Problems, one
// beside each input. Sign, Signature.Bands and Judge find likely duplicates, and
// Score.Why says why; Propose proposes the competent office with its articles.
// Both only propose: people merge, transfer and decide.
//
// It must not know the procedure of a clue (law/procedures/clue.yaml; Verdict
// and Conclusion name its steps), storage, screens or the clock. It trusts
// nobody's sheet: room table bounds and reads it, and no reason for a
// refusal repeats what stood in a cell.
//
// 术语: 线索 clue · 线索来源 source · 渠道 channel · 领域 field · 举报人 reporter ·
// 评估 assessment · 真实性 truth · 可查性 checkability · 风险 risk · 重复线索
// duplicate · 管辖 jurisdiction · 热线工单 hotline order.
package clue
