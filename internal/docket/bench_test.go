package docket_test

import (
	"testing"

	"shouhu/internal/docket"
)

// twelve is an administrative case of twelve published events, from the clue to
// the judgment, with details such as press releases print.
const twelve = `id: B
title: 督促整治快递面单侵害个人信息案
kind: 行政(起诉)
field: 个人信息
region: 湖北十堰茅箭
procuratorate: 十堰市茅箭区检察院
events:
  - {date: '2023-02-01', event: 规范施行, detail: 快递电子运单等两项国标实施}
  - {date: '2023-06-20', event: 线索发现, detail: 晚报刊发面单调查，检察院据此发现线索}
  - {date: '2023-06-28', event: 立案, detail: 经提请市院指定管辖后立案}
  - {date: '2023-06-30', event: 检察建议, detail: 向主管局送达}
  - {date: '2023-07-04', event: 检察建议备案, detail: 报市院}
  - {date: 2023-08, event: 回复, detail: 书面回复称已排查整顿并加密}
  - {date: '', event: 跟进调查, detail: 再次走访发现部分企业仍未落实}
  - {date: '2023-09-20', event: 起诉, detail: 向茅箭区法院提起行政公益诉讼}
  - {date: '2023-09-22', event: 起诉书备案, detail: 报市院}
  - {date: '2023-11-02', event: 开庭, detail: 公开审理}
  - {date: '2023-12-15', event: 判决, detail: 支持全部诉讼请求}
  - {date: 2024-12, event: 发布, detail: 两高联合典型案例}
`

func BenchmarkReplay(b *testing.B) {
	l := loadLaw(b)
	tl, err := docket.ParseTimeline("b.yaml", []byte(twelve))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("case12", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			docket.Replay(l, tl)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	})
	b.Run("case12+parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tl, err := docket.ParseTimeline("b.yaml", []byte(twelve))
			if err != nil {
				b.Fatal(err)
			}
			docket.Replay(l, tl)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	})
	b.Run("case12+explain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			docket.Replay(l, tl).JSON()
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	})
}

func BenchmarkFold(b *testing.B) {
	l := loadLaw(b)
	events := history("administrative", "2026-03-02 file", "2026-03-05 serve-filing", "2026-03-10 investigate", "2026-03-15 investigate-end",
		"2026-03-20 decide-recommend", "2026-03-22 recommend", "2026-03-23 serve", "2026-03-25 record-recommendation", "2026-05-20 reply",
		"2026-06-01 follow-up", "2026-06-20 sue", "2026-06-22 record-suit")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := docket.Fold(l, docket.CaseFacts{Field: "个人信息"}, events); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}
