package evidence

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"

	"shouhu/internal/pil"
)

// MaxPhoto is the most bytes of a photo that is cleaned or made small; larger ones are
// kept as they are.
const MaxPhoto = 64 << 20

// CleanPhoto writes a JPEG or PNG without what cameras and programs wrote into it:
// place, time, device, owner, comments, thumbnails, whatever follows the picture. The
// pixels are copied byte for byte; of the rest only what a viewer needs to show them
// right is kept: colour profile, transparency, which way is up. Other formats and
// damaged files are an invalid Error, and what was written until then is of no use.
func CleanPhoto(w io.Writer, photo []byte) error {
	switch {
	case bytes.HasPrefix(photo, []byte{0xff, 0xd8}):
		return cleanJPEG(w, photo[2:])
	case bytes.HasPrefix(photo, pngHead):
		return cleanPNG(w, photo[len(pngHead):])
	}
	return pil.Invalid("不是 JPEG 或者 PNG 照片 (neither JPEG nor PNG)")
}

var errPhoto = pil.Invalid("照片已损坏，读不到末尾 (the photo is damaged)")

// The markers of JPEG (ITU-T T.81, table B.1).
const (
	markerSOS  = 0xda
	markerEOI  = 0xd9
	markerAPP0 = 0xe0
	markerAPP1 = 0xe1
	markerAPP2 = 0xe2
	markerAPPE = 0xee
	markerAPPF = 0xef
	markerCOM  = 0xfe
)

func cleanJPEG(w io.Writer, b []byte) error {
	out := &keeper{w: w}
	out.put([]byte{0xff, 0xd8})
	turned := false
	for {
		for len(b) > 2 && b[0] == 0xff && b[1] == 0xff { // fill bytes
			b = b[1:]
		}
		if len(b) < 2 || b[0] != 0xff {
			return errPhoto
		}
		marker := b[1]
		if marker == markerEOI {
			out.put(b[:2])
			return out.err
		}
		if len(b) < 4 {
			return errPhoto
		}
		size := 2 + int(binary.BigEndian.Uint16(b[2:]))
		if size < 4 || size > len(b) {
			return errPhoto
		}
		segment := b[:size]
		b = b[size:]
		switch body := segment[4:]; {
		case marker == markerAPP0 && bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) >= 14:
			head := slices.Clone(segment[:18])
			head[3], head[16], head[17] = 16, 0, 0 // without its thumbnail
			head[2] = 0
			out.put(head)
		case marker == markerAPP2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")), marker == markerAPPE && bytes.HasPrefix(body, []byte("Adobe\x00")):
			out.put(segment)
		case marker == markerAPP1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) && !turned:
			if o := orientation(body[6:]); o > 1 {
				turned = true
				out.put(turn(o))
			}
		case marker >= markerAPP0 && marker <= markerAPPF, marker == markerCOM:
		default:
			out.put(segment)
		}
		if marker == markerSOS {
			n := scanLength(b)
			out.put(b[:n])
			b = b[n:]
		}
	}
}

// scanLength is how long the coded data of a scan are: to the next marker that is
// neither a stuffed byte nor a restart.
func scanLength(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 0xff && b[i+1] != 0 && (b[i+1] < 0xd0 || b[i+1] > 0xd7) && b[i+1] != 0xff {
			return i
		}
	}
	return len(b)
}

// orientation is which way is up by the TIFF header of an Exif segment, 1 to 8
// (Exif 2.3, tag 0x0112); 0 where it does not say.
func orientation(t []byte) int {
	if len(t) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(t, []byte("II")) {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(t[4:]))
	if at < 8 || at+2 > int64(len(t)) {
		return 0
	}
	for n, p := int(order.Uint16(t[at:])), t[at+2:]; n > 0 && len(p) >= 12; n, p = n-1, p[12:] {
		if order.Uint16(p) == 0x0112 {
			if v := int(order.Uint16(p[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 0
		}
	}
	return 0
}

// turn is an Exif segment that says which way is up, and nothing else.
func turn(o int) []byte {
	return []byte{0xff, markerAPP1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(o), 0, 0, 0, 0, 0, 0}
}

var pngHead = []byte("\x89PNG\r\n\x1a\n")

// pngKept are the chunks a viewer needs (PNG 3rd edition, 11.2 and 11.3), in order of
// how often they come.
var pngKept = []string{"IDAT", "fdAT", "fcTL", "IHDR", "PLTE", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "bKGD", "pHYs", "acTL"}

func cleanPNG(w io.Writer, b []byte) error {
	out := &keeper{w: w}
	out.put(pngHead)
	for len(b) >= 12 {
		size := int64(binary.BigEndian.Uint32(b)) + 12
		if size > int64(len(b)) {
			return errPhoto
		}
		name := string(b[4:8])
		if slices.Contains(pngKept, name) {
			out.put(b[:size])
		}
		if name == "IEND" {
			return out.err
		}
		b = b[size:]
	}
	return errPhoto
}

// keeper writes, and keeps the first error.
type keeper struct {
	w   io.Writer
	err error
}

func (k *keeper) put(b []byte) {
	if k.err == nil {
		_, k.err = k.w.Write(b)
	}
}
