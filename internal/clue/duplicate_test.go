package clue

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shouhu/internal/golden"
	"shouhu/internal/pil"
)

const key Key = 0x5eed

// The synthetic clues: five sentences of a trouble, each one of three, with
// holes that a seeded chance fills. Clues of one trouble share every third
// sentence but for what fills the holes, as hotline texts do.
var (
	openings = []string{"市民来电反映：", "群众反映，", "你好，我要举报，", "本人是附近居民，", "有志愿者巡查时发现，", ""}
	closings = []string{"请核实处理。", "希望有关部门尽快解决！", "恳请检察机关介入调查。", "要求回复。", "谢谢。", ""}
	troubles = [][]string{
		{"@后面的#被人倾倒了大量建筑垃圾|有人把装修废料拉到@旁边堆着|@附近#变成了垃圾场", "堆放面积大约有%亩|从路边一直堆到坡下，有%米长|估计拉来了%车", "每到下雨黑水就流进旁边的鱼塘|臭味隔着马路都闻得到|塑料袋被风吹得到处都是", "已经有%个月没有人来清理|环卫说不归他们管|上个月清过一次，没几天又满了", "夜里还有渣土车开进开出|拉货的车牌都用泥糊住|看门的老头说是老板同意的"},
		{"@对面的*把顾客的手机号卖给推销公司|我在@的*留过电话以后不停有人打来|@*的会员资料在网上有人卖", "办会员时要求刷脸|不填身份证不给办卡|让我扫码同意一大堆条款", "我接到了%个贷款电话|对方连我住几楼都知道|一天能收到%条短信", "店员把客户名单发到群里|登记本就摊在前台谁都能翻|电脑上贴着密码", "至少%名会员收到同样的骚扰|邻居家也遇到了|问老板，老板说删不掉"},
		{"@的*夜间排放刺鼻气味|@那家*偷偷把废水接进雨水管|路过@的*就觉得呛嗓子", "一到晚上%点就开窗都困难|白天停工，半夜开工|节假日排得最厉害", "家里老人咳嗽了%天|河里死了不少鱼|阳台一层黑灰", "烟囱没有任何处理设施|检查的人一走又开始|环评公示牌是空的", "向街道反映以后仍然照旧|厂里说有许可证，不给看|村里没有人敢出面"},
		{"@旁边那棵#被水泥封住了树根|@门口的#快要枯死了|有人在@的#上钉了铁架", "挂牌编号已经看不清|保护牌被摘掉了|没有看到任何围栏", "树龄据说有%年|村谱里有记载|老人说小时候就有这么粗", "东侧大枝枯死%根|树干上有%个洞|叶子发黄，虫子很多", "周围还停满了车|烧烤摊就在树下|修路把土挖开了一大片"},
		{"@的*向学生出售香烟和电子烟|@*让未成年人通宵上网|@那家*给初中生文身", "离小学校门不到%米|开在校门斜对面|从后门进去要走一条巷子", "放学时一次进去%个孩子|里面看着都是十三四岁|穿校服也照样接待", "没有张贴禁止未成年人进入的标志|老板从来不看身份证|可以用别人的号登记", "孩子一个月花掉%元|家长去找反被骂|已经有孩子因此逃学"},
		{"@人行道的盲道被#占用|@新修的地铁口没有坡道|@医院的无障碍厕所长期锁着", "视障人士只能走到机动车道上|轮椅上不去|推婴儿车也过不了", "断开的地方一共有%处|台阶有%级|电梯停用%天了", "坡道的坡度也太陡|扶手松动|提示音坏了没有声音", "去年提过意见没有整改|物业说没有预算|打过电话说在走流程"},
		{"@的*使用过期食材加工外卖|在@的*买到发霉的面包|@*卖的保健品说能治糖尿病", "后厨地上到处是老鼠|冰柜里的肉没有标签|包装上找不到批号", "我吃完以后腹泻%天|老人吃了以后住院|孩子身上起红疹", "平台上月销量有%单|买一送一，价格低得离谱|讲课以后当场收钱", "营业执照和实际地址不一致|健康证是假的|换个名字又开起来了"},
		{"@的烈士#周围杂草丛生|@陵园里的#被人刻了字|@纪念馆门前摆满了货摊", "碑文已经脱落%处|名字都认不出了|基座裂开%厘米", "有人在台阶上晾晒衣物|有人在里面跳广场舞|停车场收费停到了碑前", "台阶断了%级|路灯全坏了|大门常年上锁", "清明节也没有人打扫|烈属来了很难过|管理处说没有编制"},
	}
	streets  = []string{"和平路", "幸福街", "解放大道", "建设二路", "滨河北路", "书院巷", "工农村", "东风渠", "人民公园南门", "城北菜市场"}
	things   = []string{"空地", "河滩", "古槐", "银杏", "共享单车", "广告牌", "纪念碑", "陵园", "水沟", "石坊"}
	firms    = []string{"便利店", "健身房", "养殖场", "铸造厂", "小吃店", "售楼处", "美容院", "木材厂", "文具店", "餐馆"}
	counties = []pil.Region{"420111", "420106", "420102", "420115", "320682"}
	chars    = []rune("的了在是我有和人这中大为上个国以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经")
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// invent makes one clue: what it says by sentences, and where and when.
func invent(r *rand.Rand) (sentences []string, c Candidate) {
	place := pick(r, streets) + fmt.Sprint(1+r.IntN(300), "号")
	fill := strings.NewReplacer("@", place, "#", pick(r, things), "*", pick(r, []string{"老", "新", "大", "小", ""})+pick(r, firms))
	for _, s := range pick(r, troubles) {
		if s = pick(r, strings.Split(s, "|")); len(sentences) == 0 || r.IntN(5) > 0 {
			sentences = append(sentences, strings.ReplaceAll(fill.Replace(s), "%", fmt.Sprint(2+r.IntN(90))))
		}
	}
	return sentences, Candidate{Region: pick(r, counties), Place: place, Received: today - pil.Day(r.IntN(300))}
}

// tell writes a clue down.
func tell(r *rand.Rand, sentences []string) string {
	return pick(r, openings) + strings.Join(sentences, "，") + "。" + pick(r, closings)
}

// retell is the same clue told again: sentences swapped, a share of the
// characters dropped or replaced, received some days later.
func retell(r *rand.Rand, sentences []string, c Candidate, change float64) Candidate {
	s := slices.Clone(sentences)
	i, j := r.IntN(len(s)), r.IntN(len(s))
	s[i], s[j] = s[j], s[i]
	var out []rune
	for _, ch := range tell(r, s) {
		switch {
		case r.Float64() >= change:
			out = append(out, ch)
		case r.IntN(2) == 0:
			out = append(out, pick(r, chars))
		}
	}
	c.Signature = Sign(string(out), key)
	switch r.IntN(3) { // the second reporter names the street only, or nothing
	case 0:
		c.Place = ""
	case 1:
		c.Place = strings.TrimRight(c.Place, "0123456789号")
	}
	c.Received = min(today, c.Received+pil.Day(r.IntN(21)))
	return c
}

// What the index finds and Judge suggests among 2000 clues, each told again
// once, against what is known to be the same.
func TestDuplicatesMeasured(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "按相似度，两条线索至少共有一个分段键的概率（%d段，每段%d个）：\n", bands, inBand)
	for _, j := range []float64{.1, .2, .3, .4, .5, .6, .7, .8} {
		fmt.Fprintf(&b, "%.1f %.3f\n", j, 1-math.Pow(1-math.Pow(j, inBand), bands))
	}
	b.WriteString("\n2000条合成线索，各转述一次。建议阈值下：\n")
	b.WriteString("改动字数 | 文字相似度均值 | 索引召回 | 建议召回 | 建议准确率 | 每条平均比对数\n")
	for _, change := range []float64{0, .05, .10, .15, .20} {
		r := rand.New(rand.NewPCG(1, 2))
		const n = 2000
		all := make([]Candidate, 2*n) // i and i+n tell of one matter
		for i := range n {
			sentences, c := invent(r)
			c.Signature = Sign(tell(r, sentences), key)
			all[i], all[i+n] = c, retell(r, sentences, c, change)
		}
		index := map[int]map[uint64][]int{}
		for i := range bands {
			index[i] = map[uint64][]int{}
		}
		var compared, found, right, wrong int
		var likeness float64
		for i := range all {
			near := map[int]bool{}
			for band, k := range all[i].Signature.Bands() {
				for _, j := range index[band][k] {
					near[j] = true
				}
				index[band][k] = append(index[band][k], i)
			}
			compared += len(near)
			for j := range near {
				same, s := j == i-n, Judge(&all[j], &all[i])
				switch {
				case same && s.Suggest:
					right++
				case s.Suggest:
					wrong++
				}
				if same {
					found++
				}
			}
			if i >= n {
				likeness += all[i].Signature.Likeness(&all[i-n].Signature) / n
			}
		}
		fmt.Fprintf(&b, "%3.0f%% | %.2f | %.3f | %.3f | %.3f | %.1f\n", change*100, likeness, float64(found)/n, float64(right)/n, float64(right)/float64(right+wrong), float64(compared)/float64(2*n))
	}
	golden.Check(t, "duplicates.txt", b.String())
}

