package store

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

// What is found by which words, on both engines alike.
func TestSearch(t *testing.T) {
	texts := []*sample{
		{Matter: Matter{Title: "督促整治快递面单泄露个人信息案", Place: "茅箭区人民路１２号", Number: "公益立〔2023〕12号", National: "J42030220230012"}},                // 1
		{Matter: Matter{Title: "督促保护古银杏案", Summary: "树龄八百年，根部被水泥封住", Number: "公益立〔2023〕13号"}},                                              // 2
		{Matter: Matter{Title: "林区乱扔垃圾", Kind: KindClue}, Clue: &Clue{What: "有人把ＡＢＣ公司的Wi-Fi路由器扔在河里，２０２３年见过", Party: "某物业公司", Harm: "鱼死了"}}, // 3
		{Matter: Matter{Title: "個人資訊外洩", Summary: "繁體字的線索"}},                                                                               // 4
		{Matter: Matter{Title: "人信息个", Summary: "信息。个人的、分开的"}},                                                                             // 5: the pairs of 个人信息 but for one, apart
		{Matter: Matter{Title: "个人和人信与信息", Summary: "各对字都有，不连在一起"}},                                                                        // 6: all pairs, apart
		{Matter: Matter{Title: "O'Brien 与 \"引号\" AND OR NOT NEAR(*) 公司" + ":股份", Summary: "100% a_b c\\d"}},                                // 7
		{Matter: Matter{Title: "𠮷野家门店", Summary: "㎡ 与 ﬁ 与 ｶﾞ"}},                                                                            // 8
		{Matter: Matter{Title: "零宽个\u200b人信\u200d息", Place: "葛\U000E0100城"}},                                                               // 9
		{Matter: Matter{Title: "督促履职"}, Standing: Standing{Respondents: "县林业局、县城管局"}},                                                      // 10
		{Matter: Matter{Title: strings.Repeat("长文", 3000) + "末尾"}},                                                                         // 11
		{Matter: Matter{Title: "Über-Straße café Cafe\u0301 naïve"}},                                                                       // 12
		{Matter: Matter{Title: "编号" + strings.Repeat("a", 3000) + " ok"}},                                                                  // 13
	}
	cases := []struct {
		words string
		want  []int64
	}{
		{"个人信息", []int64{9, 1}}, // 5 and 6 hold the pairs, not the word
		{"个人", []int64{9, 6, 5, 1}},
		{"信", []int64{9, 6, 5, 1}},
		{"個人資訊", []int64{4}},
		{"快递 个人信息", []int64{1}},
		{"快递　个人信息", []int64{1}}, // an ideographic blank
		{"快递，个人信息", []int64{1}},
		{"个人信息 银杏", nil},
		{"12号", []int64{1}},
		{"１２号", []int64{1}},
		{"人民路12", []int64{1}},
		{"〔2023〕13", []int64{2}},
		{"公益立〔2023〕12号", []int64{1}},
		{"2023", []int64{3, 2, 1}},
		{"j42030220230012", []int64{1}},
		{"J4203", nil}, // a part of a word is not the word
		{"abc", []int64{3}},
		{"ABC公司", []int64{3}},
		{"ＡＢＣ公司", []int64{3}},
		{"wi-fi", []int64{3}},
		{"wi fi", []int64{3}},
		{"路由器 河里", []int64{3}},
		{"物业", []int64{3}},
		{"鱼死", []int64{3}},
		{"县城管局", []int64{10}},
		{"林业局县城", nil}, // two fields of a list do not run together
		{"O'Brien", []int64{7}},
		{`"引号"`, []int64{7}},
		{"AND", []int64{7}},
		{"NOT NEAR(*)", []int64{7}},
		{"公司" + ":股份", []int64{7}},
		{`' OR 1=1 --`, nil},
		{`引号" OR "银杏`, nil},
		{"银杏 | 引号", nil},
		{"!银杏", []int64{2}},
		{"银杏*", []int64{2}},
		{"银*", []int64{2}},
		{"title:银杏", nil},
		{"a_b", []int64{7}},
		{`c\d`, []int64{7}},
		{"100%", []int64{7}},
		{"𠮷野家", []int64{8}},
		{"𠮷", []int64{8}},
		{"m2", []int64{8}},
		{"fi", []int64{8, 3}},
		{"ガ", []int64{8}},
		{"零宽个人", []int64{9}},
		{"葛城", []int64{9}},
		{"末尾", []int64{11}},
		{"长文长文长文末尾", []int64{11}},
		{"über", []int64{12}},
		{"STRASSE", nil},
		{"CAFÉ", []int64{12}},
		{strings.Repeat("A", 3000), []int64{13}},
		{"§kindcase", nil},
		{"o1", nil},
	}
	onBoth(t, func(t *testing.T, s *Store) {
		ground(t, s)
		put(t, s, texts...)
		look := func(t *testing.T) {
			for _, c := range cases {
				if got := list(t, s, MatterFilter{Sight: everything, Words: []string{c.words}}); !slices.Equal(got, c.want) {
					t.Errorf("%q found %v, want %v", c.words, got, c.want)
				}
				if n := count(t, s, MatterFilter{Sight: everything, Words: strings.Fields(c.words)}, 1001); n < len(c.want) {
					t.Errorf("%q counted %d, want at least %d", c.words, n, len(c.want))
				}
			}
		}
		look(t)
		if err := s.RebuildSearch(t.Context()); err != nil {
			t.Fatal(err)
		}
		look(t)
		for _, none := range []string{"", " ", "！？", "\u200b", "💧"} {
			err := s.Read(t.Context(), func(v *View) error {
				_, err := v.ListMatters(MatterFilter{Sight: everything, Words: []string{none}, Most: 9})
				return err
			})
			if pil.CodeOf(err) != pil.CodeInvalid {
				t.Errorf("%q: got %v, want invalid", none, err)
			}
		}
		for _, x := range texts {
			x.Matter = Matter{Title: x.Title, Kind: x.Kind, Place: x.Place, Number: x.Number, National: x.National, Summary: x.Summary} // anew for the other engine
		}
	})
}

