package web

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"shouhu/internal/browser"
	"shouhu/internal/desk"
	"shouhu/internal/pil"
	"shouhu/internal/story"
)

// snapshot writes a photo with what a camera writes into it.
func snapshot(tb testing.TB, path string) {
	tb.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 640, 420))
	for y := range 420 {
		for x := range 640 {
			m.Set(x, y, color.RGBA{uint8(x / 3), uint8(120 + y/4), uint8(200 - x/5), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		tb.Fatal(err)
	}
	photo := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, 10}, append([]byte("GPS 31.1"), b.Bytes()[2:]...)...)
	if err := os.WriteFile(path, photo, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// An exhibit is entered by two, its files sent in pieces; it goes to the court and
// comes back, is re-hashed and corrected; every page is what axe-core takes for one
// that all can use.
func TestExhibitInBrowser(t *testing.T) {
	c := newClicker(t)
	w, err := story.Tell(t.Context(), c.Desk, pil.Date(2026, 11, 23), nil)
	if err != nil {
		t.Fatal(err)
	}
	*c.clock = time.Date(2026, 11, 23, 17, 5, 0, 0, pil.Zone)
	c.learn(w)
	c.signIn("ys-jcg")
	dir := t.TempDir()
	photo, table := filepath.Join(dir, "门店摄像头.jpg"), filepath.Join(dir, "人脸记录.csv")
	snapshot(t, photo)
	if err := os.WriteFile(table, bytes.Repeat([]byte("shop,device,face\n"), 1<<20), 0o600); err != nil { // more than one piece
		t.Fatal(err)
	}
	kase := w.Cases["规范快递面单个人信息保护"]
	c.open("/cases/" + id(kase))
	c.b.Click("证据登记")
	c.look()
	c.b.MustSee("还没有登记证据")
	c.b.Click(`a[href="/cases/` + id(kase) + `/exhibits/new"]`)
	c.look()

	c.fill("title", "门店人脸抓拍记录")
	c.pick("kind", "electronic")
	c.pick("method", "gathered")
	c.fill("place", "演示公司机房")
	c.fill("provider", "演示公司")
	c.tick("form", "copy")
	c.b.Upload(`main input[name="files"]`, table, photo)
	if err := c.send("without what the articles ask for"); err == nil || !strings.Contains(err.Error(), "两名以上检察人员") || !strings.Contains(err.Error(), "制作经过") {
		t.Errorf("it says %v", err)
	}
	c.b.MustSee("人脸记录.csv") // what was sent is not lost
	for _, x := range []desk.Who{w.Casts["demo"].Prosecutor, w.Casts["demo"].Assistant} {
		c.tick("collectors", id(x.Person))
	}
	c.fill("source", "抓拍系统数据库")
	c.fill("making", "由演示公司工程师在检察人员见证下导出到专用硬盘")
	c.fill("proves", "收集人脸信息的门店、设备和条数")
	c.fill("kept", "证据室一号柜")
	if err := c.send("the exhibit"); err != nil {
		t.Fatal(err)
	}
	c.b.MustSee("已登记为证据")
	c.b.MustSee("无元数据的副本")
	c.look()
	c.shot("exhibit", 1500)
	exhibit := c.b.Address()

	c.b.Click("交接、保管")
	c.look()
	c.tick("act", "handed-over")
	c.fill("unit", "演示区人民法院")
	c.fill("note", "随案移送，交接单一号")
	if err := c.send("the hand-over"); err != nil {
		t.Fatal(err)
	}
	c.b.MustSee("在 演示区人民法院")
	c.b.Click("交接、保管")
	c.tick("act", "returned")
	c.pick("keeper", id(w.Casts["demo"].Assistant.Person))
	c.fill("place", "证据室二号柜")
	if err := c.send("the return"); err != nil {
		t.Fatal(err)
	}
	c.b.Submit("复核散列值")
	c.b.MustSee("每个文件都与收到时一致")
	c.b.Click("更正")
	c.look()
	c.fill("title", "门店人脸抓拍记录（2026年）")
	c.fill("reason", "名称不全")
	if err := c.send("the correction"); err != nil {
		t.Fatal(err)
	}
	c.b.MustSee("第 1 次更正")
	c.look()

	// A file that was attached before becomes one, and is not copied.
	file, err := c.AttachFile(t.Context(), w.Casts["demo"].Prosecutor, desk.Upload{Matter: kase, Kind: "exhibit", Name: "询问笔录.txt", Media: "text/plain", Bytes: strings.NewReader("问：")})
	if err != nil {
		t.Fatal(err)
	}
	c.open("/cases/" + id(kase) + "/exhibits")
	c.b.Click("列为证据")
	if got := c.b.Eval(`String(document.querySelector('input[name=file][value="` + id(file) + `"]').checked)`); got != "true" {
		t.Errorf("the file is chosen: %s", got)
	}

	// On a phone nothing is wider than it, and without scripts the form works as well.
	c.b = browser.New(t, browser.Options{Phone: true, NoScript: true})
	c.who = 0
	c.signIn("ys-jcg")
	for _, path := range []string{exhibit, c.base + "/cases/" + id(kase) + "/exhibits/new", c.base + "/cases/" + id(kase) + "/exhibits"} {
		c.b.Open(path)
		c.b.Axe()
		if wide := c.b.Eval(`String(document.documentElement.scrollWidth - innerWidth)`); wide != "0" {
			t.Errorf("%s is %s pixels wider than the phone", path, wide)
		}
	}
	c.b.Open(exhibit)
	c.shot("phone-exhibit", 2400)
}

// Without scripts a form brings its files along in one go; they are never whole in
// memory, and the manifest lists them for the court.
func TestExhibitByForm(t *testing.T) {
	w := newWalk(t)
	br := w.as(t, "ys-jcg")
	at := "/cases/" + id(w.kase) + "/exhibits"
	send := func(fields map[string][]string, files map[string]string) (int, string, string) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for name, list := range fields {
			for _, v := range list {
				if err := form.WriteField(name, v); err != nil {
					t.Fatal(err)
				}
			}
		}
		for name, text := range files {
			p, err := form.CreateFormFile("files", name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(p, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		res, err := br.http.Post(br.base+at+"/new", form.FormDataContentType(), &body)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, res.Request.URL.Path, string(text)
	}
	fields := map[string][]string{"title": {"=1+1"}, "kind": {"electronic"}, "method": {"gathered"}, "form": {"original"}, "on": {w.Day().String()}, "place": {"演示县"}, "proves": {"x"}}
	status, _, text := send(fields, map[string]string{"大表.csv": strings.Repeat("a,b\n", 3<<20)})
	if status != http.StatusUnprocessableEntity || !strings.Contains(text, "大表.csv") || !strings.Contains(text, "两名以上检察人员") {
		t.Fatalf("%d", status)
	}
	list, err := w.ListUploads(t.Context(), w.cast.Prosecutor, w.kase)
	if err != nil || len(list) != 2 || list[1].Got != 12<<20 {
		t.Fatalf("%+v, %v", list, err)
	}
	fields["collectors"] = []string{id(w.cast.Prosecutor.Person), id(w.cast.Assistant.Person)}
	fields["upload"] = []string{id(list[1].ID)}
	if status, path, _ := send(fields, nil); status != http.StatusOK || !strings.HasPrefix(path, at+"/") {
		t.Fatalf("%d at %s", status, path)
	}
	if status, _, text := send(fields, map[string]string{"空.csv": ""}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "空.csv") {
		t.Errorf("an empty file: %d", status)
	}

	res, err := br.http.PostForm(br.base+at+"/manifest.xlsx", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	book, err := excelize.OpenReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("证据目录")
	if err != nil || len(rows) != 3 || rows[0][1] != "证据名称" || rows[2][1] != "'=1+1" || rows[2][13] != "大表.csv" || len(rows[2][16]) != 64 {
		t.Errorf("%q, %v", rows, err)
	}
	csv, err := br.http.PostForm(br.base+at+"/manifest.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = csv.Body.Close() }()
	body, err := io.ReadAll(csv.Body)
	if err != nil || !strings.HasPrefix(string(body), "\ufeff编号,") || strings.Count(string(body), "\r\n") != 3 || !strings.Contains(string(body), "'=1+1") {
		t.Error(cmp.Diff("", string(body)), err)
	}
}

// What the script that sends files may say wrongly: the answer says from where to go
// on, or what is wrong, and never more.
func TestPieces(t *testing.T) {
	w := newWalk(t)
	br := w.as(t, "ys-jcg")
	at := "/cases/" + id(w.kase) + "/uploads"
	post := func(path, media, body string) (int, string) {
		res, err := br.http.Post(br.base+path, media, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	const form, bytes = "application/x-www-form-urlencoded", "application/octet-stream"
	mine := at + "/" + w.ids["cases"]["upload"]
	for _, c := range []struct {
		path, media, body string
		status            int
		want              string
	}{
		{at, form, "", 422, "没有名称"}, {at, form, "name=a&size=x", 422, "空的"}, {at, form, "name=a&size=-5", 422, "空的"}, {at, form, "name=a&size=99999999999999999", 422, "太大"},
		{at, form, "name=../../x&size=3", 200, `"name":"x"`}, {at, form, "%zz", 422, "表单无法读取"},
		{mine, bytes, "0123456789", 409, `"got":0`}, {mine + "?at=5", bytes, "01234", 409, `"got":0`}, {mine + "?at=0", bytes, "0123456789", 200, `"got":10`},
		{mine + "?at=10", bytes, strings.Repeat("x", 200), 200, `"got":100`}, {at + "/987654?at=0", bytes, "x", 404, ""}, {at + "/x?at=0", bytes, "x", 404, ""},
	} {
		if status, text := post(c.path, c.media, c.body); status != c.status || !strings.Contains(text, c.want) || machine.MatchString(text) {
			t.Errorf("%s %q: %d %.200s", c.path, c.body, status, text)
		}
	}
}