// Pairs a person has an opinion on.
func TestJudge(t *testing.T) {
	long := "和平路12号后面的空地被人倾倒了大量建筑垃圾，每到下雨黑水就流进旁边的鱼塘，已经有三个月没有人来清理。"
	at := func(text string, region pil.Region, place string, received pil.Day) Candidate {
		return Candidate{Sign(text, key), region, place, pil.Span{}, received}
	}
	var b strings.Builder
	for _, c := range []struct {
		what    string
		a, b    Candidate
		suggest bool
	}{
		{"同一段话", at(long, "420111", "和平路12号", today), at("【转】"+long, "420111", "和平路12号门口", today-3), true},
		{"同一段话，全角半角、标点不同", at(long, "", "", today), at(strings.NewReplacer("1", "１", "，", " ", "。", "!!").Replace(long), "", "", today), true},
		{"同一段话，两地", at(long, "420111", "", today), at(long, "320682", "", today), true},
		{"同地同时，事情不同", at(long, "420111", "和平路12号", today), at("和平路12号健身房要求顾客刷脸办卡，还把手机号卖给推销公司，我一天接到八个电话。", "420111", "和平路12号", today), false},
		{"只有相隔很久", at(long, "420111", "", today), at(long, "420111", "", today-200), true},
		{"短文，同地", at("小区噪音扰民", "420111", "幸福小区", today), at("小区噪音扰民!", "420111", "幸福小区3栋", today-1), true},
		{"短文，地点不明", at("小区噪音扰民", "", "", today), at("小区噪音扰民", "", "", today), false},
		{"短文，两地", at("小区噪音扰民", "420111", "幸福小区", today), at("小区噪音扰民", "420106", "和平小区", today), false},
		{"没有文字", at("！！", "420111", "幸福小区", today), at("？？", "420111", "幸福小区", today), false},
		{"区在市内", at(long, "4201", "", 0), at(long, "420111", "", 0), true},
	} {
		s := Judge(&c.a, &c.b)
		if s.Suggest != c.suggest {
			t.Errorf("%s: %+v", c.what, s)
		}
		fmt.Fprintf(&b, "%s → %d，建议 %t\n", c.what, s.Total, s.Suggest)
		for _, w := range s.Why() {
			fmt.Fprintf(&b, "    %s | %s\n", w.Zh, w.En)
		}
	}
	golden.Check(t, "judged.txt", b.String())
}

