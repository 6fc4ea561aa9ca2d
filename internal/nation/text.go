package nation

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"shouhu/internal/clue"
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// syllables are what made-up names are made of.
var syllables = strings.Fields(`安 平 云 川 石 桥 临 江 东 山 西 林 南 河 北 湖 新 泉 青 龙 白 沙 金 溪 永 宁 长 丰 古 城 清 源 大 岭 玉 田 双 塔 沧 浪 武 陵 怀 仁 广 德 瑞 昌 兴 和 嘉 祥 福 海 通 华 天 台 景 明 凤 仪 柳 园 梅 杨 松 桂 银 铜 铁 井 关 洪 泽 宝 应 盐 阜 宿 迁 泗 淮 汝 颍 涡 沛 丹 阳 句 容 惠 锡 虞 越 绍 衢 丽 缙 遂 庆 景 宏 达 盛 隆 顺 捷 诚 信 康 泰 恒 利 旺 佳 美 优 鑫 鼎 腾 飞 跃 辉 煌 源 森 博 睿 思 远 志 创 科 联 汇 聚 众 合 力 正 方 圆 中 国 民 生 乐 家`)

// named is the n-th of many made-up names of two characters.
func named(n int) string {
	k := len(syllables)
	return syllables[n%k] + syllables[(n/k*7+n*3+1)%k]
}

// trade is what a field's clues tell of: the trouble in sentences with holes (@
// the place, % a number, * a firm), who is to see to it, what sort of firm, and
// what is done about it.
type trade struct {
	field   clue.Field
	weight  int
	agency  string
	firms   string
	trouble []string
	title   []string
	step    []string
}

