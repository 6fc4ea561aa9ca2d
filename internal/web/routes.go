package web

import (
	"slices"

	"shouhu/internal/account"
	"shouhu/internal/desk"
)

// permission is who may ask for a page: the word of an account.Action, or a named
// exception.
type permission string

// The named exceptions.
const (
	public   permission = "public"   // anybody
	atDoor   permission = "atDoor"   // whose password was right, and who is not signed in yet, too
	signedIn permission = "signedIn" // whoever is signed in
)

// may is the permission of who has some power to take the action.
func may(a account.Action) permission { return permission(a.String()) }

// route is one line of the table.
type route struct {
	method, path string
	permission   permission
	handle       func(*call) error
	most         int64 // bytes a request may have; 0: what a form needs
}

// routes is the table of all pages.
func (s *Server) routes() []route {
	return append([]route{
		{"GET", "/{$}", signedIn, s.showToday, 0},
		{"GET", "/language/{lang}", public, s.chooseLanguage, 0},
		{"GET", "/passkey.js", public, s.script, 0},

		// The door.
		{"GET", "/sign-in", public, s.showSignIn, 0},
		{"POST", "/sign-in", public, s.signIn, 0},
		{"POST", "/sign-out", public, s.signOut, 0},
		{"GET", "/sign-in/factor", atDoor, s.showFactor, 0},
		{"POST", "/sign-in/code", atDoor, s.confirmCode, 0},
		{"POST", "/sign-in/recovery", atDoor, s.confirmRecovery, 0},
		{"POST", "/sign-in/key-options", atDoor, s.keyOptions, 0},
		{"POST", "/sign-in/key", atDoor, s.confirmKey, 0},
		{"GET", "/set-up/password", atDoor, s.showSetPassword, 0},
		{"POST", "/set-up/password", atDoor, s.setPassword, 0},
		{"GET", "/set-up/factor", atDoor, s.showSetFactor, 0},
		{"GET", "/set-up/factor.svg", atDoor, s.factorPicture, 0},
		{"POST", "/set-up/code", atDoor, s.setCode, 0},
		{"POST", "/set-up/key-options", atDoor, s.newKeyOptions, 0},
		{"POST", "/set-up/key", atDoor, s.setKey, 0},

		// Lists of cases, and what a person keeps of them.
		{"GET", "/cases", may(account.ListCases), s.docket, 0},
		{"POST", "/cases/export", may(account.ExportReport), s.exportCases, 0},
		{"GET", "/search", signedIn, s.search, 0},
		{"GET", "/calendar", signedIn, s.calendar, 0},
		{"GET", "/look-backs", may(account.ListCases), s.lookBacks, 0},
		{"GET", "/overview", may(account.ShowStatistics), s.overview, 0},
		{"POST", "/overview/export", may(account.ExportReport), s.exportOverview, 0},
		{"POST", "/views", may(account.SaveView), s.saveView, 0},
		{"POST", "/views/{id}/remove", may(account.SaveView), s.removeView, 0},

		// Cases.
		{"GET", "/cases/{id}", may(account.ShowCase), s.showCase, 0},
		{"GET", "/matters/{id}", signedIn, s.openMatter, 0},
		{"GET", "/cases/{id}/act", may(account.ShowCase), s.askAct, 0},
		{"POST", "/cases/{id}/act", may(account.RecordEvent), posted(s.takeAct), 0},
		{"GET", "/cases/{id}/events/{seq}", may(account.CorrectEvent), s.askCorrection, 0},
		{"POST", "/cases/{id}/events/{seq}", may(account.CorrectEvent), posted(s.takeCorrection), 0},
		{"GET", "/cases/{id}/demands", may(account.RecordEvent), s.askDemands, 0},
		{"POST", "/cases/{id}/demands", may(account.RecordEvent), posted(s.takeDemands), fileBytes},
		{"GET", "/cases/{id}/visits", may(account.PlanLookBack), s.askVisits, 0},
		{"POST", "/cases/{id}/visits", may(account.PlanLookBack), posted(s.takeVisits), 0},
		{"GET", "/cases/{id}/visits/{visit}", may(account.RecordLookBack), s.askVisit, 0},
		{"POST", "/cases/{id}/visits/{visit}", may(account.RecordLookBack), posted(s.takeVisit), fileBytes},
		{"GET", "/cases/{id}/files", may(account.AttachExhibit), s.askFiles, 0},
		{"POST", "/cases/{id}/files", may(account.AttachExhibit), posted(s.takeFiles), fileBytes},
		{"GET", "/cases/{id}/parties", may(account.RecordEvent), s.askParties, 0},
		{"POST", "/cases/{id}/parties", may(account.RecordEvent), posted(s.takeParties), 0},
		{"GET", "/cases/{id}/facts", may(account.RecordEvent), s.askFacts, 0},
		{"POST", "/cases/{id}/facts", may(account.RecordEvent), posted(s.takeFacts), 0},
		{"GET", "/cases/{id}/links", may(account.RecordEvent), s.askLinks, 0},
		{"POST", "/cases/{id}/links", may(account.RecordEvent), posted(s.takeLinks), 0},
		{"POST", "/cases/{id}/notes", may(account.AddNote), posted(s.takeNote), 0},
		{"POST", "/cases/{id}/tasks", may(account.AddTask), posted(s.takeTask), 0},
		{"POST", "/tasks/{id}/close", may(account.CloseTask), posted(s.closeTask), 0},
		{"GET", "/files/{id}", signedIn, s.file, 0},

		// Exhibits. A whole file may come in one request: it streams.
		{"GET", "/upload.js", public, s.uploadScript, 0},
		{"GET", "/cases/{id}/exhibits", may(account.ViewExhibit), s.showExhibits, 0},
		{"GET", "/cases/{id}/exhibits/new", may(account.AttachExhibit), s.askExhibit, 0},
		{"POST", "/cases/{id}/exhibits/new", may(account.AttachExhibit), s.takeExhibit, desk.MaxFile},
		{"POST", "/cases/{id}/exhibits/manifest.xlsx", may(account.ExportExhibit), s.manifestAsSheet, 0},
		{"POST", "/cases/{id}/exhibits/manifest.csv", may(account.ExportExhibit), s.manifestAsText, 0},
		{"GET", "/cases/{id}/exhibits/{exhibit}", may(account.ViewExhibit), s.showExhibit, 0},
		{"GET", "/cases/{id}/exhibits/{exhibit}/correct", may(account.CorrectExhibit), s.askExhibitCorrection, 0},
		{"POST", "/cases/{id}/exhibits/{exhibit}/correct", may(account.CorrectExhibit), posted(s.takeExhibitCorrection), 0},
		{"GET", "/cases/{id}/exhibits/{exhibit}/custody", may(account.HandOverExhibit), s.askCustody, 0},
		{"POST", "/cases/{id}/exhibits/{exhibit}/custody", may(account.HandOverExhibit), posted(s.takeCustody), 0},
		{"POST", "/cases/{id}/exhibits/{exhibit}/recheck", may(account.RecheckExhibit), s.recheckExhibit, 0},
		{"POST", "/cases/{id}/uploads", may(account.AttachExhibit), posted(s.beginUpload), 0},
		{"POST", "/cases/{id}/uploads/{upload}", may(account.AttachExhibit), s.takePiece, pieceBytes},
		{"POST", "/cases/{id}/uploads/{upload}/drop", may(account.AttachExhibit), s.dropUpload, 0},

		// Approvals.
		{"GET", "/approvals", signedIn, s.approvals, 0},
		{"GET", "/approvals/{id}", signedIn, s.approval, 0},
		{"POST", "/approvals/{id}", signedIn, posted(s.moveApproval), 0},
		{"GET", "/approvals/{id}/edit", signedIn, s.askEdit, 0},
		{"POST", "/approvals/{id}/edit", signedIn, posted(s.takeEdit), 0},
		{"GET", "/approvals/{id}/withdraw", signedIn, s.askWithdraw, 0},
		{"POST", "/approvals/{id}/withdraw", signedIn, posted(s.withdraw), 0},

		// Who works on a clue or case.
		{"GET", "/matters/{id}/assign", signedIn, s.askAssign, 0},
		{"POST", "/matters/{id}/assign", signedIn, posted(s.takeAssign), 0},
		{"GET", "/matters/{id}/recusal", may(account.RequestRecusal), s.askRecusal, 0},
		{"POST", "/matters/{id}/recusal", may(account.RequestRecusal), posted(s.takeRecusal), 0},

		{"GET", "/approvals/{id}/sheet", signedIn, s.approvalSheet, 0},

		// What is printed or copied of a case.
		{"GET", "/cases/{id}/events/{seq}/receipt", may(account.ShowCase), s.receipt, 0},
		{"GET", "/cases/{id}/card", may(account.ShowCase), s.caseCard, 0},
		{"POST", "/cases/{id}/card.txt", may(account.ExportCase), s.cardAsText, 0},
		{"POST", "/cases/{id}/card.xlsx", may(account.ExportCase), s.cardAsSheet, 0},

		// Agencies, and what offices below file with this one.
		{"GET", "/agencies", may(account.ShowAgencies), s.agencies, 0},
		{"GET", "/agencies/new", may(account.ChangeAgency), s.askAgency, 0},
		{"POST", "/agencies/new", may(account.ChangeAgency), s.changeAgency, 0},
		{"GET", "/agencies/{id}", may(account.ShowAgencies), s.showAgency, 0},
		{"GET", "/agencies/{id}/change", may(account.ChangeAgency), s.askAgency, 0},
		{"POST", "/agencies/{id}/change", may(account.ChangeAgency), s.changeAgency, 0},
		{"GET", "/filings", may(account.ShowFilings), s.filings, 0},
		{"POST", "/filings/{id}/receive", may(account.ShowFilings), s.receiveFiling, 0},

		// The law.
		{"GET", "/law", signedIn, s.law, 0},
		{"GET", "/law/article", signedIn, s.article, 0},
		{"GET", "/law/limits/{limit}", signedIn, s.limit, 0},
		{"GET", "/law/{procedure}", signedIn, s.procedure, 0},
		{"GET", "/law/{procedure}/{step}", signedIn, s.step, 0},

		// The record.
		{"GET", "/record", may(account.ShowRecord), s.record, 0},
		{"POST", "/record/export", may(account.ExportRecord), s.exportRecord, 0},
		{"GET", "/matters/{id}/record", may(account.ShowRecord), s.recordOf, 0},

		// One's own account.
		{"GET", "/account", may(account.ChangeCredentials), s.showAccount, 0},
		{"GET", "/account/password", may(account.ChangeCredentials), s.showChangePassword, 0},
		{"POST", "/account/password", may(account.ChangeCredentials), s.changePassword, 0},
		{"POST", "/account/totp/remove", may(account.ChangeCredentials), s.removeTOTP, 0},
		{"POST", "/account/keys/{id}/remove", may(account.ChangeCredentials), s.removeKey, 0},
		{"POST", "/account/recovery", may(account.ChangeCredentials), s.renewRecovery, 0},
		{"POST", "/account/sessions/end", may(account.ChangeCredentials), s.endSessions, 0},
		{"POST", "/account/tokens", may(account.MakeToken), s.makeToken, 0},
		{"POST", "/tokens/revoke", may(account.RevokeToken), s.revokeToken, 0},

		// People.
		{"GET", "/people", may(account.ShowPeople), s.showPeople, 0},
		{"GET", "/people/new", may(account.AddPerson), s.showAddPerson, 0},
		{"POST", "/people/new", may(account.AddPerson), s.addPerson, 0},
		{"GET", "/people/{id}", may(account.ShowPeople), s.showPerson, 0},
		{"GET", "/people/{id}/change", may(account.ChangePerson), s.showChangePerson, 0},
		{"POST", "/people/{id}/change", may(account.ChangePerson), s.changePerson, 0},
		{"GET", "/people/{id}/close", may(account.ClosePerson), s.showClosePerson, 0},
		{"POST", "/people/{id}/close", may(account.ClosePerson), s.closePerson, 0},
		{"GET", "/people/{id}/roles", may(account.ProposeRole), s.showProposeRole, 0},
		{"POST", "/people/{id}/roles", may(account.ProposeRole), s.proposeRole, 0},
		{"GET", "/people/{id}/roles/decide", may(account.DecideRole), s.showDecideRole, 0},
		{"POST", "/people/{id}/roles/decide", may(account.DecideRole), s.decideRole, 0},
		{"GET", "/people/{id}/reset", may(account.ResetCredentials), s.showReset, 0},
		{"POST", "/people/{id}/reset", may(account.ResetCredentials), s.resetCredentials, 0},
		{"GET", "/people/{id}/hand-over", may(account.HandOverMatters), s.showHandOver, 0},
		{"POST", "/people/{id}/hand-over", may(account.HandOverMatters), s.handOver, 0},

		// Who holds the key that opens who reported.
		{"GET", "/identity-keys", may(account.ShowIdentityKeys), s.showIdentityKeys, 0},
		{"POST", "/identity-keys/passphrase", may(account.KeepIdentityKey), s.setPassphrase, 0},
		{"POST", "/identity-keys/take", may(account.KeepIdentityKey), s.takeIdentityKey, 0},
		{"GET", "/identity-keys/{id}/give", may(account.GiveIdentityKey), s.askGiveKey, 0},
		{"POST", "/identity-keys/{id}/give", may(account.GiveIdentityKey), s.giveIdentityKey, 0},

		// The office.
		{"GET", "/office", may(account.ShowPeople), s.showOffice, 0},
		{"POST", "/office", may(account.ChangeOffice), s.changeOffice, 0},
		{"POST", "/office/below", may(account.ChangeOffice), s.addOffice, 0},

		// What is handed over for a time.
		{"GET", "/handovers", may(account.ShowHandovers), s.showHandovers, 0},
		{"GET", "/handovers/delegate", may(account.GiveDelegation), s.showDelegate, 0},
		{"POST", "/handovers/delegate", may(account.GiveDelegation), s.delegate, 0},
		{"GET", "/handovers/grant", may(account.GiveGrant), s.showGrant, 0},
		{"POST", "/handovers/grant", may(account.GiveGrant), s.grant, 0},
		{"GET", "/handovers/cover", may(account.AddCover), s.showCover, 0},
		{"POST", "/handovers/cover", may(account.AddCover), s.cover, 0},
		{"POST", "/handovers/{id}/end", may(account.ShowHandovers), s.endHandover, 0},
	}, slices.Concat(s.clueRoutes(), s.flowRoutes(), s.analysisRoutes(), s.modelRoutes())...)
}

