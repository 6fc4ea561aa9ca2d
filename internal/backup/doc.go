// Package backup writes the whole office into one file while it works, and reads it
// back: a plain tar of numbered parts, with a manifest of their hashes at its end
// (docs/formats/backup.md). What was saved on one engine loads on the other.
//
//	Write   a snapshot of the store, the attached files, and what else is given
//	Open    a backup whose every part was found whole
//	Backup.Restore   into an empty store
//
// It must not know folders, keys or flags: what lies beside the store comes in and
// goes out by name. It trusts the manifest for nothing but damage: who can change a
// backup can change its manifest, and is found out by fsck up to the last signed
// checkpoint. A backup with keys opens everything the office can open.
//
// 术语: 备份 backup · 恢复 restore · 清单 manifest.
package backup
