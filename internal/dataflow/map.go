package dataflow

import (
	"slices"
	"strings"

	"shouhu/internal/pil"
)

// Kind is what a node does, which is also its layer in the picture. Kinds are
// ordered from left to right.
type Kind string

// The closed set of kinds.
const (
	Subject   Kind = "subject"
	Collector Kind = "collector"
	Keeper    Kind = "store"
	Processor Kind = "processor"
	Product   Kind = "product"
	Buyer     Kind = "buyer"
)

// Kinds are all kinds in the order of the layers.
var Kinds = []Kind{Subject, Collector, Keeper, Processor, Product, Buyer}

// named is a word of a closed set with its names.
type named struct{ id, zh, en string }

var kindNames = []named{
	{"subject", "个人信息主体", "data subjects"}, {"collector", "收集者", "collectors"}, {"store", "存储", "stores"},
	{"processor", "加工、受托处理者", "processors"}, {"product", "衍生产品", "derived products"}, {"buyer", "购买、接收者", "buyers and receivers"},
}

func nameOf(list []named, id string) named {
	for _, n := range list {
		if n.id == id {
			return n
		}
	}
	return named{id, id, id}
}

// Zh is the kind in Chinese.
func (k Kind) Zh() string { return nameOf(kindNames, string(k)).zh }

// En is the kind in English.
func (k Kind) En() string { return nameOf(kindNames, string(k)).en }

func (k Kind) layer() int { return slices.Index(Kinds, k) }

// Handling is the way personal information is processed along an edge
// (处理方式, PIPL art 4).
type Handling string

// The closed set of handlings.
const (
	Collect Handling = "collect"
	Store   Handling = "store"
	Use     Handling = "use"
	Entrust Handling = "entrust"
	Joint   Handling = "joint"
	Provide Handling = "provide"
	Sell    Handling = "sell"
	Publish Handling = "publish"
)

// Handlings are all of them.
var Handlings = []Handling{Collect, Store, Use, Entrust, Joint, Provide, Sell, Publish}

var handlingNames = []named{
	{"collect", "收集", "collects"}, {"store", "存储", "stores"}, {"use", "使用、加工", "uses, derives"}, {"entrust", "委托处理", "entrusts"},
	{"joint", "共同处理", "processes jointly"}, {"provide", "提供", "provides"}, {"sell", "出售", "sells"}, {"publish", "公开", "publishes"},
}

// Zh is the handling in Chinese.
func (h Handling) Zh() string { return nameOf(handlingNames, string(h)).zh }

// En is the handling in English.
func (h Handling) En() string { return nameOf(handlingNames, string(h)).en }

// Circumstance is something about an edge that brings rules with it and follows
// from no category.
type Circumstance string

// The closed set of circumstances.
const (
	PublicPlace Circumstance = "public-place"
	Automated   Circumstance = "automated"
	Minors      Circumstance = "minors"
)

// Circumstances are all of them.
var Circumstances = []Circumstance{PublicPlace, Automated, Minors}

var circumstanceNames = []named{
	{"public-place", "公共场所安装图像采集、身份识别设备", "devices in public places"}, {"automated", "自动化决策", "automated decisions"}, {"minors", "涉及不满十四周岁未成年人", "children under 14"},
}

// Zh is the circumstance in Chinese.
func (c Circumstance) Zh() string { return nameOf(circumstanceNames, string(c)).zh }

// En is the circumstance in English.
func (c Circumstance) En() string { return nameOf(circumstanceNames, string(c)).en }

// Node is one who takes part, or a thing data lie in or become.
type Node struct {
	ID   int64
	Kind Kind
	Name string
	Note string
}

// Edge is a stretch of the way data go.
type Edge struct {
	ID            int64
	From, To      int64 // nodes
	Handling      Handling
	Categories    []string // tags of the law's data
	Circumstances []Circumstance
	Rows          int64   // 条; 0: not known
	Persons       int64   // distinct; 0: not known
	Begin, End    pil.Day // 0: not known; an open End means that it goes on
	Basis         string  // of the law's data; empty: nobody has said
	// Answers say of a point whether it is there; one left out, or unknown, has
	// not been looked into.
	Answers  map[string]pil.Tri
	Evidence []string // what proves it: numbers of files and exhibits, as the caller writes them
	Note     string
}