var trades = []trade{
	{clue.Ecology, 34, "生态环境局 自然资源局 水利局 林业局 城市管理局", "养殖场 砖厂 铸造厂 化工厂 采石场 木材厂 洗煤厂",
		[]string{"有人在@非法倾倒垃圾约%吨，无人清理|@堆放大量建筑垃圾和生活垃圾，占地约%亩|*把未经处理的废水直接排入@旁边的河道", "雨天污水流进鱼塘，臭味很大|河水发黑，死鱼漂满水面|扬尘严重，%户居民不敢开窗|耕地被毁约%亩，树木枯死", "向有关部门反映过%次，一直没有解决|检查的人一走又继续|已经持续%个月|夜间还有车辆拉来倾倒"},
		[]string{"督促整治@非法倾倒垃圾案", "督促治理@水污染案", "督促保护@耕地资源案", "督促整治*大气污染案", "@生态环境损害案"},
		[]string{"清除垃圾，恢复地貌", "封堵排污口，治理受污染的河道", "补植复绿，落实管护责任"}},
	{clue.FoodDrugs, 16, "市场监督管理局 卫生健康局 农业农村局", "餐馆 超市 药店 熟食店 外卖店 食品厂",
		[]string{"*使用过期食材加工外卖|@*销售没有标签的散装食品|*的保健品宣称可以治疗糖尿病", "后厨地上有老鼠，冰柜里的肉没有检疫标志|平台月销量%单，证照与实际地址不一致|至少%名顾客食用后腹泻", "店主承认没有进货记录|执法人员来过，罚款以后照样营业|类似的店这条街上有%家"},
		[]string{"督促整治@网络餐饮食品安全案", "督促监管*食品安全案", "@销售不符合安全标准食品案"},
		[]string{"对涉案商家立案查处", "开展网络餐饮专项检查", "建立抽检和公示制度"}},
	{clue.WorkSafety, 10, "应急管理局 住房和城乡建设局 消防救援大队", "加油站 仓库 化工厂 鞭炮店 工地 电动车行",
		[]string{"@消防通道被占用，灭火器全部过期|*违规存放危险化学品约%吨|@燃气管道与%户住宅的间距不足", "曾经起火，幸未伤人|没有任何警示标志|员工没有受过培训", "整改通知贴了%个月没有变化|物业说不归其管|多次投诉没有结果"},
		[]string{"督促整治@消防安全隐患案", "督促整治*危险化学品安全隐患案", "督促消除@燃气安全隐患案"},
		[]string{"立即消除火灾隐患", "对辖区同类场所进行排查", "落实安全生产监管责任"}},
	{clue.PersonalInformation, 9, "互联网信息办公室 市场监督管理局 公安局 邮政管理局", "健身房 物业公司 房产中介 快递网点 培训机构 装修公司",
		[]string{"*把业主的个人信息卖给装修公司|@*的快递面单未作去标识化处理，姓名电话住址一览无余|办理会员时*强制刷脸，不同意不给办卡", "约%名客户的手机号和身份证号被泄露|有人一天接到%个骚扰电话|登记本摊在前台谁都能翻看", "没有告知收集使用的规则，也没有取得同意|要求删除个人信息，店方说删不掉|客户名单在群里公开买卖"},
		[]string{"督促整治快递面单侵害公民个人信息案", "督促保护@小区业主个人信息案", "*侵害公民个人信息民事公益诉讼案", "督促规范人脸识别个人信息保护案"},
		[]string{"对泄露个人信息的行为依法查处", "督促企业对个人信息分类管理、去标识化", "开展个人信息保护专项检查"}},
	{clue.Minors, 7, "教育局 文化和旅游局 烟草专卖局 市场监督管理局", "网吧 便利店 文身店 酒吧 剧本杀店 文具店",
		[]string{"@*向学生出售香烟和电子烟|*让未成年人通宵上网|*给初中生文身", "离学校大门不到%米，放学时一次进去%个学生|没有张贴禁止未成年人进入的标志|可以用别人的证件登记", "家长找上门反被辱骂|学校也反映过|有孩子因此逃学"},
		[]string{"督促整治校园周边向未成年人售烟案", "督促保护未成年人健康成长环境案", "督促整治*违规接纳未成年人案"},
		[]string{"对违规经营者依法处罚", "清查校园周边经营场所", "设置警示标志，建立巡查机制"}},
	{clue.Accessibility, 7, "住房和城乡建设局 残疾人联合会 交通运输局", "医院 商场 地铁站 酒店 银行网点 车站",
		[]string{"@盲道被占用，断开的地方有%处|@*没有坡道，轮椅上不去|*的无障碍卫生间长期上锁", "视障人士只能走到机动车道上|扶手松动，提示音早就坏了|台阶有%级", "去年就提过意见|答复说没有预算"},
		[]string{"督促规范@无障碍环境建设案", "督促整治@盲道损坏案"},
		[]string{"修复盲道和坡道", "开放无障碍卫生间", "制定无障碍改造计划"}},
	{clue.Heritage, 6, "文物局 文化和旅游局", "景区 施工队 酒店 民宿",
		[]string{"@的古建筑屋顶坍塌，梁柱朽坏|@古墓葬保护范围内违法建设%间|施工队在@挖断古城墙约%米", "文物保护标志已经脱落|雨水直接灌进大殿|碑刻被人涂画", "没有专人看管|报告以后只拉了警戒线"},
		[]string{"督促保护@文物案", "督促保护@古城墙遗址案", "督促修缮@古建筑案"},
		[]string{"划定保护范围，设立标志", "编制修缮方案并组织实施"}},
	{clue.OldTrees, 4, "林业局 城市管理局", "施工队 烧烤店 停车场",
		[]string{"@旁边的古树被水泥封住树根|有人在@的古银杏上钉了铁架|修路时把@百年古槐的根挖断", "树龄据说有%年，挂牌编号看不清|东侧大枝枯死%根", "周围停满了车|没有围栏"},
		[]string{"督促保护@古树名木案", "督促保护@古银杏案"},
		[]string{"清除水泥硬化，设置围栏", "建立一树一档"}},
	{clue.Heroes, 3, "退役军人事务局", "陵园 停车场",
		[]string{"@烈士陵园杂草丛生，碑文脱落%处|烈士墓周边被人种菜、堆放杂物", "路灯全坏，大门常年上锁|台阶断裂%级", "清明节没有人打扫，烈属很难过"},
		[]string{"督促保护@烈士纪念设施案"},
		[]string{"修缮烈士墓，明确管护单位"}},
	{clue.StateProperty, 4, "财政局 人力资源和社会保障局 税务局 医疗保障局", "合作社 培训机构 建筑公司",
		[]string{"*虚报%人骗取补贴资金|已经去世的%人仍在领取养老金|*欠缴土地出让金%万元", "材料上的签名都是一个人写的|主管部门审核流于形式", "多次催缴没有结果"},
		[]string{"督促追缴*骗取补贴资金案", "督促收缴国有土地使用权出让金案"},
		[]string{"追回流失的国有财产", "完善审核发放制度"}},
}

