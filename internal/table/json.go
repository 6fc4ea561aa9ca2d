package table

// splitJSON finds the cells of JSON lines.
func (t *text) splitJSON(b *Batch) {}
