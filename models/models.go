// Package models carries the supervision models 大数据法律监督模型 of the house,
// one YAML file each, which a lawyer and a technician read together.
// docs/formats/model.md says how one is written; package analysis runs them.
package models

import "embed"

// FS is the built-in models.
//
//go:embed *.yaml
var FS embed.FS
