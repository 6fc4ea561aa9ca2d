package audit

import (
	"strings"
	"unicode/utf8"

	"shouhu/internal/pil"
)

// Row is a covered row as it stands: what a commitment commits to.
type Row struct {
	Kind    Kind              `json:"kind"` // one that is committed
	ID      string            `json:"id"`
	Salt    Salt              `json:"salt"`    // fresh for every version of the row
	Content map[string]string `json:"content"` // column → value as UTF-8 text; bytes go in as their hash; no key for NULL
}

// Mark is what an entry keeps of a row it left behind.
type Mark struct {
	Kind       Kind   `json:"kind"`
	ID         string `json:"id"`
	Removed    bool   `json:"removed,omitempty"` // the entry took the row away; then there is no commitment
	Commitment Digest `json:"commitment,omitzero"`
}

// Mark commits to the row. A row of a kind that is not committed, without an id
// or a salt, or with a value that is not UTF-8 is an invalid Error.
func (r *Row) Mark() (Mark, error) {
	if err := r.check(); err != nil {
		return Mark{}, err
	}
	return Mark{Kind: r.Kind, ID: r.ID, Commitment: r.commitment()}, nil
}

func (r *Row) check() error {
	if err := checkRowName(r.Kind, r.ID); err != nil {
		return err
	}
	if r.Salt == (Salt{}) {
		return pil.Invalid("行 %s %s 没有盐值 (row without a salt)", r.Kind, r.ID)
	}
	if r.Content == nil {
		return pil.Invalid("行 %s %s 没有内容 (row without content)", r.Kind, r.ID)
	}
	for name, value := range r.Content {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return pil.Invalid("行 %s %s 的内容不是 UTF-8，字节内容应写其摘要值 (content must be UTF-8; put the hash of bytes)", r.Kind, r.ID)
		}
	}
	return nil
}

func (m *Mark) check() error {
	if err := checkRowName(m.Kind, m.ID); err != nil {
		return err
	}
	if m.Removed == (m.Commitment != Digest{}) {
		return pil.Invalid("行 %s %s 应有承诺值或者标明已删除，二者居一 (a commitment or removed, one of the two)", m.Kind, m.ID)
	}
	return nil
}

func checkRowName(k Kind, id string) error {
	if k.Cover() != CoverCommitted {
		return pil.Invalid("种类 %s 的行不记承诺值 (rows of this kind are not committed)", pil.Quote(string(k)))
	}
	return checkName("行的编号 (id of the row)", id)
}

// compareMarks orders marks by kind and id.
func compareMarks(a, b Mark) int {
	if c := strings.Compare(string(a.Kind), string(b.Kind)); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}