func TestJudgeTime(t *testing.T) {
	a := Candidate{Happened: pil.Between(today-10, today-5), Received: today}
	for _, c := range []struct {
		b    Candidate
		want int
	}{
		{Candidate{Happened: pil.On(today - 7)}, 100},
		{Candidate{Happened: pil.On(today + 2)}, 100},
		{Candidate{Happened: pil.On(today - 10 - 90)}, 0},
		{Candidate{Happened: pil.Span{Month: 7, Dom: 21}, Received: today - 50}, 48},
		{Candidate{}, -1},
	} {
		for _, s := range []Score{Judge(&a, &c.b), Judge(&c.b, &a)} {
			if s.Time != c.want {
				t.Errorf("time %d, want %d: %v", s.Time, c.want, s.Why())
			}
		}
	}
}

var anyText = rapid.StringOfN(rapid.RuneFrom([]rune("垃圾河边倾倒人脸手机号abcABC１２3。， ﷺﬀİẞ𠮷")), 0, 60, -1)

// The oracle counts runs of characters in maps.
func TestLikenessEstimatesJaccard(t *testing.T) {
	runs := func(text string) map[string]bool {
		letters, _ := plain(text)
		r, set := []rune(string(letters)), map[string]bool{}
		add := func(n int) {
			for i := 0; i+n <= len(r); i++ {
				set[string(r[i:i+n])] = true
			}
		}
		if len(r) > 0 {
			add(min(3, len(r)))
		}
		if len(r) > 2 && len(r) < shortText {
			add(2)
		}
		return set
	}
	worst, sum, n := 0.0, 0.0, 0
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		sentences, _ := invent(r)
		a := tell(r, sentences)
		b := tell(r, append(sentences[:1:1], pick(r, pick(r, troubles))))
		same, all := 0, runs(b)
		for g := range runs(a) {
			if all[g] {
				same++
			}
			all[g] = true
		}
		x, y := Sign(a, key), Sign(b, key)
		off := x.Likeness(&y) - float64(same)/float64(len(all))
		worst, sum, n = max(worst, math.Abs(off)), sum+off, n+1
	}
	// 0.044 is the largest standard error; the mean of 2000 is near nothing.
	if worst > 5*0.044 || math.Abs(sum/float64(n)) > 0.005 {
		t.Errorf("off by up to %.3f, %.4f in the mean", worst, sum/float64(n))
	}
}