// fileBytes is the most bytes of a form with files.
const fileBytes = 1 << 30

// room is an entry of the menu: the page a group of pages opens with.
type room struct {
	path, text string
	permission permission
}

// rooms is the menu, in its order. An entry shows to who may open its page.
func (c *call) rooms() []room {
	return []room{
		{"/", c.t("今日", "Today"), signedIn},
		{"/clues", c.t("收件箱", "Inbox"), may(account.ListClues)},
		{"/cases", c.t("案件", "Cases"), may(account.ListCases)},
		{"/approvals", c.t("审批", "Approvals"), signedIn},
		{"/calendar", c.t("日历", "Calendar"), signedIn},
		{"/look-backs", c.t("回头看", "Look-backs"), may(account.ListCases)},
		{"/overview", c.t("总览", "Overview"), may(account.ShowStatistics)},
		{"/models", c.t("监督模型", "Models"), may(account.ShowModels)},
		{"/filings", c.t("备案", "Filings"), may(account.ShowFilings)},
		{"/agencies", c.t("机关名录", "Agencies"), may(account.ShowAgencies)},
		{"/law", c.t("法律", "Law"), signedIn},
		{"/record", c.t("操作记录", "Record"), may(account.ShowRecord)},
		{"/people", c.t("人员", "People"), may(account.ShowPeople)},
		{"/identity-keys", c.t("身份密钥", "Identity key"), may(account.ShowIdentityKeys)},
		{"/handovers", c.t("授权代理", "Delegations"), may(account.ShowHandovers)},
		{"/office", c.t("机构", "Office"), may(account.ShowPeople)},
	}
}
