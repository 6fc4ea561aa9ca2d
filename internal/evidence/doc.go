// Package evidence knows what an exhibit is: its statutory kind (R34), how it was
// collected (R35) and by whom (R36), from whom, whether it is the original or a copy
// and what a copy has to state (R38, R39), who has kept it since, and how it is listed
// for a court.
//
//	Facts.Check      what the articles require of each kind and method, article by article
//	Custody.Take     one link of the chain of custody; Follow, the whole of it
//	Manifest         the list of exhibits as rows; WriteCSV, as a file no formula hides in
//	CleanPhoto       a photo without what the camera wrote into it, pixels untouched
//	Thumbnail        a small picture of a photo
//
// It must not know cases, persons' names, storage, keys or the clock. It trusts
// nobody's picture: what is read of one is bounded, and what cannot be read is refused.
// Text that came from people leaves a Manifest harmless (Safe).
//
// 术语: 证据 exhibit · 证据种类 kind · 收集方式 method · 复制件 copy · 保管链 chain of
// custody · 证据目录 manifest.
package evidence