// Map is the whole.
type Map struct {
	Nodes []Node
	Edges []Edge
}

// The most of each that a map holds: a picture nobody can read helps nobody.
const (
	MaxNodes = 200
	MaxEdges = 500
	maxName  = 60 // characters of a name
	maxNote  = 2000
)

// Node finds a node; nil where there is none.
func (m *Map) Node(id int64) *Node {
	i := slices.IndexFunc(m.Nodes, func(n Node) bool { return n.ID == id })
	if i < 0 {
		return nil
	}
	return &m.Nodes[i]
}

// Check holds a map against the rules' words; what is wrong is an invalid Error.
func (m *Map) Check(r *Rules) error {
	if len(m.Nodes) > MaxNodes || len(m.Edges) > MaxEdges {
		return pil.Invalid("一张图最多 %d 个主体、%d 条流向，请分案或者合并同类主体 (at most %[1]d nodes and %[2]d edges)", MaxNodes, MaxEdges)
	}
	for i := range m.Nodes {
		if err := m.Nodes[i].Check(); err != nil {
			return err
		}
	}
	for i := range m.Edges {
		if err := m.CheckEdge(r, &m.Edges[i]); err != nil {
			return err
		}
	}
	return nil
}

// Check refuses a node without a name or of no kind.
func (n *Node) Check() error {
	switch name := []rune(strings.TrimSpace(n.Name)); {
	case len(name) == 0:
		return pil.Invalid("请填名称 (a name is needed)")
	case len(name) > maxName:
		return pil.Invalid("名称最多 %d 字，其余写进说明 (name too long)", maxName)
	case n.Kind.layer() < 0:
		return pil.Invalid("请选择它是哪一环节 (choose what it does)")
	case len([]rune(n.Note)) > maxNote:
		return pil.Invalid("说明最多 %d 字 (note too long)", maxNote)
	}
	return nil
}

// CheckEdge refuses an edge that hangs in the air, or uses words the rules do not
// know.
func (m *Map) CheckEdge(r *Rules, e *Edge) error {
	switch {
	case m.Node(e.From) == nil || m.Node(e.To) == nil:
		return pil.Invalid("请选择流向的起点和终点 (choose where it begins and ends)")
	case e.From == e.To:
		return pil.Invalid("起点和终点是同一个；在内部流转的，请分成收集、存储等环节 (it begins and ends at the same node)")
	case !slices.Contains(Handlings, e.Handling):
		return pil.Invalid("请选择处理方式 (choose the way of processing)")
	case len(e.Categories) == 0:
		return pil.Invalid("请选择信息种类 (choose the categories)")
	case e.Rows < 0 || e.Persons < 0:
		return pil.Invalid("条数、人数不能是负数 (numbers cannot be negative)")
	case e.Rows > 0 && e.Persons > e.Rows:
		return pil.Invalid("人数多于条数，请核对 (more persons than rows)")
	case e.Begin != 0 && e.End != 0 && e.End < e.Begin:
		return pil.Invalid("结束日期在开始日期之前 (it ends before it begins)")
	case e.Basis != "" && r.Basis(e.Basis) == nil:
		return pil.Invalid("不认识的合法性基础 (unknown basis)")
	case len([]rune(e.Note)) > maxNote:
		return pil.Invalid("说明最多 %d 字 (note too long)", maxNote)
	}
	for _, c := range e.Categories {
		if r.Category(c) == nil {
			return pil.Invalid("不认识的信息种类 (unknown category)")
		}
	}
	for _, c := range e.Circumstances {
		if !slices.Contains(Circumstances, c) {
			return pil.Invalid("不认识的情形 (unknown circumstance)")
		}
	}
	for p := range e.Answers {
		if !slices.Contains(r.pointIDs(), p) {
			return pil.Invalid("不认识的要求 (unknown point)")
		}
	}
	return nil
}