// Who may see what, filters, changes and pages, each with words.
func TestSearchWithin(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		ground(t, s)
		var all []*sample
		for i := range 60 {
			x := &sample{Matter: Matter{Title: "非法倾倒垃圾", OfficeID: int64(i%3 + 1), DepartmentID: int64(i%3 + 1), Field: "生态环境", Region: pil.Region([]string{"420111", "420106", "32"}[i%3])},
				Standing: Standing{State: []string{"not-filed", "filed"}[i%2], Phase: "p", Tracks: "administrative civil", Live: i%2 == 0, LeadID: int64(i%6 + 1), OpenedOn: pil.Day(730000 + i)},
				On:       []int64{int64(i%6 + 1)}}
			if i%5 == 0 {
				x.Kind, x.Clue = KindClue, &Clue{What: "垃圾"}
			}
			all = append(all, x)
		}
		put(t, s, all...)
		saved(t, s, func(tx *Tx) error {
			return tx.Add(&Recusal{MatterID: 2, PersonID: 1, State: "decided"}, &Recusal{MatterID: 5, PersonID: 1, State: "requested"})
		})
		yes := true
		for _, c := range []struct {
			name string
			f    MatterFilter
			keep func(x *sample) bool
		}{
			{"all but a recusal", MatterFilter{Sight: Sight{Reaches: []Reach{{}}, Me: 1}}, func(x *sample) bool { return x.ID != 2 }},
			{"nothing", MatterFilter{}, func(*sample) bool { return false }},
			{"office", MatterFilter{Sight: Sight{Reaches: []Reach{{Office: 2}}}}, func(x *sample) bool { return x.OfficeID == 2 }},
			{"under", MatterFilter{Sight: Sight{Reaches: []Reach{{Under: "/1/"}}}}, func(*sample) bool { return true }},
			{"under a county", MatterFilter{Sight: Sight{Reaches: []Reach{{Under: "/1/3/"}}}}, func(x *sample) bool { return x.OfficeID == 3 }},
			{"department", MatterFilter{Sight: Sight{Reaches: []Reach{{Office: 2, Department: 2}}}}, func(x *sample) bool { return x.OfficeID == 2 }},
			{"person", MatterFilter{Sight: Sight{Reaches: []Reach{{Office: 1, Person: 4}}}}, func(x *sample) bool { return x.OfficeID == 1 && x.On[0] == 4 }},
			{"one matter", MatterFilter{Sight: Sight{Reaches: []Reach{{Office: 2, Matter: 2}}}}, func(x *sample) bool { return x.ID == 2 }},
			{"one matter and an office", MatterFilter{Sight: Sight{Reaches: []Reach{{Office: 2, Matter: 2}, {Office: 3}, {Office: 3, Matter: 4}}}}, func(x *sample) bool { return x.ID == 2 || x.OfficeID == 3 }},
			{"kind", MatterFilter{Sight: everything, Kind: KindClue}, func(x *sample) bool { return x.Kind == KindClue }},
			{"live", MatterFilter{Sight: everything, Live: &yes}, func(x *sample) bool { return x.Standing.Live }},
			{"field", MatterFilter{Sight: everything, Field: "食品"}, func(*sample) bool { return false }},
			{"state", MatterFilter{Sight: everything, State: "not-filed"}, func(x *sample) bool { return x.Standing.State == "not-filed" }},
			{"track", MatterFilter{Sight: everything, Track: "civil"}, func(*sample) bool { return true }},
			{"province", MatterFilter{Sight: everything, Region: "42"}, func(x *sample) bool { return strings.HasPrefix(string(x.Region), "42") }},
			{"county", MatterFilter{Sight: everything, Region: "420106"}, func(x *sample) bool { return x.Region == "420106" }},
			{"lead", MatterFilter{Sight: everything, Lead: 3}, func(x *sample) bool { return x.Standing.LeadID == 3 }},
			{"days", MatterFilter{Sight: everything, From: 730010, To: 730012}, func(x *sample) bool {
				return x.Standing.OpenedOn >= 730010 && x.Standing.OpenedOn <= 730012
			}},
		} {
			var want []int64
			for _, x := range slices.Backward(all) {
				if c.keep(x) {
					want = append(want, x.ID)
				}
			}
			c.f.Words = []string{"倾倒垃圾"}
			var got []int64
			for f := c.f; ; f.AfterID = got[len(got)-1] { // in pages of seven
				f.Most = 7
				page := list(t, s, f)
				got = append(got, page...)
				if len(page) < 7 {
					break
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", c.name, diff)
			}
			if n := count(t, s, c.f, 1001); n != len(want) {
				t.Errorf("%s: counted %d, want %d", c.name, n, len(want))
			}
			read(t, s, func(v *View) error {
				f := c.f
				f.Most = 7
				rows, n, err := v.ListCounted(f, 1001)
				if got := ids(rows); n != len(want) || !slices.Equal(got, want[:min(7, len(want))]) {
					t.Errorf("%s: %d counted, listed %v, want %v", c.name, n, got, want)
				}
				return err
			})
			c.f.Words = nil
			if got := list(t, s, func() MatterFilter { f := c.f; f.Most = 500; return f }()); !slices.Equal(got, want) {
				t.Errorf("%s without words: %v", c.name, got)
			}
		}
		// A change of the text, and of who works on it, is found at once.
		saved(t, s, func(tx *Tx) error {
			m := &all[6].Matter
			m.Title = "改了名"
			if err := tx.Change(m); err != nil {
				return err
			}
			if err := tx.Add(&Assignment{MatterID: m.ID, PersonID: 6, Role: "assistant"}); err != nil {
				return err
			}
			return tx.Index(m.ID)
		})
		six := Sight{Reaches: []Reach{{Person: 6}}}
		if got := list(t, s, MatterFilter{Sight: six, Words: []string{"改名"}}); got != nil {
			t.Errorf("改名 found %v", got)
		}
		if got := list(t, s, MatterFilter{Sight: six, Words: []string{"改了"}}); !slices.Equal(got, []int64{7}) {
			t.Errorf("改了 found %v", got)
		}
		if got := list(t, s, MatterFilter{Sight: everything, Words: []string{"倾倒"}, Most: 500}); slices.Contains(got, 7) || len(got) != 59 {
			t.Errorf("倾倒 found %d: %v", len(got), got)
		}
	})
}