func TestSignature(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, other := anyText.Draw(t, "text"), anyText.Draw(t, "other")
		a, b := Sign(text, key), Sign(other, key)
		if loud := Sign(strings.ToUpper(" "+text+"。"), key); loud != a && !strings.ContainsAny(text, "İẞﬀ") { // these have no single capital
			t.Fatalf("blanks and capitals matter to %q", text)
		}
		if a.Likeness(&b) != b.Likeness(&a) || a.Chars > 0 && a.Likeness(&a) != 1 || (a.Chars == 0) != (a.Bands() == nil) {
			t.Fatalf("%q and %q", text, other)
		}
		if c := Sign(text, key+1); c.Likeness(&a) > 0.2 {
			t.Fatal("another key, the same signature")
		}
		stored, err := a.AppendBinary(nil)
		var back Signature
		if err != nil || len(stored) != signatureSize || back.UnmarshalBinary(stored) != nil || back != a {
			t.Fatalf("stored in %d bytes, %v", len(stored), err)
		}
		x, y := Candidate{Signature: a, Place: text}, Candidate{Signature: b, Place: other}
		if p, q := Judge(&x, &y), Judge(&y, &x); p.Total != q.Total || p.Suggest != q.Suggest || p.Total < 0 || p.Total > 100 {
			t.Fatalf("%+v and %+v", p, q)
		}
	})
	for _, bad := range [][]byte{nil, make([]byte, 515), make([]byte, 517), append([]byte{0, 0, 0, 0x80}, make([]byte, 512)...)} {
		if err := new(Signature).UnmarshalBinary(bad); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%d bytes are read: %v", len(bad), err)
		}
	}
}

// Keys of different bands do not meet, though the bands be alike.
func TestBandsDiffer(t *testing.T) {
	s := Signature{Chars: 30}
	keys := s.Bands()
	slices.Sort(keys)
	if len(slices.Compact(keys)) != bands {
		t.Error("bands share a key")
	}
}

func BenchmarkSign(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{30, 300, 3000} {
		text := ""
		for len([]rune(text)) < n {
			sentences, _ := invent(r)
			text += tell(r, sentences)
		}
		text = string([]rune(text)[:n])
		b.Run(fmt.Sprint(n, "chars"), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Sign(text, key)
			}
		})
	}
}

func BenchmarkBands(b *testing.B) {
	s := Sign("河边倾倒垃圾没有人管已经三个月了", key)
	for b.Loop() {
		s.Bands()
	}
}

func BenchmarkJudge(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	sentences, c := invent(r)
	c.Signature = Sign(tell(r, sentences), key)
	d := retell(r, sentences, c, .1)
	d.Place = c.Place
	b.ReportAllocs()
	for b.Loop() {
		Judge(&c, &d)
	}
}

// FuzzSign: no text makes a signature run away, and adding marks changes nothing.
func FuzzSign(f *testing.F) {
	f.Add("河边倾倒垃圾")
	f.Add("\xff\xfe ﷺ İ")
	f.Fuzz(func(t *testing.T, text string) {
		letters, at := plain(text)
		if at[len(at)-1] != len(letters) || !bytes.Equal(bytes.ToValidUTF8(letters, nil), letters) {
			t.Fatalf("%q is compared as %q", text, letters)
		}
		s := Sign(text, key)
		if s.Likeness(&s) != min(1, float64(s.Chars)) {
			t.Fatalf("%q is not like itself", text)
		}
	})
}