// total of the weights
var tradeWeights = func() (sum int) {
	for i := range trades {
		sum += trades[i].weight
	}
	return sum
}()

func pickTrade(r *rand.Rand) *trade {
	n := r.IntN(tradeWeights)
	for i := range trades {
		if n -= trades[i].weight; n < 0 {
			return &trades[i]
		}
	}
	return &trades[0]
}

var (
	openings = []string{"市民来电反映：", "群众反映，", "本人是附近居民，", "志愿者巡查时发现，", "我要举报，", ""}
	closings = []string{"请检察机关依法调查处理。", "希望有关部门尽快解决。", "要求答复。", ""}
	roads    = []string{"和平路", "幸福街", "解放大道", "建设二路", "滨河北路", "书院巷", "工农村", "东风渠", "人民公园南门", "城北菜市场", "青年路", "胜利渠", "老粮站", "三里桥", "火车站西广场"}
)

// scene is where and about whom one clue is.
type scene struct {
	*trade
	place, firm, agency, second string
}

func newScene(r *rand.Rand, county string) scene {
	s := scene{trade: pickTrade(r)}
	s.place = county + pick(r, roads) + strconv.Itoa(1+r.IntN(400)) + "号"
	s.firm = named(r.IntN(12000)) + pick(r, strings.Fields(s.firms))
	list := strings.Fields(s.trade.agency)
	s.agency = county + pick(r, list)
	s.second = county + list[(r.IntN(len(list)))]
	return s
}

func (s *scene) fill(r *rand.Rand, text string) string {
	var b strings.Builder
	for _, c := range text {
		switch c {
		case '@':
			b.WriteString(s.place)
		case '*':
			b.WriteString(s.firm)
		case '%':
			b.WriteString(strconv.Itoa(2 + r.IntN(180)))
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// words are ordinary ones that details are told with.
var words = strings.Fields(`早上 中午 傍晚 半夜 周末 春节 去年 前年 上周 冬天 夏天 雨后 老人 孩子 邻居 司机 保安 村民 租户 学生 顾客 工人 电工 医生 教师 快递员 门卫 亲戚 楼上 楼下 后院 巷口 桥下 坡上 田边 屋顶 车库 地下室 楼道 广场 球场 凉亭 码头 仓房 水渠 菜地 果园 竹林 荒坡 池塘 水井 围墙 铁门 电线杆 路灯 下水道 变压器 拖拉机 三轮车 面包车 货车 挖机 塑料桶 铁皮棚 油漆桶 旧轮胎 玻璃瓶 纸箱 沙袋 木板 砖块 石棉瓦 电缆 水泵 铁丝 绿色 蓝色 黑色 红色 刺鼻 潮湿 昏暗 拥挤 破旧 空荡 轰鸣 摇晃 漏水 冒烟 结冰 开裂 生锈 发霉 下沉 倾斜 吵闹 绕道 报警 拍照 录像 签字 登记 缴费 排队 搬家 装修 停电 停水 施工 卸货 打桩 烧烤 洗车 养狗 种菜 晒谷 钓鱼 散步 跳舞 上学 看病 买药 赶集 送货 收租 打工 值班 开会 检查 罚款 通知 公告 合同 发票 照片 录音 名单 账本 钥匙 门牌 号码 地图 栏杆 台阶 电梯 窗户`)

// detail is a thing only this reporter tells.
func detail(r *rand.Rand) string {
	var b strings.Builder
	for range 5 + r.IntN(4) {
		b.WriteString(pick(r, words))
	}
	return b.String()
}

// told is what a reporter says.
func (s *scene) told(r *rand.Rand) string {
	var parts []string
	for _, line := range s.trouble {
		parts = append(parts, s.fill(r, pick(r, strings.Split(line, "|"))), detail(r))
	}
	parts = append(parts, detail(r))
	if r.IntN(3) == 0 {
		parts = append(parts[:2], parts[4:]...)
	}
	return pick(r, openings) + strings.Join(parts, "，") + "。" + pick(r, closings)
}

// opinion is what a prosecutor writes.
func (s *scene) opinion(r *rand.Rand) string {
	return "经初步调查，" + s.fill(r, pick(r, strings.Split(s.trouble[0], "|"))) + "。" + s.agency + "对上述问题负有监督管理职责，未依法全面履行职责，致使国家利益或者社会公共利益受到侵害，符合立案条件，拟立案办理。"
}