// Chunks miss nothing, wherever ids lie.
func TestSearchChunks(t *testing.T) {
	was := chunkBits
	chunkBits = []int{2, 4, 6}
	t.Cleanup(func() { chunkBits = was })
	onBoth(t, func(t *testing.T, s *Store) {
		ground(t, s)
		var want []int64
		var list300 []*sample
		for i := range 300 {
			x := &sample{Matter: Matter{Title: "常见"}}
			if i%37 == 0 || i < 3 {
				x.Title += "罕见"
				want = append(want, int64(i+1))
			}
			list300 = append(list300, x)
		}
		put(t, s, list300...)
		slices.Reverse(want)
		for _, most := range []int{1, 2, 3, 5, 100} {
			var got []int64
			f := MatterFilter{Sight: everything, Words: []string{"罕见"}, Most: most}
			for {
				page := list(t, s, f)
				if got = append(got, page...); len(page) < most {
					break
				}
				f.AfterID = got[len(got)-1]
			}
			if !slices.Equal(got, want) {
				t.Errorf("in pages of %d: %v, want %v", most, got, want)
			}
			f.Words, f.AfterID, f.Most = []string{"常见"}, 200, most
			if got := list(t, s, f); len(got) != most || got[0] != 199 || got[most-1] != int64(200-most) {
				t.Errorf("%d before 200: %v", most, got)
			}
		}
		if n := count(t, s, MatterFilter{Sight: everything, Words: []string{"常见"}}, 100); n != 100 {
			t.Errorf("counted %d", n)
		}
	})
}

