package account

// reaches is how far each role's permission goes; a role left out has none.
type reaches [roleEnd]Reach

// everyone gives every role the reach own, and some more.
func everyone(own Reach, more reaches) reaches {
	for r := range more {
		more[r] = max(more[r], own)
	}
	more[0] = NoReach
	return more
}

// row is what the permission table says of one action.
type row struct {
	action Action
	word
	kind kind
	may  reaches
}

// section is the rows about one thing. Who may not even take the action shows
// learns nothing of it, not even that it exists.
type section struct {
	zh, why string
	shows   Action
	rows    []row
}

// kind is what kind of hand an action lays on a matter.
type kind uint8

const (
	takesPart kind = 0
	reviews   kind = 1 << iota // never by the proposer
	decides                    // by the proposer only where the chief handles the matter (R109)
	named                      // the norms of the day name who decides
	inPerson                   // not by delegation, grant, cover or token
	byNorms   = decides | named
)

// sections are the permission table: who may do what, how far.
// testdata/permissions.txt is the same for a chief to read.
var sections = []section{
	{"线索", "统一登记、备案管理(R25);立案与否经审核由检察长决定(R7, R30)。", ShowClue, []row{
		{ShowClue, word{"show_clue", "查看线索", "show a clue"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: Own, Assistant: Own, Head: InDepartment, DeputyChief: InOffice, Chief: InOffice}},
		{ListClues, word{"list_clues", "线索列表", "list clues"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: Own, Assistant: Own, Head: InDepartment, DeputyChief: InOffice, Chief: InOffice, CaseManager: InOffice}},
		{RegisterClue, word{"register_clue", "登记线索", "register a clue"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: InOffice, Assistant: InOffice, Head: InOffice, CaseManager: InOffice}},
		{ImportClues, word{"import_clues", "批量导入", "import clues and cases"}, takesPart, reaches{ClueOfficer: InOffice, CaseManager: InOffice}},
		{AssessClue, word{"assess_clue", "评估线索", "assess a clue"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: Own, Head: InDepartment}},
		{MergeClues, word{"merge_clues", "合并重复线索", "merge duplicate clues"}, takesPart, reaches{ClueOfficer: InOffice}},
		{AssignClue, word{"assign_clue", "分派线索", "assign a clue"}, takesPart, reaches{ClueOfficer: InOffice, Head: InDepartment, DeputyChief: InOffice, Chief: InOffice}},
		{TransferClue, word{"transfer_clue", "移送线索", "transfer a clue"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: Own, Head: InDepartment}},
		{AcceptClue, word{"accept_clue", "受理移送的线索", "accept a clue"}, takesPart, reaches{ClueOfficer: InOffice, Head: InDepartment}},
		{AnswerReporter, word{"answer_reporter", "答复举报人", "answer the reporter"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: Own}},
		{ProposeFiling, word{"propose_filing", "提出立案意见", "propose (not) to open a case"}, takesPart, reaches{Prosecutor: Own}},
		{ReviewFiling, word{"review_filing", "审核立案意见", "review the proposal"}, reviews, reaches{Head: InDepartment, DeputyChief: InOffice}},
		{DecideFiling, word{"decide_filing", "决定立案与否", "decide (not) to open a case"}, byNorms, reaches{Chief: InOffice, Committee: InOffice}},
	}},
	{"举报人身份", "说明理由，另一人同意，本人查阅。", ShowClue, []row{
		{ShowIdentity, word{"show_identity", "查阅举报人身份", "open the reporter's identity"}, inPerson, reaches{ClueOfficer: InOffice, Prosecutor: Own}},
		{ApproveIdentity, word{"approve_identity", "同意查阅身份", "agree to opening it"}, reviews | inPerson, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice}},
		{ShowIdentityKeys, word{"show_identity_keys", "查看身份密钥由谁持有", "show who holds the identity key"}, inPerson, reaches{ClueOfficer: InOffice, Prosecutor: Own, Head: InOffice, DeputyChief: InOffice, Chief: InOffice, Auditor: InOffice, Administrator: InOffice}},
		{KeepIdentityKey, word{"keep_identity_key", "设置身份口令、领取身份密钥", "keep the identity key under a passphrase"}, inPerson, reaches{ClueOfficer: InOffice, Prosecutor: Own}},
		{GiveIdentityKey, word{"give_identity_key", "转交身份密钥", "give the identity key to another"}, inPerson, reaches{ClueOfficer: InOffice, Prosecutor: Own}},
	}},
	{"案件", "检察官承办，部门负责人审核，检察长或者检委会决定(R5–R8);上级院领导下级院(R10, R11, R17, R18)。", ShowCase, []row{
		{ShowCase, word{"show_case", "查看案件", "show a case"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Technician: Own, Head: InDepartment, DeputyChief: Lower, Chief: Lower, Committee: InOffice, CaseManager: InOffice}},
		{ListCases, word{"list_cases", "案件列表", "list cases"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Technician: Own, Head: InDepartment, DeputyChief: Lower, Chief: Lower, Committee: InOffice, CaseManager: InOffice}},
		{OpenCase, word{"open_case", "建立案件", "open the case file"}, takesPart, reaches{Prosecutor: Own, CaseManager: InOffice}},
		{RecordEvent, word{"record_event", "记录办案情况", "record an event"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Head: InDepartment}},
		{CorrectEvent, word{"correct_event", "提出更正", "propose a correction"}, takesPart, reaches{Prosecutor: Own, Assistant: Own}},
		{ApproveCorrection, word{"approve_correction", "同意更正", "approve a correction"}, reviews, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice}},
		{ProposeStep, word{"propose_step", "提出办案意见", "propose a step"}, takesPart, reaches{Prosecutor: Own}},
		{ReviewStep, word{"review_step", "审核办案意见", "review a step"}, reviews, reaches{Head: InDepartment, DeputyChief: InOffice}},
		{DecideStep, word{"decide_step", "决定办案事项", "decide a step"}, byNorms, reaches{Prosecutor: Own, Head: InDepartment, Chief: InOffice, Committee: InOffice}},
		{ReferStep, word{"refer_step", "提交检委会", "refer to the committee"}, inPerson, reaches{Chief: InOffice}},
		{RecordDissent, word{"record_dissent", "书面提出异议", "dissent in writing"}, inPerson, reaches{Prosecutor: Own}},
		{DirectCase, word{"direct_case", "指令、指定、批准下级院", "direct an office below"}, decides, reaches{Chief: Below, Committee: Below}},
		{ShowFilings, word{"show_filings", "查看下级院备案", "show record-filings from below"}, takesPart, reaches{Prosecutor: Below, Head: Below, DeputyChief: Below, Chief: Below}},
		{AssignCase, word{"assign_case", "分案、指定承办", "assign a case"}, takesPart, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice, CaseManager: InOffice}},
		{RequestRecusal, word{"request_recusal", "提出、登记回避", "request a recusal"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Technician: Own, Head: InDepartment, DeputyChief: InOffice, Chief: InOffice, Committee: InOffice, CaseManager: InOffice}},
		{DecideRecusal, word{"decide_recusal", "决定回避", "decide a recusal"}, byNorms | inPerson, reaches{Chief: InOffice, Committee: InOffice}},
		{DraftPaper, word{"draft_paper", "起草文书", "draft a paper"}, takesPart, reaches{Prosecutor: Own, Assistant: Own}},
		{SignPaper, word{"sign_paper", "签发文书", "sign a paper"}, decides, reaches{Chief: InOffice}},
		{ExportCase, word{"export_case", "导出卷宗", "export the case file"}, takesPart, reaches{Prosecutor: Own, CaseManager: InOffice}},
		{ArchiveCase, word{"archive_case", "归档", "archive a case"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, CaseManager: InOffice}},
	}},
	{"证据", "调取、收集、分析由承办人员进行(R35, R36)。", ShowCase, []row{
		{ViewExhibit, word{"view_exhibit", "查看证据", "view an exhibit"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Technician: Own, Head: InDepartment, DeputyChief: InOffice, Chief: InOffice, Committee: InOffice}},
		{AttachExhibit, word{"attach_exhibit", "附入证据", "attach an exhibit"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Technician: Own}},
		{ExportExhibit, word{"export_exhibit", "导出证据", "export an exhibit"}, takesPart, reaches{Prosecutor: Own}},
		{CorrectExhibit, word{"correct_exhibit", "更正证据登记", "correct an exhibit's entry"}, takesPart, reaches{Prosecutor: Own, Assistant: Own}},
		{HandOverExhibit, word{"hand_over_exhibit", "交接、保管证据", "keep and hand over an exhibit"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Technician: Own}},
		{RecheckExhibit, word{"recheck_exhibit", "复核证据散列值", "re-hash an exhibit"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Technician: Own, Head: InDepartment, DeputyChief: InOffice, Chief: InOffice}},
		{RunAnalysis, word{"run_analysis", "分析数据", "analyse evidence tables"}, takesPart, reaches{Prosecutor: Own, Technician: Own}},
		{DrawFlow, word{"draw_flow", "绘制数据流向图", "draw the data-flow map"}, takesPart, reaches{Prosecutor: Own, Assistant: Own, Technician: Own}},
	}},
	{"监督模型", "上传的人不批准；技术人员只看自己运行的完整数据。", ShowModels, []row{
		{ShowModels, word{"show_models", "查看监督模型", "show the supervision models"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: InOffice, Assistant: InOffice, Technician: InOffice, Head: InOffice, DeputyChief: InOffice, Chief: InOffice}},
		{ProposeModel, word{"propose_model", "上传、报请上架模型", "upload and propose a model"}, takesPart, reaches{Technician: InOffice}},
		{DecideModel, word{"decide_model", "决定模型上架", "put a model on the shelf"}, reviews | inPerson, reaches{Head: InOffice, DeputyChief: InOffice, Chief: InOffice}},
		{WithdrawModel, word{"withdraw_model", "撤下模型", "withdraw a model"}, takesPart, reaches{Head: InOffice, DeputyChief: InOffice, Chief: InOffice}},
		{RunModel, word{"run_model", "运行监督模型", "run a model"}, takesPart, reaches{Prosecutor: InOffice, Technician: InOffice}},
		{ShowRuns, word{"show_runs", "查看模型运行", "show runs of models"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: InOffice, Technician: InOffice, Head: InOffice, DeputyChief: InOffice, Chief: InOffice}},
		{ShowProof, word{"show_proof", "查看命中的完整数据", "see a hit's rows in full"}, takesPart, reaches{Prosecutor: InOffice, Technician: Own, Head: InOffice}},
		{JudgeHit, word{"judge_hit", "采纳、搁置命中", "accept or set aside a hit"}, takesPart, reaches{Prosecutor: InOffice}},
	}},
	{"任务与回头看", "", ListTasks, []row{
		{ListTasks, word{"list_tasks", "任务列表", "list tasks"}, takesPart, everyone(Own, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice})},
		{AddTask, word{"add_task", "布置任务", "add a task"}, takesPart, everyone(Own, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice})},
		{CloseTask, word{"close_task", "办结任务", "close a task"}, takesPart, everyone(Own, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice})},
		{AddNote, word{"add_note", "写便签", "add a note"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: Own, Assistant: Own, Technician: Own, Head: InDepartment, DeputyChief: InOffice, Chief: InOffice}},
		{PlanLookBack, word{"plan_look_back", "安排回头看", "plan a look-back"}, takesPart, reaches{Prosecutor: Own, Head: InDepartment}},
		{RecordLookBack, word{"record_look_back", "记录回头看", "record a look-back"}, takesPart, reaches{Prosecutor: Own, Assistant: Own}},
		{SaveView, word{"save_view", "保存常用视图", "save a view"}, takesPart, everyone(Own, reaches{})},
	}},
	{"行政机关名录", "", ShowAgencies, []row{
		{ShowAgencies, word{"show_agencies", "查看机关名录", "show the register of agencies"}, takesPart, everyone(InOffice, reaches{})},
		{ChangeAgency, word{"change_agency", "维护机关名录", "change the register of agencies"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: InOffice, Assistant: InOffice, Head: InOffice, CaseManager: InOffice}},
	}},
	{"公益损害赔偿金", "记账与批准分开。", ShowFund, []row{
		{ShowFund, word{"show_fund", "查看赔偿金账", "show the compensation account"}, takesPart, reaches{Prosecutor: Own, Head: InDepartment, DeputyChief: InOffice, Chief: InOffice, Finance: InOffice, Auditor: InOffice}},
		{RecordPayment, word{"record_payment", "登记收支", "record a payment"}, takesPart, reaches{Finance: InOffice}},
		{ApprovePayment, word{"approve_payment", "批准支出", "approve a payment"}, decides, reaches{Chief: InOffice}},
	}},
	{"授权、调用、代理、交接", "授权(R5)和调用(R11)由检察长亲自作出。", ShowHandovers, []row{
		{ShowHandovers, word{"show_handovers", "查看授权、调用、代理", "show delegations, grants, covers"}, takesPart, everyone(Own, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: Lower, CaseManager: InOffice, Auditor: InOffice, Administrator: InOffice})},
		{GiveDelegation, word{"give_delegation", "授权", "give a delegation"}, inPerson, reaches{Chief: InOffice}},
		{EndDelegation, word{"end_delegation", "撤销授权", "end a delegation"}, inPerson, reaches{Chief: InOffice}},
		{GiveGrant, word{"give_grant", "跨院调用", "give a cross-office grant"}, inPerson, reaches{Chief: Lower}},
		{EndGrant, word{"end_grant", "结束调用", "end a cross-office grant"}, inPerson, reaches{Chief: Lower}},
		{AddCover, word{"add_cover", "安排代理", "add leave cover"}, takesPart, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice}},
		{EndCover, word{"end_cover", "结束代理", "end leave cover"}, takesPart, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice}},
		{HandOverMatters, word{"hand_over_matters", "交接", "hand matters over"}, takesPart, reaches{Head: InDepartment, DeputyChief: InOffice, Chief: InOffice, CaseManager: InOffice}},
	}},
	{"人员", "管理员提出角色，检察长决定。", ShowPeople, []row{
		{ShowPeople, word{"show_people", "查看人员", "show people"}, takesPart, everyone(InOffice, reaches{})},
		{AddPerson, word{"add_person", "增加人员", "add a person"}, inPerson, reaches{Administrator: InOffice}},
		{ChangePerson, word{"change_person", "变更人员", "change a person"}, inPerson, reaches{Administrator: InOffice}},
		{ClosePerson, word{"close_person", "停用人员", "close a person"}, inPerson, reaches{Administrator: InOffice}},
		{ProposeRole, word{"propose_role", "提出角色", "propose roles"}, inPerson, reaches{Administrator: InOffice}},
		{DecideRole, word{"decide_role", "决定角色", "decide roles"}, decides | inPerson, reaches{DeputyChief: InOffice, Chief: InOffice}},
		{ResetCredentials, word{"reset_credentials", "重置登录凭证", "reset somebody's credentials"}, inPerson, reaches{Administrator: InOffice}},
		{ChangeCredentials, word{"change_credentials", "更换本人凭证", "change one's own credentials"}, inPerson, everyone(Own, reaches{})},
		{MakeToken, word{"make_token", "生成访问令牌", "make an API token"}, inPerson, everyone(Own, reaches{})},
		{RevokeToken, word{"revoke_token", "撤销访问令牌", "revoke an API token"}, takesPart, everyone(Own, reaches{Administrator: InOffice})},
		{ChangeOffice, word{"change_office", "维护机构部门", "change offices and departments"}, inPerson, reaches{Administrator: InOffice}},
	}},
	{"操作记录", "", ShowRecord, []row{
		{ShowRecord, word{"show_record", "查看操作记录", "show the record"}, takesPart, reaches{Chief: InOffice, Auditor: InOffice}},
		{ExportRecord, word{"export_record", "导出操作记录", "export the record"}, takesPart, reaches{Auditor: InOffice}},
		{CheckRecord, word{"check_record", "核验操作记录", "check the record"}, takesPart, reaches{Auditor: InOffice, Administrator: InOffice}},
	}},
	{"系统与法律数据", "法律数据变更由两人经手。", RunBackup, []row{
		{RunBackup, word{"run_backup", "备份", "run a backup"}, takesPart, reaches{Administrator: InOffice}},
		{ProposeLaw, word{"propose_law", "提出法律数据变更", "propose law data"}, takesPart, reaches{Prosecutor: InOffice, Head: InOffice, Administrator: InOffice}},
		{DecideLaw, word{"decide_law", "批准法律数据变更", "approve law data"}, reviews | inPerson, reaches{Head: InOffice, Chief: InOffice}},
	}},
	{"统计", "", ShowStatistics, []row{
		{ShowStatistics, word{"show_statistics", "查看统计", "show statistics"}, takesPart, reaches{ClueOfficer: InOffice, Prosecutor: Own, Head: InDepartment, DeputyChief: Lower, Chief: Lower, CaseManager: InOffice}},
		{ExportReport, word{"export_report", "导出报表", "export a report"}, takesPart, reaches{Head: InDepartment, DeputyChief: Lower, Chief: Lower, CaseManager: InOffice}},
	}},
}

// entry is a row as Can looks it up.
type entry struct {
	row
	shows Action
}

// table is the rows of all sections by action.
var table = func() (t [actionEnd]entry) {
	for _, s := range sections {
		for _, r := range s.rows {
			t[r.action] = entry{r, s.shows}
		}
	}
	return t
}()
