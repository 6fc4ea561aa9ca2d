package analysis

import (
	"regexp"
	"slices"
	"strings"

	"shouhu/internal/pil"
)

// A model's statement is one SELECT over its own tables. What it may say is a
// list, and what is not on it is refused, before any engine sees the statement;
// the engines refuse on their own account as well.

// sqlTokens: words, parameters, texts, numbers, signs; whatever else is a fault.
var sqlTokens = regexp.MustCompile(`^(?:(?P<blank>\s+|--[^\n]*)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<param>\$[a-z][a-z0-9_]*)|(?P<text>'(?:[^'\\]|'')*')|(?P<number>[0-9]+)|(?P<sign><>|!=|<=|>=|\|\||[-+*/%=<>(),.]))`)

type sqlToken struct {
	kind string // word, param, text, number, sign
	text string
	word string // a word in capitals
	line int
}

func scanSQL(sql string) ([]sqlToken, int) {
	var tokens []sqlToken
	line := 1
	for sql != "" {
		m := sqlTokens.FindStringSubmatch(sql)
		if m == nil || strings.HasPrefix(sql, "/*") {
			return nil, line
		}
		for i, name := range sqlTokens.SubexpNames() {
			if i > 0 && m[i] != "" && name != "blank" {
				t := sqlToken{kind: name, text: m[i], line: line}
				if name == "word" {
					t.word = strings.ToUpper(m[i])
				}
				tokens = append(tokens, t)
			}
		}
		line += strings.Count(m[0], "\n")
		sql = sql[len(m[0]):]
	}
	return tokens, 0
}

func wordSet(words string) map[string]bool {
	s := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		s[w] = true
	}
	return s
}

var (
	// keywords may stand before a bracket that calls no function.
	keywords = wordSet(`SELECT FROM WHERE GROUP BY HAVING ORDER ASC DESC LIMIT AS ON USING JOIN INNER LEFT OUTER AND OR NOT IN EXISTS IS NULL LIKE
		BETWEEN CASE WHEN THEN ELSE END DISTINCT UNION ALL EXCEPT INTERSECT WITH OVER PARTITION ROWS RANGE PRECEDING FOLLOWING UNBOUNDED CURRENT ROW FILTER NULLS FIRST LAST QUALIFY`)
	// both are functions that mean the same on every engine.
	both = wordSet(`COUNT SUM MIN MAX ABS COALESCE NULLIF GREATEST LEAST CAST CONCAT`)
	// more are DuckDB's own.
	more = wordSet(`LENGTH SUBSTRING SUBSTR LOWER UPPER TRIM REPLACE CONTAINS STARTS_WITH STRPOS LAG LEAD ROW_NUMBER RANK DENSE_RANK STRING_AGG
		ARG_MAX ARG_MIN BOOL_OR BOOL_AND FIRST_VALUE LAST_VALUE REGEXP_MATCHES`)
	// reserved may not name anything: statements, clauses that write or set, and
	// keywords.
	reserved = func() map[string]bool {
		r := wordSet(`INTO FORMAT SETTINGS ATTACH DETACH COPY INSTALL LOAD PRAGMA SET RESET EXPORT IMPORT CREATE INSERT UPDATE DELETE DROP ALTER CALL USE
			EXPLAIN DESCRIBE SHOW SUMMARIZE PIVOT UNPIVOT VALUES TABLE TABLESAMPLE SAMPLE LATERAL RECURSIVE CROSS NATURAL FULL RIGHT ASOF POSITIONAL ANTI SEMI GLOBAL ANY
			ARRAY FINAL PREWHERE OFFSET WINDOW HIT SOURCE`)
		for w := range keywords {
			r[w] = true
		}
		return r
	}()
	// portable statements do without these: ClickHouse of 2018 has no common
	// table expressions and no window functions.
	unportable = wordSet(`WITH OVER PARTITION QUALIFY FILTER EXISTS EXCEPT INTERSECT`)
	closing    = wordSet(`WHERE GROUP HAVING ORDER LIMIT UNION EXCEPT INTERSECT QUALIFY SELECT`)
)

