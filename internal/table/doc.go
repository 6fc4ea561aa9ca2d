// Package table reads evidence tables as strangers send them: CSV and TSV in
// UTF-8 or GB18030, XLSX, JSON lines, Parquet, each also inside gzip or zip, many
// files of one shape at once. Counting and every SQL engine read through it, so
// that one row is the same row for everybody.
//
//	set, err := table.Open(ctx, files, table.Limits{})
//	inputs, err := set.Read(ctx, table.Plan{Columns: []int{0, 3}}, func(worker int, b *table.Batch) error {
//		for row := range b.Len() {
//			use(b.Cell(row, 0), b.Cell(row, 1))
//		}
//		return nil
//	})
//
// A cell is the text that was written, decoded to UTF-8 and freed of ASCII blanks
// and U+3000 at both ends, nothing else: no number is ever parsed, so that no
// digit of an identity number is lost. A row that cannot be read is rejected with
// its file, part, line and Reason, never with what stood in it; a file that cannot
// be read is an invalid Error, and then there is no result at all.
//
// Workers take turns: whose turn it is reads the next bytes, hashes them and cuts
// them after the last whole row; then it finds the cells while the next one reads.
// Several files, members and row groups are read side by side. The SHA-256 of a
// text and of a gzip file is taken from the very bytes that are parsed; that of a
// zip, XLSX or Parquet file, which are read out of order, in a pass of its own at
// the same time.
//
// It must not know what a column means, where files lie or what is counted. It
// trusts nobody: sizes, rows, columns and what archives unpack to are bounded by
// Limits, and the libraries' panics on hostile files are errors of the file.
//
// 术语: 表头 header · 列 column · 行 row · 单元格 cell · 剔除 reject · 编码 encoding.
package table
