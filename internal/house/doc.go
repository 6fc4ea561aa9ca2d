// Package house holds tests about the repository itself and nothing else: who
// may import whom, whether what the documents name exists, and what no text
// file may contain. It knows names and shapes; it must not know what any room
// does. It trusts the file tree.
//
// # Imports
//
// The table rooms in imports_test.go is the house plan. Every package has a
// row; the row names each package of this module and each library it may
// import. Tests may also import the law data, the rooms that are there for tests,
// the test libraries and what tests names in their row. Pure rooms keep to values:
// no sockets, files, environment, clock or chance.
//
// # Documents
//
// Two kinds of words in backticks are checked in README.md, ARCHITECTURE.md,
// CONTRIBUTING.md, GLOSSARY.md, law/README.md and every .md file under docs/.
// Fenced blocks are examples and are left alone.
//
// A path is one word with a slash, or a file name that ends like a file of this
// tree (.go, .md, .yaml …). It is looked for from the root, from the folder of
// the document and from internal/; a bare file name may be anywhere, and *
// stands for any part of a name. Not paths: URLs, routes (/report), programs
// under bin/, packages of the standard library, modules (pgregory.net/rapid),
// media types, and words that hold a placeholder (DIR, {id}, <name>, …).
//
// An identifier is room.Name or room.Type.Member where room is a package under
// internal/. Name, and Member too, must be declared there and exported.
//
// # Texts
//
// Lines end in LF; no path of somebody's machine and no host of a package
// registry appears. Between Chinese characters punctuation is full-width (，；：),
// but in testdata, which keeps texts as they were published.
package house
