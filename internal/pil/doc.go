// Package pil holds the words every other room speaks: a civil day, an
// imprecise date, money in fen, a region, and the one error type.
//
// It knows nothing of the law, of storage or of screens, performs no I/O and
// never asks what time it is. Everything here is a value.
package pil
