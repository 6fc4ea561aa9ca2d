// Package dataflow is the map of a case (数据流向图): who collects, stores,
// processes, derives and buys personal information, on which legal basis each
// stretch of the way rests, and what is missing.
//
// A Map is nodes (环节主体) and edges (流向). Rules, read from law/flows.yaml, say
// what an edge needs and under which article; Judge names what is missing, what
// nobody has looked into yet, and what to ask for. Draw makes the picture, Count
// proposes a map from tables of who supplies whom.
//
// It must not know cases, persons, files, storage or screens: evidence is a
// reference it carries, a category or a basis a word of the law's data. It trusts
// its caller that the numbers were counted. A judgment is a list of questions for
// a prosecutor, not a finding of illegality.
package dataflow
