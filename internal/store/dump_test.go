package store

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"shouhu/internal/pil"
	"shouhu/internal/testdb"
)

// dump is a store as text.
func dump(tb testing.TB, s *Store) string {
	tb.Helper()
	var b bytes.Buffer
	if err := s.Dump(tb.Context(), &b, nil); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// engines are the places to make stores at.
var engines = map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.Postgres}

// What was dumped and loaded is the same to the last byte, on whichever engine, and
// goes on numbering where it was.
func TestDumpLoads(t *testing.T) {
	from := openTest(t, testdb.SQLite(t))
	fill(t, from)
	raw(t, from, "UPDATE sqlite_sequence SET seq = 77 WHERE name = 'matters'")
	text := dump(t, from)
	for name, where := range engines {
		t.Run(name, func(t *testing.T) {
			at := where(t)
			rows := int64(0)
			if err := Load(t.Context(), at, strings.NewReader(text), func(_ string, n int64) { rows += n }); err != nil {
				t.Fatal(err)
			}
			s := openTest(t, at)
			if got := dump(t, s); got != text {
				t.Errorf("the dump of what was loaded differs:\n%s\n%s", got, text)
			}
			if rows < 60 {
				t.Errorf("%d rows told", rows)
			}
			if got := checkRecord(t, s); len(got) > 0 {
				t.Errorf("after loading: %v", got)
			}
			m := &Matter{Kind: KindClue, OfficeID: 1}
			err := s.Write(t.Context(), now, func(tx *Tx) error {
				_, err := tx.tx.NewInsert().Model(m).Value("salt", "?", []byte{}).Exec(t.Context())
				return err
			})
			if err != nil || m.ID != 78 {
				t.Errorf("the next matter: %d, %v", m.ID, err)
			}
			if err := Load(t.Context(), at, strings.NewReader(text), nil); pil.CodeOf(err) != pil.CodeConflict {
				t.Errorf("over a store: got %v", err)
			}
		})
	}
}

// A dump that is cut anywhere, or altered in form, loads nothing.
func TestBadDumps(t *testing.T) {
	s := openTest(t, testdb.SQLite(t))
	fill(t, s)
	text := dump(t, s)
	lines := strings.SplitAfter(text, "\n")
	cases := map[string]string{
		"empty":       "",
		"header":      strings.Replace(text, `"shouhu_dump":1`, `"shouhu_dump":2`, 1),
		"later":       strings.Replace(text, `"schema":`, `"schema":9`, 1),
		"table":       strings.Replace(text, `{"table":"offices"`, `{"table":"sqlite_schema"`, 1),
		"quote":       strings.Replace(text, `{"table":"offices"`, `{"table":"offices\"; DROP TABLE x"`, 1),
		"column":      strings.Replace(text, `{"name":"login","kind":"text"}`, `{"name":"password","kind":"text"}`, 1),
		"kind":        strings.Replace(text, `{"name":"login","kind":"text"}`, `{"name":"login","kind":"int"}`, 1),
		"key":         strings.Replace(text, `{"table":`, `{"tables":`, 1),
		"no last row": strings.Join(append(lines[:len(lines)-4:len(lines)-4], lines[len(lines)-3:]...), ""),
		"sequence":    strings.Replace(text, `"sequences":{`, `"sequences":{"events":3,`, 1),
	}
	for n := 1; n < 20; n++ {
		cases["cut"+string(rune('a'+n))] = text[:len(text)*n/20]
	}
	for name, bad := range cases {
		where := testdb.SQLite(t)
		if bad == text {
			t.Fatalf("%s: nothing was altered", name)
		}
		if err := Load(t.Context(), where, strings.NewReader(bad), nil); pil.CodeOf(err) != pil.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := os.Stat(where); err == nil {
			s := openTest(t, where)
			if err := s.Read(t.Context(), func(v *View) error {
				if offices, err := v.Offices(); err != nil || len(offices) > 0 {
					t.Errorf("%s: half loaded: %v, %v", name, offices, err)
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
	}
}
