package clue

// Input is one input of a form: a page labels it, a Problem points to it, and a
// column of a sheet is read into it.
type Input uint8

// The closed set of inputs: of the form, of the identity, of sheets, of the
// assessment.
const (
	InChannel Input = iota + 1
	InWhat
	InPlace
	InRegion
	InHappened
	InReceived
	InField
	InSuspect
	InHarm
	InAttachments
	InReporter
	InName
	InPhone
	InAddress
	InOther
	InOrder
	InTruth
	InCheckability
	InRisk
	InConclusion
)

var inputs = []word{
	InChannel:      {"channel", "线索渠道", "channel"},
	InWhat:         {"what", "内容", "what happened"},
	InPlace:        {"place", "地点", "place"},
	InRegion:       {"region", "行政区划", "region"},
	InHappened:     {"happened", "发生时间", "when it happened"},
	InReceived:     {"received", "收到日期", "received on"},
	InField:        {"field", "领域", "field"},
	InSuspect:      {"suspect", "涉嫌违法主体或者行政机关", "suspected party or agency"},
	InHarm:         {"harm", "公益损害", "harm to the public interest"},
	InAttachments:  {"attachments", "附件数", "attachments"},
	InReporter:     {"reporter", "署名情况", "named or anonymous"},
	InName:         {"name", "姓名", "name"},
	InPhone:        {"phone", "联系电话", "telephone"},
	InAddress:      {"address", "住址", "address"},
	InOther:        {"other", "其他身份信息", "other particulars"},
	InOrder:        {"order", "工单编号", "work-order number"},
	InTruth:        {"truth", "真实性", "truth"},
	InCheckability: {"checkability", "可查性", "checkability"},
	InRisk:         {"risk", "风险", "risk"},
	InConclusion:   {"conclusion", "处理意见", "proposed conclusion"},
}

// headers are the names hotline sheets give their columns, as plain writes them.
var headers = [][]string{
	InChannel:     {"线索渠道", "渠道", "channel"},
	InWhat:        {"诉求内容", "内容", "诉求标题", "标题", "诉求描述", "问题描述", "反映内容", "反映问题", "举报内容", "投诉内容", "来电内容", "工单内容", "事件描述", "主要内容", "线索内容", "what", "content", "description", "title", "subject"},
	InPlace:       {"诉求地址", "地点", "地址", "事发地址", "事发地点", "发生地点", "事件地址", "诉求地点", "问题地址", "所在位置", "place", "location"},
	InRegion:      {"行政区划", "行政区划代码", "区划代码", "region", "regioncode"},
	InHappened:    {"发生时间", "事发时间", "事件时间", "发生日期", "happened", "happenedon", "eventtime"},
	InReceived:    {"来电时间", "收到日期", "受理时间", "登记时间", "诉求时间", "创建时间", "受理日期", "登记日期", "来电日期", "举报时间", "投诉时间", "反映时间", "received", "receivedon", "calltime", "createdat"},
	InField:       {"诉求类别", "领域", "诉求类型", "问题类别", "问题分类", "事项类别", "诉求分类", "事项分类", "工单类别", "field", "category"},
	InSuspect:     {"被诉单位", "涉嫌违法主体或者行政机关", "被反映单位", "被投诉单位", "被举报单位", "涉事单位", "被投诉对象", "涉及单位", "被举报人", "suspect", "respondent"},
	InHarm:        {"公益损害", "损害情况", "harm"},
	InAttachments: {"附件数", "附件数量", "attachments"},
	InReporter:    {"署名情况", "是否匿名", "是否保密", "举报方式", "实名匿名", "reporter"},
	InName:        {"姓名", "来电人", "来电人姓名", "诉求人", "诉求人姓名", "举报人", "举报人姓名", "反映人", "投诉人", "联系人", "市民姓名", "name", "caller"},
	InPhone:       {"联系电话", "电话", "来电号码", "联系方式", "手机", "手机号", "手机号码", "电话号码", "主叫号码", "phone", "telephone", "mobile"},
	InAddress:     {"住址", "联系地址", "家庭住址", "来电人地址", "address", "homeaddress"},
	InOther:       {"其他身份信息", "身份证号", "身份证号码", "证件号码", "other", "idnumber"},
	InOrder:       {"工单编号", "工单号", "编号", "受理编号", "流水号", "业务编号", "order", "ordernumber", "orderno", "ticket", "ticketnumber", "id"},
}

// Inputs lists every input.
func Inputs() []Input { return all[Input](inputs) }

// ParseInput reads an input; an unknown word is an invalid Error.
func ParseInput(s string) (Input, error) { return parse[Input]("填写项", inputs, s) }

// String writes the input as a form's field is named.
func (i Input) String() string { return written(inputs, i).id }

// Zh is the input's label in Chinese.
func (i Input) Zh() string { return written(inputs, i).zh }

// En is the input's label in English.
func (i Input) En() string { return written(inputs, i).en }
