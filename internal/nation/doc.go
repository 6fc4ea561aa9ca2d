// Package nation makes a country of offices with their clues and cases, from a
// seed and a size, to measure the office at the size of a nation: at size 1 3,500
// offices, 3 million clues, 1.25 million cases, about 15 million events.
//
// Histories follow the law: each is one of a few ways through the procedures,
// with days of its own, cut where today is; docket.Permit is asked about a sample
// of them while they are made, and about all in the test. Texts are put together
// of ordinary phrases, so that some words stand everywhere and others nowhere.
//
// It is for tests and measurements only.
package nation