// A text that holds what was asked for is found, and highlighted as written.
func TestHighlight(t *testing.T) {
	show := func(text, words string, most int) string {
		var b strings.Builder
		for _, p := range Highlight(text, strings.Fields(words), most) {
			if p.Hit {
				b.WriteString("【" + p.Text + "】")
			} else {
				b.WriteString(p.Text)
			}
		}
		return b.String()
	}
	for _, c := range []struct {
		text, words string
		most        int
		want        string
	}{
		{"督促整治快递面单", "快递", 99, "督促整治【快递】面单"},
		{"快递和快递", "快递", 99, "【快递】和【快递】"},
		{"没有", "快递", 99, ""},
		{"（ＡＢＣ）公司", "abc", 99, "（【ＡＢＣ】）公司"},
		{"５０㎡的房", "m2", 99, "５０【㎡】的房"},
		{"零宽个\u200b人信息。", "个人", 99, "零宽【个\u200b人】信息。"},
		{"Cafe\u0301 au lait", "café", 99, "【Cafe\u0301】 au lait"},
		{"个人信息", "个人 人信", 99, "【个人信】息"},
		{"甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥", "卯", 8, "…丑寅【卯】辰巳午未申…"},
		{"卯乙丙丁戊己庚辛壬癸", "卯", 4, "【卯】乙丙丁…"},
		{"甲乙丙丁戊己庚辛壬癸卯", "卯", 4, "…辛壬癸【卯】"},
	} {
		if got := show(c.text, c.words, c.most); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.words, c.text, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		runes := []rune(rapid.String().Draw(t, "text"))
		i := rapid.IntRange(0, len(runes)).Draw(t, "from")
		text, words := string(runes), string(runes[i:rapid.IntRange(i, len(runes)).Draw(t, "to")])
		var back strings.Builder
		pieces := Highlight(text, []string{words}, 1<<20)
		for _, p := range pieces {
			back.WriteString(p.Text)
		}
		if len(phrases([]string{words})) > 0 && pieces == nil {
			t.Fatalf("%q not found in %q", words, text)
		}
		if len(pieces) > 0 && back.String() != text {
			t.Fatalf("%q came back as %q", text, back.String())
		}
		Highlight(text, []string{words}, 3)
	})
}
