package statute
import ("io";"shouhu/internal/pil")
func (l *Law) Graph(w io.Writer, id, format string, on pil.Day) error { return nil }
