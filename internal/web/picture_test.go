package web

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// photoOf paints a hill with or without rubbish, for a photo before and after.
func photoOf(tb testing.TB, name string, clean bool) string {
	tb.Helper()
	const w, h = 320, 200
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0xcf, 0xe3, 0xf2, 0xff}
			if y > h/2+(x-w/2)*(x-w/2)/900 {
				c = color.RGBA{0x4d, 0x8f, 0x52, 0xff}
			}
			if !clean && y > 130 && (x/14+y/9)%5 == 0 {
				c = color.RGBA{uint8(90 + x%120), 0x5a, uint8(60 + y%90), 0xff}
			}
			m.Set(x, y, c)
		}
	}
	path := filepath.Join(tb.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := png.Encode(f, m); err != nil {
		tb.Fatal(err)
	}
	return path
}
