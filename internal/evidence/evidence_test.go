package evidence

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shouhu/internal/pil"
)

var day = pil.Date(2026, 11, 23)

// paper is an exhibit that lacks nothing.
func paper() Facts {
	return Facts{Title: "供货合同", Kind: Documentary, Method: Gathered, Collectors: []int64{1, 2}, On: day - 1, Time: "09:30", Place: "演示公司", Provider: "演示公司",
		Source: "公司档案", Form: Copy, Checked: true, Pages: 12, Seam: true, Signature: Sealed, Proves: "供货范围"}
}

// What each kind, method and form requires, with the article that does.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Facts)
		want   []string // "field article"; a caution ends in ?
	}{
		{"nothing lacks", func(*Facts) {}, nil},
		{"one collector", func(f *Facts) { f.Collectors = f.Collectors[:1] }, []string{"collectors R36"}},
		{"the same collector twice", func(f *Facts) { f.Collectors = []int64{2, 2} }, []string{"collectors R36"}},
		{"before the Rules a caution", func(f *Facts) { f.Collectors, f.On = nil, pil.Date(2021, 6, 30) }, []string{"collectors R36?"}},
		{"from their first day", func(f *Facts) { f.Collectors, f.On = nil, pil.Date(2021, 7, 1) }, []string{"collectors R36"}},
		{"no kind", func(f *Facts) { f.Kind = "rumour" }, []string{"kind R34"}},
		{"no method", func(f *Facts) { f.Method = "" }, []string{"method R35"}},
		{"no form", func(f *Facts) { f.Form = "" }, []string{"form R38"}},
		{"tomorrow", func(f *Facts) { f.On = day + 1 }, []string{"on "}},
		{"no such hour", func(f *Facts) { f.Time = "24:10" }, []string{"time "}},
		{"bare copy", func(f *Facts) { f.Provider, f.Source, f.Checked, f.Seam, f.Signature = "", "", false, false, "" },
			[]string{"provider R38", "source R38", "checked R38", "signature R38", "seam R38"}},
		{"a copy of one page needs no seal across", func(f *Facts) { f.Pages, f.Seam = 1, false }, nil},
		{"the original needs none of it", func(f *Facts) {
			*f = Facts{Title: "合同", Kind: Documentary, Method: Gathered, Collectors: []int64{1, 2}, On: day, Place: "某处", Form: Original, Proves: "x"}
		}, nil},
		{"a copy of data", func(f *Facts) { f.Kind, f.Checked, f.Source = Electronic, false, "" }, []string{"source R39", "making R39"}},
		{"a photo of an object", func(f *Facts) { f.Kind, f.Form, f.Source = Physical, Likeness, "" }, []string{"source R38"}},
		{"a likeness of words", func(f *Facts) { f.Kind, f.Method, f.Form = Testimony, Questioned, Likeness }, []string{"form R38"}},
		{"testimony unsigned", func(f *Facts) {
			f.Kind, f.Method, f.Form, f.Signature, f.Provider = Testimony, Questioned, Original, "", ""
		}, []string{"provider R37", "signature R37"}},
		{"testimony refused", func(f *Facts) { f.Kind, f.Method, f.Form, f.Signature = Testimony, Questioned, Original, Refused }, nil},
		{"an expert does not refuse", func(f *Facts) { f.Kind, f.Method, f.Form, f.Signature = Expert, Advised, Original, Refused }, []string{"signature R40"}},
		{"an institution without standing", func(f *Facts) { f.Kind, f.Method, f.Form, f.Provider = Appraisal, Entrusted, Original, "" }, []string{"provider R41", "qualified R41"}},
		{"an inspection", func(f *Facts) { f.Kind, f.Method, f.Form, f.Signature = Inspection, Inspected, Original, "" }, []string{"signature R42", "witness R42?"}},
		{"an appraisal by asking", func(f *Facts) { f.Kind, f.Method, f.Form, f.Qualified = Appraisal, Questioned, Original, true }, []string{"method R35?"}},
		{"any kind out of a file", func(f *Facts) { f.Kind, f.Method, f.Form, f.Qualified = Appraisal, Consulted, Original, true }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := paper()
			c.change(&f)
			var got []string
			for _, p := range f.Check(day) {
				s := p.Field + " " + p.Cite
				if !p.Stop {
					s += "?"
				}
				got = append(got, s)
				if p.Zh == "" || p.En == "" {
					t.Errorf("%s says nothing", s)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWords(t *testing.T) {
	if len(Kinds()) != 9 || len(Methods()) != 7 {
		t.Errorf("%d kinds, %d methods; R34 has 9 and R35 7", len(Kinds()), len(Methods()))
	}
	for _, k := range Kinds() {
		if got, err := ParseKind(string(k)); err != nil || got != k || k.Zh() == "" || k.En() == "" {
			t.Errorf("%s: %v", k, err)
		}
	}
	for _, m := range Methods() {
		if got, err := ParseMethod(string(m)); err != nil || got != m || m.Zh() == "" || m.En() == "" {
			t.Errorf("%s: %v", m, err)
		}
	}
	for _, a := range Acts() {
		if got, err := ParseAct(string(a)); err != nil || got != a || a.Zh() == "" || a.En() == "" {
			t.Errorf("%s: %v", a, err)
		}
	}
	for _, s := range Signatures() {
		if got, err := ParseSignature(string(s)); err != nil || got != s || s.Zh() == "" || s.En() == "" {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, f := range Forms() {
		if got, err := ParseForm(string(f)); err != nil || got != f || f.Zh() == "" || f.En() == "" {
			t.Errorf("%s: %v", f, err)
		}
	}
	if _, err := ParseKind(""); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("got %v", err)
	}
	var back Facts
	f := paper()
	if b, err := json.Marshal(f); err != nil || json.Unmarshal(b, &back) != nil || cmp.Diff(f, back) != "" {
		t.Errorf("facts do not survive being written: %v", err)
	}
}

func TestCustody(t *testing.T) {
	got := Link{Act: Received, On: day, Keeper: 1, Place: "证据室"}
	for _, c := range []struct {
		name  string
		chain []Link
		want  string // part of the refusal; empty: allowed
	}{
		{"received", []Link{got}, ""},
		{"nothing before receiving", []Link{{Act: Moved, On: day, Place: "库房"}}, "从收到开始"},
		{"received twice", []Link{got, got}, "从收到开始"},
		{"nobody keeps it", []Link{{Act: Received, On: day}}, "由谁保管"},
		{"no day", []Link{{Act: Received, Keeper: 1}}, "填写日期"},
		{"back in time", []Link{got, {Act: Examined, On: day - 1}}, "不能早于"},
		{"handed to a colleague", []Link{got, {Act: HandedOver, On: day, Keeper: 2, Bytes: true, Found: Same}, {Act: Moved, On: day, Place: "二号柜"}}, ""},
		{"handed to who keeps it", []Link{got, {Act: HandedOver, On: day, Keeper: 1}}, "已由此人"},
		{"handed to nobody", []Link{got, {Act: HandedOver, On: day}}, "只写一个"},
		{"handed to two", []Link{got, {Act: HandedOver, On: day, Keeper: 2, Unit: "法院"}}, "只写一个"},
		{"handed over unread", []Link{got, {Act: HandedOver, On: day, Unit: "法院", Bytes: true}}, "没有交出"},
		{"handed over altered", []Link{got, {Act: HandedOver, On: day, Unit: "法院", Bytes: true, Found: Altered}}, "没有交出"},
		{"out and back", []Link{got, {Act: HandedOver, On: day, Unit: "法院"}, {Act: Rehashed, On: day, Found: Same}, {Act: Returned, On: day + 9, Keeper: 1}, {Act: Copied, On: day + 9}}, ""},
		{"examined while out", []Link{got, {Act: HandedOver, On: day, Unit: "法院"}, {Act: Examined, On: day}}, "收回以后"},
		{"returned without being out", []Link{got, {Act: Returned, On: day, Keeper: 2}}, "只有交出"},
		{"moved to where it lies", []Link{got, {Act: Moved, On: day, Place: "证据室"}}, "新的存放地点"},
		{"re-hashed without result", []Link{got, {Act: Rehashed, On: day}}, "写明结果"},
		{"an unknown act", []Link{got, {Act: "lost", On: day}}, "选择保管行为"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Follow(c.chain)
			if c.want == "" && err != nil || c.want != "" && (pil.CodeOf(err) != pil.CodeInvalid || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	k, err := Follow([]Link{got, {Act: Rehashed, On: day, Found: Altered}})
	if err != nil || !k.Damaged {
		t.Errorf("altered bytes leave no mark: %v", err)
	}
	if k, err = k.Take(Link{Act: Rehashed, On: day, Found: Same}); err != nil || k.Damaged {
		t.Errorf("found whole again, and still marked: %v", err)
	}
}

// However a chain grows, somebody has the exhibit, inside or outside and never both,
// and the days only go forward.
func TestCustodyHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Custody
		for range rapid.IntRange(1, 30).Draw(t, "links") {
			l := Link{Act: rapid.SampledFrom(Acts()).Draw(t, "act"), On: day + pil.Day(rapid.IntRange(-1, 3).Draw(t, "on")), Keeper: rapid.Int64Range(0, 3).Draw(t, "keeper"),
				Unit: rapid.SampledFrom([]string{"", "法院", "鉴定所"}).Draw(t, "unit"), Place: rapid.SampledFrom([]string{"", "甲", "乙"}).Draw(t, "place"),
				Found: rapid.SampledFrom([]Found{"", Same, Altered, Missing}).Draw(t, "found"), Bytes: rapid.Bool().Draw(t, "bytes")}
			next, err := c.Take(l)
			if err != nil {
				if next != c {
					t.Fatalf("a refused link changed the custody: %+v", l)
				}
				continue
			}
			if next.Links != c.Links+1 || next.Since < c.Since || (next.Keeper == 0) != next.Out() {
				t.Fatalf("%+v after %+v", next, l)
			}
			c = next
		}
	})
}

func TestManifest(t *testing.T) {
	f := paper()
	f.Title = "=HYPERLINK(\"http://x\")\n第二行"
	rows := Manifest([]Item{
		{Number: 1, Facts: f, Collectors: []string{"甲", "乙"}, Keeper: "甲", Files: []FileLine{{"合同.pdf", 12, "ab", "cd"}, {"@附件.pdf", 3, "ef", ""}}},
		{Number: 2, Facts: Facts{Title: "样品", Kind: Physical, On: day}, Keeper: "法院"},
	})
	if len(rows) != 3 || rows[0][1] != "'=HYPERLINK(\"http://x\") 第二行" || rows[0][10] != CopyStatement || rows[1][13] != "'@附件.pdf" || rows[2][17] != "法院" {
		t.Errorf("got %q", rows)
	}
	var b bytes.Buffer
	if err := WriteCSV(&b, ManifestHead, rows); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	back, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if !ok || err != nil || len(back) != 4 || !slices.Equal(back[1], rows[0]) {
		t.Errorf("got %q, %v", back, err)
	}
}

func TestSafe(t *testing.T) {
	for in, want := range map[string]string{"": "", "合同": "合同", "=1": "'=1", "\u3000=1": "'\u3000=1", "-5": "'-5", "＝1": "'＝1", "＠x": "'＠x", "a=1": "a=1", "\t=1": "' =1", "a\x00b\r\nc": "ab  c"} {
		if got := Safe(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// secret is what no cleaned photo may hold.
const secret = "GPS 31.1 121.4 owner"

func picture(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{uint8(x * 255 / w), uint8(y * 255 / h), 40, 255})
		}
	}
	return m
}

func segment(marker byte, body string) []byte {
	return append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
}

// camera is a JPEG as a camera writes it: Exif with orientation and place, XMP, a
// comment, and a second picture after the first.
func camera(tb testing.TB, w, h, up int) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(w, h), nil); err != nil {
		tb.Fatal(err)
	}
	plain := b.Bytes()
	exif := slices.Concat(turn(up)[4:], []byte(secret))
	return slices.Concat(plain[:2], segment(0xe1, string(exif)), segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret), segment(0xed, secret), segment(0xfe, secret),
		segment(0xe2, "ICC_PROFILE\x00\x01\x01profile"), segment(0xe2, "MPF\x00"+secret), plain[2:], []byte(secret), plain)
}

func TestCleanJPEG(t *testing.T) {
	photo := camera(t, 64, 48, 6)
	var out bytes.Buffer
	if err := CleanPhoto(&out, photo); err != nil {
		t.Fatal(err)
	}
	clean := out.Bytes()
	if bytes.Contains(clean, []byte(secret)) || bytes.Contains(clean, []byte("MPF")) {
		t.Error("what the camera wrote is still there")
	}
	if !bytes.Contains(clean, []byte("ICC_PROFILE")) || jpegOrientation(clean) != 6 {
		t.Error("the colours or which way is up are lost")
	}
	was, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	is, err := jpeg.Decode(bytes.NewReader(clean))
	if err != nil || cmp.Diff(was.(*image.YCbCr).Y, is.(*image.YCbCr).Y) != "" || cmp.Diff(was.(*image.YCbCr).Cb, is.(*image.YCbCr).Cb) != "" {
		t.Errorf("the pixels changed: %v", err)
	}
	var again bytes.Buffer
	if err := CleanPhoto(&again, clean); err != nil || !bytes.Equal(again.Bytes(), clean) {
		t.Errorf("cleaning twice is not cleaning once: %v", err)
	}
	for n := range len(clean) - 1 {
		if err := CleanPhoto(&bytes.Buffer{}, clean[:n]); err == nil {
			t.Fatalf("cut at %d and not noticed", n)
		}
	}
}

func chunk(name, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func TestCleanPNG(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, picture(20, 10)); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	head := len(pngHead) + 25 // the signature and IHDR
	photo := slices.Concat(plain[:head], chunk("tEXt", "Author\x00"+secret), chunk("eXIf", secret), chunk("iTXt", secret), chunk("tIME", secret), plain[head:], []byte(secret))
	var out bytes.Buffer
	if err := CleanPhoto(&out, photo); err != nil || !bytes.Equal(out.Bytes(), plain) {
		t.Errorf("got %d bytes, %v; want the %d of the plain picture", out.Len(), err, len(plain))
	}
	for _, bad := range [][]byte{nil, []byte("GIF89a"), photo[:30]} {
		if err := CleanPhoto(&bytes.Buffer{}, bad); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%.8q: %v", bad, err)
		}
	}
}

// A thumbnail is small, the right way up, and knows nothing of the camera.
func TestThumbnail(t *testing.T) {
	clean, small, ok := Pictures(bytes.NewReader(camera(t, 800, 400, 6)))
	if !ok || len(clean) == 0 || bytes.Contains(small, []byte(secret)) {
		t.Fatal("no pictures, or they tell")
	}
	m, err := jpeg.Decode(bytes.NewReader(small))
	if err != nil || m.Bounds() != image.Rect(0, 0, ThumbnailSide/2, ThumbnailSide) {
		t.Fatalf("got %v, %v", m.Bounds(), err)
	}
	// Turned a quarter to the right: what was left and bottom is left and top now.
	if r, g, _, _ := m.At(5, 5).RGBA(); r>>8 > 60 || g>>8 < 180 {
		t.Errorf("the wrong way up: red %d, green %d in the corner", r>>8, g>>8)
	}
	for up := 1; up <= 8; up++ {
		if got := shrink(picture(30, 20), up).Bounds(); (got.Dx() == 20) != (up > 4) {
			t.Errorf("orientation %d gives %v", up, got)
		}
	}
	bomb := slices.Concat(pngHead, chunk("IHDR", "\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\x00\x00\x00"))
	if err := Thumbnail(&bytes.Buffer{}, bomb); pil.CodeOf(err) != pil.CodeInvalid {
		t.Errorf("got %v", err)
	}
	if _, _, ok := Pictures(strings.NewReader("no photo")); ok {
		t.Error("a picture of nothing")
	}
}

// Whatever comes in is refused or comes out without what it says of itself, and never
// breaks anything.
func FuzzCleanPhoto(f *testing.F) {
	f.Add(camera(f, 8, 8, 6))
	var b bytes.Buffer
	if err := png.Encode(&b, picture(4, 4)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte{0xff, 0xd8, 0xff, 0xd9})
	f.Fuzz(func(t *testing.T, photo []byte) {
		var out, again bytes.Buffer
		if CleanPhoto(&out, photo) != nil {
			return
		}
		if err := CleanPhoto(&again, out.Bytes()); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("a cleaned photo is not clean: %v", err)
		}
	})
}