// checkSQL holds a model's statement against the lists.
func checkSQL(m *Model) error {
	tokens, bad := scanSQL(m.SQL)
	at := func(line int, format string, args ...any) error {
		return pil.At(pil.Invalid("sql 第%d行: %s", line, pil.Invalid(format, args...).Text), m.File, m.Line)
	}
	if bad > 0 {
		return at(bad, "这里有不能用的字符：语句只能有一条，没有分号、引号括起的名称和块注释 (a character that is not allowed: one statement, no ; no quoted names, no block comments)")
	}
	if len(tokens) == 0 || tokens[0].word != "SELECT" && tokens[0].word != "WITH" {
		return at(1, "只能是一条 SELECT 语句 (one SELECT and nothing else)")
	}
	c := sqlCheck{model: m, at: at, tokens: tokens, tables: map[string]bool{}, portable: slices.Contains(m.Engines, EngineClickHouse)}
	for _, t := range m.Tables {
		c.tables[strings.ToUpper(t.Name)] = true
	}
	for i := 0; i+2 < len(tokens); i++ { // WITH name AS (…), name AS (…)
		if p := tokens[i]; (i == 0 || tokens[i-1].word == "WITH" || tokens[i-1].text == ",") && p.kind == "word" && tokens[i+1].word == "AS" && tokens[i+2].text == "(" {
			if c.tables[p.word] || keywords[p.word] || reserved[p.word] {
				return at(p.line, "WITH 的名称 %s 不可用 (the name is taken)", p.text)
			}
			c.tables[p.word] = true
		}
	}
	return c.run()
}

type sqlCheck struct {
	model    *Model
	at       func(line int, format string, args ...any) error
	tokens   []sqlToken
	tables   map[string]bool
	portable bool
	from     []bool // by depth of brackets: within the tables of FROM
}

func (c *sqlCheck) run() error {
	c.from = []bool{false}
	used := map[string]bool{}
	for i, t := range c.tokens {
		top := len(c.from) - 1
		switch {
		case t.text == "(":
			c.from = append(c.from, false)
		case t.text == ")":
			if top == 0 {
				return c.at(t.line, "括号不成对 (brackets do not match)")
			}
			c.from = c.from[:top]
		case t.text == "," && c.from[top]:
			return c.at(t.line, "FROM 中请用 JOIN，不用逗号 (JOIN tables; no commas)")
		case t.kind == "param":
			used[t.text[1:]] = true
		case t.kind == "word":
			if err := c.word(i, t); err != nil {
				return err
			}
		}
	}
	if len(c.from) != 1 {
		return c.at(c.tokens[len(c.tokens)-1].line, "括号不成对 (brackets do not match)")
	}
	for _, p := range c.model.Parameters {
		if !used[p.Name] {
			return p.Errorf("语句没有用到参数 %s (the statement does not use the parameter)", p.Name)
		}
		delete(used, p.Name)
	}
	for name := range used {
		return c.model.Errorf("语句用到的参数 $%s 没有声明 (the parameter is not declared)", name)
	}
	return nil
}

// next is the token after i, or an empty one.
func (c *sqlCheck) next(i int) sqlToken {
	if i+1 < len(c.tokens) {
		return c.tokens[i+1]
	}
	return sqlToken{}
}

func (c *sqlCheck) word(i int, t sqlToken) error {
	top := len(c.from) - 1
	if closing[t.word] {
		c.from[top] = false
	}
	if c.portable && unportable[t.word] {
		return c.at(t.line, "%s 不是两个引擎都有的；请改写，或者 engines 只写 duckdb (not on both engines)", t.word)
	}
	if t.word == "FROM" || t.word == "JOIN" {
		c.from[top] = true
		n := c.next(i)
		switch {
		case n.text == "(" && c.next(i+1).word == "SELECT":
		case n.kind == "word" && c.tables[n.word] && c.next(i+1).text != "(" && c.next(i+1).text != ".":
		default:
			return c.at(t.line, "%s 之后只能是本模型声明的表或者子查询，不能是 %s (only the model's own tables)", t.word, pil.Quote(n.text))
		}
		return nil
	}
	field := i > 0 && c.tokens[i-1].text == "." // of a table: source is one too
	if reserved[t.word] && !keywords[t.word] && t.word != "HIT" && t.word != "SOURCE" && !field {
		return c.at(t.line, "不能用 %s (not allowed)", t.word)
	}
	if c.next(i).text == "(" && !keywords[t.word] && !both[t.word] && (c.portable || !more[t.word]) {
		return c.at(t.line, "不能用函数 %s (the function is not on the list)", t.word)
	}
	return nil
}
