package evidence

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // photos are JPEG or PNG
	"io"

	"shouhu/internal/pil"
)

// The bounds of a thumbnail: of its longer side, and of the picture it is made from,
// in pixels.
const (
	ThumbnailSide = 320
	maxPixels     = 60_000_000
)

// Thumbnail writes a small JPEG of a photo, the right way up, on white where the photo
// is transparent. A picture of too many pixels, or none at all, is an invalid Error.
func Thumbnail(w io.Writer, photo []byte) error {
	head, kind, err := image.DecodeConfig(bytes.NewReader(photo))
	if err != nil || head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height {
		return pil.Invalid("照片读不出来，或者像素过多 (the photo cannot be read, or has too many pixels)")
	}
	m, _, err := image.Decode(bytes.NewReader(photo))
	if err != nil {
		return pil.Invalid("照片读不出来 (the photo cannot be read)")
	}
	up := 1
	if kind == "jpeg" {
		up = max(1, jpegOrientation(photo))
	}
	return jpeg.Encode(w, shrink(m, up), &jpeg.Options{Quality: 80})
}

// jpegOrientation finds the first Exif segment before the picture.
func jpegOrientation(photo []byte) int {
	for b := photo[2:]; len(b) > 10 && b[0] == 0xff && b[1] != markerSOS; {
		size := 2 + int(b[2])<<8 + int(b[3])
		if size > len(b) {
			return 0
		}
		if b[1] == markerAPP1 && bytes.HasPrefix(b[4:], []byte("Exif\x00\x00")) {
			return orientation(b[10:size])
		}
		b = b[size:]
	}
	return 0
}

// shrink takes the mean of the pixels that fall on each one of the small picture.
func shrink(m image.Image, up int) *image.RGBA {
	r := m.Bounds()
	scale := max(1, float64(max(r.Dx(), r.Dy()))/ThumbnailSide)
	w, h := max(1, int(float64(r.Dx())/scale)), max(1, int(float64(r.Dy())/scale))
	size := image.Rect(0, 0, w, h)
	if up > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := upright(x, y, w, h, up)
			out.SetRGBA(tx, ty, mean(m, image.Rect(r.Min.X+x*r.Dx()/w, r.Min.Y+y*r.Dy()/h, r.Min.X+(x+1)*r.Dx()/w, r.Min.Y+(y+1)*r.Dy()/h)))
		}
	}
	return out
}

// upright is where a pixel of a picture of w by h belongs (Exif 2.3, tag 0x0112).
func upright(x, y, w, h, up int) (int, int) {
	switch up {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

// samples is how many pixels of a side a mean looks at, at most.
const samples = 4

func mean(m image.Image, r image.Rectangle) color.RGBA {
	var red, green, blue, n uint32
	stepX, stepY := max(1, r.Dx()/samples), max(1, r.Dy()/samples)
	for y := r.Min.Y; y < r.Max.Y; y += stepY {
		for x := r.Min.X; x < r.Max.X; x += stepX {
			cr, cg, cb, ca := m.At(x, y).RGBA()
			white := 0xffff - ca
			red, green, blue, n = red+(cr+white)>>8, green+(cg+white)>>8, blue+(cb+white)>>8, n+1
		}
	}
	return color.RGBA{uint8(red / n), uint8(green / n), uint8(blue / n), 0xff} //nolint:gosec // a mean of bytes is a byte
}

// Pictures makes, of a photo read whole, the copy without metadata and the small one.
// Nil where the bytes are no photo that can be read; ok is false then.
func Pictures(r io.Reader) (clean, small []byte, ok bool) {
	photo, err := io.ReadAll(io.LimitReader(r, MaxPhoto+1))
	if err != nil || len(photo) > MaxPhoto {
		return nil, nil, false
	}
	var c, s bytes.Buffer
	if CleanPhoto(&c, photo) != nil || Thumbnail(&s, photo) != nil {
		return nil, nil, false
	}
	return c.Bytes(), s.Bytes(), true
}
